import type { Folder } from "../../../../schema/storage/folder.js";
import { ApiError } from "../../../errors.js";
import { type Context, namingConflict, type StorageItem, type StorageKey } from "../../connector.js";
import { inTurn } from "../turns.js";
import { eachOf } from "./each.js";
import { conflictWith, findTaken, get, head, isFolder, parentOf, placeIn } from "./find.js";
import { unclear } from "./lost.js";
import { toFolder } from "./map.js";
import { insideOf, invalid, notFound, partsOf, type Target, targetOf, toId, turnOf } from "./places.js";
import { forgetFolders } from "./seen.js";
import { FOLDER_TYPE, type ObjectStore, type Place, type StoredObject } from "./store.js";
import { toldOf } from "./upload.js";

const FOLDER = { mimeType: FOLDER_TYPE, isNew: true };
const NOTHING = Buffer.alloc(0);

/** An empty object stands for the folder: `Reports/`. In the folder of all buckets, a bucket is made. */
export const createFolder = async (
  store: ObjectStore,
  context: Context,
  { parent: id, name }: { parent: string; name: string },
): Promise<Folder> => {
  if (targetOf(context, id).kind === "account") return createBucket(store, context, name);
  const parent = await parentOf(store, context, id);
  const place = placeIn(store, parent, name);
  return inTurn(context, turnOf(place), async () => {
    const taken = await findTaken(store, context, place);
    if (taken) throw conflictWith(context, place, name, taken);
    const key = `${place.key}/`;
    if (!(await store.put(context, { ...place, key }, NOTHING, FOLDER)))
      throw conflictWith(context, place, name, { object: null, folder: true });
    return toFolder(context, place.bucket, key);
  });
};

const createBucket = async (store: ObjectStore, context: Context, name: string): Promise<Folder> => {
  const { pattern, rule } = store.bucketNames;
  if (!pattern.test(name)) throw invalid(rule);
  const { isMade, repeated } = await store.createBucket(context, name);
  if (isMade) return toFolder(context, name, "");
  // Somebody else's bucket is in the way as well: names are the service's, not the account's.
  const isOurs = (await store.buckets(context)).some((bucket) => bucket.name === name);
  if (isOurs && repeated) throw unclear();
  throw namingConflict(name, isOurs ? toFolder(context, name, "").id : undefined);
};

/** Neither service renames: everything is copied, then deleted. */
export const update = async (
  store: ObjectStore,
  context: Context,
  key: StorageKey,
  { name, parent }: { name?: string; parent?: string },
): Promise<StorageItem> => {
  const source = movable(context, key.id, "renamed or moved");
  const now = partsOf(context, source);
  const here = now.parent ? toId(context, now.parent) : "";
  const to = { parent: parent ?? here, name: name ?? now.name };
  const target = targetOf(context, to.parent);
  const stays = to.name === now.name && toId(context, target) === here;
  return stays ? get(store, context, source) : relocate(store, context, source, to, true);
};

export const copy = async (
  store: ObjectStore,
  context: Context,
  key: StorageKey,
  to: { parent: string; name?: string },
): Promise<StorageItem> => {
  const source = movable(context, key.id, "copied");
  return relocate(store, context, source, { name: partsOf(context, source).name, ...to }, false);
};

/** Throws `bad_request` for the root and `invalid_resource_type` for a bucket. */
const movable = (context: Context, id: string, what: string): Exclude<Target, { kind: "account" }> => {
  const target = insideOf(context, id);
  if (target.key === "") throw new ApiError("invalid_resource_type", `A bucket cannot be ${what}.`);
  return target;
};

const relocate = async (
  store: ObjectStore,
  context: Context,
  source: Exclude<Target, { kind: "account" }>,
  to: { parent: string; name: string },
  isMove: boolean,
): Promise<StorageItem> => {
  const object = source.kind === "file" ? await head(store, context, source) : null;
  if (source.kind === "file" ? !object : !(await isFolder(store, context, source))) throw notFound();
  const parent = await parentOf(store, context, to.parent);
  if (source.kind === "folder" && parent.bucket === source.bucket && parent.key.startsWith(source.key))
    throw new ApiError("invalid_parent_folder", "A folder cannot be copied or moved into itself.");
  const place = placeIn(store, parent, to.name);
  return inTurn(context, turnOf(place), async () => {
    const taken = await findTaken(store, context, place);
    if (taken) throw conflictWith(context, place, to.name, taken);
    if (object) {
      await store.copy(context, source.bucket, object, place);
      if (isMove) await removeAll(store, context, source.bucket, [object]);
      return toldOf(store, context, place);
    }
    const below = { ...place, key: `${place.key}/` };
    await relocateAll(store, context, source, below, isMove);
    return toFolder(context, place.bucket, below.key);
  });
};

/**
 * Page by page, each copied whole before any of it is deleted: an interruption leaves a part here and a part there, but loses
 * nothing. Keys are never held beyond one page.
 */
const relocateAll = async (
  store: ObjectStore,
  context: Context,
  { bucket, key: prefix }: Place,
  to: Place,
  isMove: boolean,
): Promise<void> => {
  for await (const objects of pagesOf(store, context, { bucket, key: prefix })) {
    const targetOf = ({ key }: StoredObject): Place => ({ ...to, key: to.key + key.slice(prefix.length) });
    for (const object of objects)
      if (store.lengthOf(targetOf(object).key) > store.limits.key)
        throw invalid("The path of something within the folder would be too long.");
    await eachOf(objects, (object) => store.copy(context, bucket, object, targetOf(object)));
    if (isMove) await removeAll(store, context, bucket, objects);
  }
};

async function* pagesOf(store: ObjectStore, context: Context, place: Place): AsyncGenerator<StoredObject[]> {
  let token: string | null = null;
  do {
    const question = { bucket: place.bucket, prefix: place.key, flat: true, token, limit: store.limits.page };
    const page = await store.list(context, question);
    if (page.objects.length > 0) yield page.objects;
    token = page.next;
  } while (token !== null);
}

const removeAll = async (
  store: ObjectStore,
  context: Context,
  bucket: string,
  objects: readonly StoredObject[],
): Promise<void> => {
  const keys = objects.map(({ key }) => key);
  forgetFolders();
  for (let start = 0; start < keys.length; start += store.limits.remove)
    await store.remove(context, bucket, keys.slice(start, start + store.limits.remove));
};

export const remove = async (
  store: ObjectStore,
  context: Context,
  key: StorageKey,
  { recursive }: { recursive: boolean },
): Promise<void> => {
  const target = insideOf(context, key.id);
  const { kind, bucket } = target;
  if (!store.isKey(target.key)) throw notFound();
  if (kind === "file") {
    const object = await head(store, context, target);
    if (!object) throw notFound();
    return removeAll(store, context, bucket, [object]);
  }
  const question = { bucket, prefix: target.key, flat: true, token: null, limit: 2 };
  const { objects } = await store.list(context, question);
  if (target.key !== "" && objects.length === 0) throw notFound();
  const isEmpty = objects.every((object) => object.key === target.key && object.size === 0);
  if (!isEmpty && !recursive) throw new ApiError("folder_not_empty", "The folder is not empty.");
  if (isEmpty) await removeAll(store, context, bucket, objects);
  else for await (const page of pagesOf(store, context, target)) await removeAll(store, context, bucket, page);
  if (target.key === "") await store.removeBucket(context, bucket);
};
