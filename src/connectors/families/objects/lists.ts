import { ApiError, type ErrorCode } from "../../../errors.js";
import type { Context, Page, Paging, StorageItem } from "../../connector.js";
import { beginningAt, fromCursor, type Position, toCursor } from "./cursors.js";
import { toBucket, toFile, toFolder } from "./map.js";
import { invalid, notFound, type Target, targetOf, toId } from "./places.js";
import type { Bucket, ObjectStore, Place, StoredObject } from "./store.js";

/** A folder of buckets, or within one. */
type Start = Extract<Target, { kind: "account" }> | ({ kind: "folder" } & Place);
/** A start with nothing but one bucket's keys below it. */
type Area = Place & {
  id: string;
  /** Told before what it holds, where a list of all buckets leads to it. */
  self: Bucket | null;
};

/** Requests of one page; it may end early, and even be empty. */
const REQUESTS = 10;

/** In place of a folder that has been told: the bucket. No folder is the beginning of it. */
const ITSELF = "\0";

export const startOf = (store: ObjectStore, context: Context, id: string): Start => {
  const target = targetOf(context, id);
  if (target.kind === "file" || (target.kind === "folder" && !store.isKey(target.key))) throw notFound();
  return target as Start;
};

/** What lies directly in a folder: one page of the service's own. */
export const pageOfFolder = async (
  store: ObjectStore,
  context: Context,
  start: Start,
  { cursor, limit }: Paging,
): Promise<Page<StorageItem>> => {
  const id = toId(context, start);
  const position = positionIn(fromCursor(cursor), [id]) ?? beginningAt(id);
  if (start.kind === "account") return pageOfBuckets(store, context, position, limit);
  const { bucket, key } = start;
  const question = { bucket, prefix: key, flat: false, token: position.token, limit: capped(store, limit) };
  const { objects, prefixes, next } = await store.list(context, question);
  if (position.token === null && key !== "" && next === null && objects.length + prefixes.length === 0)
    throw notFound();
  const folders = prefixes.map((prefix) => toFolder(context, bucket, prefix));
  const files = objects.filter(isFile).map((object) => toFile(context, bucket, object));
  return { items: [...folders, ...files], next: next === null ? null : toCursor({ ...position, token: next }) };
};

/** An object without contents whose key ends with a slash stands for a folder, which is told as such. */
export const isFile = ({ key, size }: StoredObject): boolean => !key.endsWith("/") || size > 0;

const pageOfBuckets = async (
  store: ObjectStore,
  context: Context,
  position: Position,
  limit: number,
): Promise<Page<StorageItem>> => {
  const left = (await store.buckets(context)).filter(({ name }) => name > position.after);
  const page = left.slice(0, limit);
  const last = page.at(-1);
  const items = page.map((bucket) => toBucket(context, bucket));
  return { items, next: last && page.length < left.length ? toCursor({ ...position, after: last.name }) : null };
};

/** All that is wanted below some folders: by their keys, a folder before what it holds. */
export const pageOfTrees = async (
  store: ObjectStore,
  context: Context,
  starts: readonly Start[],
  { cursor, limit, whole = false }: Paging & { /** Reads as many keys at once as it may. */ whole?: boolean },
  isWanted: (item: StorageItem) => boolean,
): Promise<Page<StorageItem>> => {
  const areas = await areasOf(store, context, starts);
  // A bucket may have gone meanwhile, a folder that was asked for is asked for again.
  const asked = areas.filter(({ self }) => !self).map(({ id }) => id);
  const resumed = positionIn(fromCursor(cursor), asked.length === areas.length ? asked : null);
  const items: StorageItem[] = [];
  let requests = 0;
  for (const area of areas) {
    if (resumed && area.id < resumed.at) continue;
    const here = resumed?.at === area.id ? { ...resumed } : beginningAt(area.id);
    const isBeginning = here.token === null && here.after === "" && here.told === "";
    if (isBeginning && area.self) {
      if (items.length >= limit || requests >= REQUESTS) return { items, next: toCursor(here) };
      const item = toBucket(context, area.self);
      if (isWanted(item)) items.push(item);
      here.told = ITSELF;
    }
    do {
      if (items.length >= limit || requests >= REQUESTS) return { items, next: toCursor(here) };
      requests++;
      const { bucket, key: prefix } = area;
      const question = {
        bucket,
        prefix,
        flat: true,
        token: here.token,
        limit: capped(store, whole ? Infinity : limit),
      };
      const { objects, next } = await store.list(context, question).catch(emptyIfClosed(area));
      if (isBeginning && here.token === null && prefix !== "" && objects.length === 0 && next === null)
        throw notFound();
      for (const object of objects) {
        if (!isAfter(object.key, here.after)) continue;
        for (const item of itemsOf(context, area, object, here)) {
          if (items.length >= limit) return { items, next: toCursor(here) };
          if (isWanted(item.is)) items.push(item.is);
          here.told = item.told;
        }
        here.after = object.key;
        here.told = "";
      }
      here.token = next;
    } while (here.token !== null);
  }
  return { items, next: null };
};

/** The folders that a key leads through and that were not told yet, then its file. */
function* itemsOf(
  context: Context,
  { bucket, key: prefix }: Place,
  object: StoredObject,
  { after, told }: Position,
): Generator<{ is: StorageItem; told: string }> {
  const { key } = object;
  for (let slash = key.indexOf("/", prefix.length); slash >= 0; slash = key.indexOf("/", slash + 1)) {
    const folder = key.slice(0, slash + 1);
    if (folder === prefix || after.startsWith(folder) || told.startsWith(folder)) continue;
    yield { is: toFolder(context, bucket, folder), told: folder };
  }
  if (isFile(object)) yield { is: toFile(context, bucket, object), told: key };
}

/** Services list by the bytes of UTF-8. */
const isAfter = (key: string, after: string): boolean =>
  after === "" || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0;

/** In the order of their ids; what lies within another is left out, and the account is all its buckets. */
const areasOf = async (store: ObjectStore, context: Context, starts: readonly Start[]): Promise<Area[]> => {
  const areas: Area[] = [];
  for (const start of starts) {
    if (start.kind === "folder") areas.push({ ...start, id: toId(context, start), self: null });
    else
      for (const bucket of await store.buckets(context)) {
        const place = { kind: "folder", bucket: bucket.name, key: "" } as const;
        areas.push({ ...place, id: toId(context, place), self: bucket });
      }
  }
  return areas
    .filter((area, index) => !areas.some((other, at) => at !== index && isSpared(area, index, other, at)))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
};

const isSpared = (area: Area, index: number, other: Area, at: number): boolean =>
  area.bucket === other.bucket &&
  area.key.startsWith(other.key) &&
  (area.key.length > other.key.length || (other.self ? !area.self || at < index : !area.self && at < index));

/** What a bucket that has gone, or may not be read, holds is left out of a list of all buckets. */
const emptyIfClosed =
  ({ self }: Area) =>
  (error: unknown) => {
    if (!self || !(error instanceof ApiError) || !CLOSED.includes(error.code)) throw error;
    return { objects: [], next: null };
  };
const CLOSED: readonly ErrorCode[] = ["not_found", "service_forbidden", "permission_denied"];

/** A cursor of another list is refused, not believed. */
const positionIn = (position: Position | null, ids: readonly string[] | null): Position | null => {
  if (position && ids && !ids.includes(position.at)) throw invalid("This cursor does not belong to this list.");
  return position;
};

const capped = ({ limits }: ObjectStore, limit: number): number => Math.min(limit, limits.page);
