import { createHash } from "node:crypto";
import type { File } from "../../../schema/storage/file.js";
import type { Folder } from "../../../schema/storage/folder.js";
import type { StorageItem, StorageKey } from "../../connectors/connector.js";
import { ApiError } from "../../errors.js";
import type { UnifiedStorage } from "./storage.js";

/** A place in this account or another. */
export interface Destination {
  storage: UnifiedStorage;
  /** Native id of the folder. */
  parent: string;
  /** Absent: the name it has. */
  name?: string;
}

/** Tells how far a long work is, and stops it by throwing. Units are files. */
export interface Watcher {
  progress(done: number, total: number | null): Promise<void>;
  signal: AbortSignal;
}
export const unwatched = (signal: AbortSignal): Watcher => ({ progress: async () => undefined, signal });

/** Files under way at once within one copy; the accounts' own budgets bound them further. */
const PARALLEL = 8;
const PAGE = 1000;
/** Files that a small folder may grow by while it is copied. */
const GROWTH = 100;

/** A copy whose bytes pass through us, streamed; a folder with all it holds. `naming_conflict` for a name that is taken. */
export const copyThroughUs = async (from: UnifiedStorage, key: StorageKey, to: Destination): Promise<StorageItem> => {
  const item = await from.get(key);
  if (item.type === "file") return copyFile(from, item, to, "fail");
  await checkNotInside(from, item.id.native, to);
  const folder = await to.storage.createFolder({ parent: to.parent, name: to.name ?? item.name });
  const census = await takeCensus(from, item.id.native);
  const watcher = unwatched(from.account.session.signal);
  await copyChildren(from, item, { storage: to.storage, folder, resuming: false }, census, watcher);
  return to.storage.get({ type: "folder", id: folder.id.native });
};

/** One file to another place: by the service itself within an account, else streamed. */
export const copyFile = async (
  from: UnifiedStorage,
  file: File,
  to: Destination,
  ifExists: "fail" | "replace",
): Promise<File> => {
  const name = to.name ?? file.name;
  if (sameAccount(from, to.storage) && from.copiesItself && ifExists === "fail")
    return (await from.copy({ type: "file", id: file.id.native }, { parent: to.parent, name })) as File;
  const { body, length } = await from.download(file.id.native);
  const mimeType = file.mimeType ?? undefined;
  return to.storage.upload({ parent: to.parent, name, size: length ?? undefined, mimeType, ifExists }, body);
};

/**
 * What a folder holds into another one, file by file: so it tells its progress, stops within a file and goes on after a crash.
 * `resuming`: what is already there with the same size has been copied before (uploads and copies are whole or not at all).
 */
export const copyChildren = async (
  from: UnifiedStorage,
  source: Folder,
  to: { storage: UnifiedStorage; folder: Folder; resuming: boolean },
  { files: total }: Census,
  watcher: Watcher,
): Promise<void> => {
  let done = 0;
  await watcher.progress(done, total);
  const walk = async (folder: string, target: string, depth: number): Promise<void> => {
    if (depth > MAXIMUM_DEPTH)
      throw new ApiError("request_failed", `Folders more than ${MAXIMUM_DEPTH} deep are not copied.`);
    const there = to.resuming ? await filesByName(to.storage, target) : new Map<string, number | null>();
    const subfolders: Folder[] = [];
    for await (const items of pages(from, folder)) {
      const files = items.filter((item): item is File => item.type === "file");
      subfolders.push(...items.filter((item): item is Folder => item.type === "folder"));
      await inParallel(files, async (file) => {
        watcher.signal.throwIfAborted();
        const size = there.get(file.name);
        if (size === undefined || size !== file.size)
          await copyFile(from, file, { storage: to.storage, parent: target }, size === undefined ? "fail" : "replace");
        done++;
        // Two accounts may show one folder: a copy of it into itself would never end.
        if (done > 2 * total + GROWTH) throw new ApiError("data_conflict", "The folder grows as fast as it is copied.");
        await watcher.progress(done, total);
      });
    }
    for (const subfolder of subfolders) {
      watcher.signal.throwIfAborted();
      const place = { parent: target, name: subfolder.name };
      const made = to.resuming ? await to.storage.ensureFolder(place) : await to.storage.createFolder(place);
      await walk(subfolder.id.native, made.id.native, depth + 1);
    }
  };
  await walk(source.id.native, to.folder.id.native, 1);
};

/** Refuses a copy of a folder into itself before anything is written. */
export const checkNotInside = async (
  storage: UnifiedStorage,
  folder: string,
  destination: Destination,
): Promise<void> => {
  if (!sameAccount(storage, destination.storage)) return;
  let id: string | null = destination.parent;
  for (let depth = 0; id !== null && depth < MAXIMUM_DEPTH; depth++) {
    const item: StorageItem = await storage.get({ type: "folder", id });
    if (item.id.native === folder)
      throw new ApiError("invalid_parent_folder", "A folder cannot be copied or moved into itself.");
    id = item.parentId?.native ?? null;
  }
};
const MAXIMUM_DEPTH = 100;

/** What a folder holds at one moment: two that are equal found the same files, none of them changed. */
export interface Census {
  files: number;
  /** Does not depend on the order of a listing. */
  digest: string;
}

/** Reads the whole tree below a folder, in constant memory. */
export const takeCensus = async (storage: UnifiedStorage, folder: string): Promise<Census> => {
  let files = 0;
  const sum = Buffer.alloc(32);
  for await (const items of pages(storage, folder, true))
    for (const item of items) {
      const { type, id, name, parentId } = item;
      const facts = item.type === "file" ? [item.size, item.modified] : [];
      const hash = createHash("sha256")
        .update(JSON.stringify([type, id.native, parentId?.native, name, ...facts]))
        .digest();
      for (let byte = 0; byte < sum.length; byte++) sum[byte] = (sum[byte] as number) ^ (hash[byte] as number);
      if (type === "file") files++;
    }
  return { files, digest: sum.toString("base64url") };
};

const filesByName = async (storage: UnifiedStorage, folder: string): Promise<Map<string, number | null>> => {
  const found = new Map<string, number | null>();
  for await (const items of pages(storage, folder))
    for (const item of items) if (item.type === "file") found.set(item.name, item.size);
  return found;
};

/** Every page of a listing, the empty ones among them. */
export async function* pages(
  storage: UnifiedStorage,
  folder: string,
  recursive = false,
): AsyncGenerator<StorageItem[]> {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<UnifiedStorage["list"]>> = await storage.list(folder, {
      cursor,
      limit: PAGE,
      recursive,
    });
    yield page.items;
    cursor = page.next;
  } while (cursor !== null);
}

const inParallel = async <Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> => {
  const remaining = items.values();
  let failed = false;
  const lane = async () => {
    for (const item of remaining) {
      if (failed) return;
      await work(item).catch((error) => {
        failed = true;
        throw error;
      });
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(PARALLEL, items.length) }, lane));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
};

const sameAccount = (one: UnifiedStorage, other: UnifiedStorage): boolean =>
  one.account.account === other.account.account && one.account.user === other.account.user;
