import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { deflateRaw, inflateRaw } from "node:zlib";
import { type Change, ROOT, type StorageItem } from "../../connectors/connector.js";
import { ApiError } from "../../errors.js";
import type { UnifiedStorage } from "../storage/storage.js";

/** Files and folders of an account that can be compared at all. */
const LARGEST = 50_000;
/** Pages of one listing at most, empty ones among them. */
const PAGES = 5_000;
/** Bytes of a snapshot as JSON. */
const SNAPSHOT_BYTES = 256 * 2 ** 20;

/** What tells one state of an item from another: its type, and hashes of its name, its parent and its contents' size and time. */
type Fingerprint = readonly [type: StorageItem["type"], name: string, parent: string, contents: string];
type Snapshot = ReadonlyMap<string, Fingerprint>;

/**
 * The changes of a storage that does not tell them: all it holds is listed and compared with what it held. The cursor is what it held,
 * compressed. What comes and goes between two looks is not seen, nor a change that leaves both size and time of modification alone.
 * Where ids are paths a move is a deletion and a new item. `not_implemented` for more than 50,000 items.
 */
export const compare = async (
  storage: UnifiedStorage,
  cursor: string | null,
): Promise<{ changes: Change[]; next: string; more: boolean }> => {
  const before = cursor === null ? null : await unpack(cursor);
  const items = await everything(storage);
  const now = new Map(items.map((item) => [item.id.native, fingerprintOf(item)]));
  const changes = before ? differences(before, now, items) : [];
  const next = cursor !== null && changes.length === 0 ? cursor : await pack(now);
  return { changes, next, more: false };
};

const everything = async (storage: UnifiedStorage): Promise<StorageItem[]> => {
  const items: StorageItem[] = [];
  const limit = Math.max(1, Math.min(1000, storage.traits.pageSize));
  let cursor: string | null = null;
  for (let pages = 0; pages < PAGES; pages++) {
    const page = await storage.list(ROOT, { cursor, limit, recursive: true });
    for (const item of page.items) items.push(item);
    if (items.length > LARGEST) break;
    if (page.next === null) return items;
    cursor = page.next;
  }
  throw new ApiError(
    "not_implemented",
    "The service does not tell what happens, and this account holds too much to compare (50,000 files and folders).",
  );
};

/** Deletions first, what was held before its folder; then what is there, a folder before what it holds. */
const differences = (before: Snapshot, now: Snapshot, items: readonly StorageItem[]): Change[] => {
  const noticed = new Date().toISOString();
  const change = (kind: Change["kind"], id: string, type: string, occurred = noticed): Change => ({
    kind,
    api: "storage",
    type,
    id,
    occurred,
  });
  const gone = [...before].filter(([id, [type]]) => now.get(id)?.[0] !== type).reverse();
  const changes = gone.map(([id, [type]]) => change("DELETE", id, type));
  for (const item of items) {
    const { native: id } = item.id;
    const [type, name, parent, contents] = now.get(id) as Fingerprint;
    const old = before.get(id);
    if (!old || old[0] !== type) changes.push(change("ADD", id, type));
    else {
      if (old[2] !== parent) changes.push(change("MOVE", id, type));
      if (old[1] !== name) changes.push(change("RENAME", id, type));
      if (old[3] !== contents) changes.push(change("UPDATE", id, type, item.modified ?? noticed));
    }
  }
  return changes;
};

/** A folder's time tells of what lies in it, which is told by itself. */
const fingerprintOf = (item: StorageItem): Fingerprint => [
  item.type,
  hash(item.name),
  hash(item.parentId?.native ?? ""),
  item.type === "file" ? hash(`${item.size} ${item.modified}`) : "",
];

const hash = (text: string): string => createHash("sha256").update(text).digest("base64url").slice(0, 10);

const pack = async (snapshot: Snapshot): Promise<string> => {
  const packed = await promisify(deflateRaw)(JSON.stringify([...snapshot]));
  return packed.toString("base64");
};

const unpack = async (cursor: string): Promise<Snapshot> => {
  try {
    const json = await promisify(inflateRaw)(Buffer.from(cursor, "base64"), { maxOutputLength: SNAPSHOT_BYTES });
    return new Map(JSON.parse(json.toString()) as [string, Fingerprint][]);
  } catch (cause) {
    throw new ApiError("invalid_parameters", "This cursor is no snapshot of a storage.", {}, { cause });
  }
};
