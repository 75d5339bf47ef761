import { ApiError } from "../../../errors.js";
import { type Context, namingConflict, type StorageItem } from "../../connector.js";
import { toFile, toFolder, toMimeType, toRoot, toSize, toTime } from "./map.js";
import { checkNewName, invalid, notFound, type Target, targetOf } from "./places.js";
import { rememberFolder, wasFolder } from "./seen.js";
import type { ObjectStore, Place, StoredObject } from "./store.js";

const NOTHING = [404, 410];
/** A HEAD has no body to explain them: a list of the same key has. */
const UNEXPLAINED = [400, 403, 412, 414];

/** An object's facts; null where there is none. One request, unless it is refused. */
export const head = async (store: ObjectStore, context: Context, place: Place): Promise<StoredObject | null> => {
  if (!store.isKey(place.key)) return null;
  const { status, headers } = await context.upstream.text({
    method: "HEAD",
    path: await store.address(context, place),
    literal: true,
    accept: [...NOTHING, ...UNEXPLAINED],
  });
  if (NOTHING.includes(status)) return null;
  if (UNEXPLAINED.includes(status)) return explained(store, context, place, status);
  if (status >= 300) throw new ApiError("bad_gateway", "The service redirects to another address.");
  return {
    key: place.key,
    size: toSize(headers["content-length"]) ?? 0,
    modified: toTime(headers["last-modified"]),
    created: toTime(headers["x-ms-creation-time"]),
    mimeType: toMimeType(headers["content-type"]),
    etag: headers.etag ?? null,
    told: () => headers,
  };
};

/** Null where the list finds nothing wrong but the key: one that is too long, or holds what no key may. */
const explained = async (store: ObjectStore, context: Context, place: Place, status: number): Promise<null> => {
  const { bucket, key } = place;
  try {
    await store.list(context, { bucket, prefix: key, flat: true, token: null, limit: 1 });
  } catch (error) {
    if (error instanceof ApiError && (error.code === "invalid_parameters" || error.code === "not_found")) return null;
    throw error;
  }
  if (status === 403) throw new ApiError("service_forbidden", "The service does not let this account read the object.");
  return null;
};

/** Whether a folder is there: an object that stands for it, or one below it. A bucket too. */
export const isFolder = async (store: ObjectStore, context: Context, { bucket, key }: Place): Promise<boolean> => {
  if (!store.isKey(key)) return false;
  try {
    const { objects } = await store.list(context, { bucket, prefix: key, flat: true, token: null, limit: 1 });
    return key === "" || objects.length > 0;
  } catch (error) {
    if (error instanceof ApiError && error.code === "not_found") return false;
    throw error;
  }
};

/** As `isFolder`, unless it has just been seen. */
const isStillFolder = async (store: ObjectStore, context: Context, folder: Place): Promise<boolean> => {
  if (wasFolder(context, folder)) return true;
  const isThere = await isFolder(store, context, folder);
  if (isThere) rememberFolder(context, folder);
  return isThere;
};

export const get = async (store: ObjectStore, context: Context, target: Target): Promise<StorageItem> => {
  if (target.kind === "account") return toRoot(context);
  const { kind, bucket, key } = target;
  if (kind === "folder") {
    if (!(await isFolder(store, context, target))) throw notFound();
    return toFolder(context, bucket, key);
  }
  const object = await head(store, context, target);
  if (!object) throw notFound();
  return toFile(context, bucket, object);
};

/** A path as people write it; a folder with a slash at its end or without. */
export const byPath = async (store: ObjectStore, context: Context, path: string): Promise<StorageItem> => {
  const id = path.startsWith("/") ? path : `/${path}`;
  const asFolder = () => get(store, context, targetOf(context, `${id}/`));
  try {
    return await get(store, context, targetOf(context, id));
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "not_found") throw error;
    return asFolder();
  }
};

/** What has a name: an object and a folder may have it both. */
export interface Taken {
  object: StoredObject | null;
  folder: boolean;
}

/** Names that begin with one another are few; where they are more, object and folder are asked for apart. */
const NEIGHBOURS = 100;

/** In one list: what begins with the name begins with its object, and holds its folder. */
export const findTaken = async (store: ObjectStore, context: Context, place: Place): Promise<Taken | null> => {
  const { bucket, key } = place;
  if (!store.isKey(key)) return null;
  const below = `${key}/`;
  const question = { bucket, prefix: key, flat: false, token: null, limit: NEIGHBOURS };
  const { objects, prefixes, next } = await store.list(context, question);
  const [object, folder] =
    next === null
      ? [objects.find((each) => each.key === key) ?? null, prefixes.includes(below)]
      : await Promise.all([head(store, context, place), isFolder(store, context, { bucket, key: below })]);
  return object || folder ? { object, folder } : null;
};

export const conflictWith = (context: Context, { bucket, key }: Place, name: string, taken: Taken | null): ApiError => {
  if (!taken) return namingConflict(name);
  const item = taken.object ? toFile(context, bucket, taken.object) : toFolder(context, bucket, `${key}/`);
  return namingConflict(name, item.id);
};

/** The folder that something is to be put in; it is looked at, unless it is a bucket, which every request asks for anyway. */
export const parentOf = async (store: ObjectStore, context: Context, id: string): Promise<Place> => {
  const target = targetOf(context, id);
  if (target.kind === "account")
    throw new ApiError("invalid_parent_folder", "Nothing but buckets can lie beside buckets.");
  if (target.kind === "file") {
    if (await head(store, context, target)) throw new ApiError("invalid_parent_folder", "The parent is not a folder.");
    throw new ApiError("not_found", "There is no such parent folder.");
  }
  if (target.key !== "" && !(await isStillFolder(store, context, target)))
    throw new ApiError("not_found", "There is no such parent folder.");
  return target;
};

/** Where a name lies in a folder. Throws `invalid_parameters` for one that nothing new may have. */
export const placeIn = (store: ObjectStore, { bucket, key: parent }: Place, name: string): Place => {
  const key = parent + checkNewName(name, store.refusedInNames);
  if (!store.isKey(key)) throw invalid("The service takes no such name in this folder.");
  // A folder's own object has a slash behind the name.
  if (store.lengthOf(`${key}/`) > store.limits.key) throw invalid("The path would be too long with this name.");
  return { bucket, key };
};
