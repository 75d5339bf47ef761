import { createHash } from "node:crypto";
import type { Context, Page, StorageItem } from "../connector.js";
import { fromCursor, toCursor, wrongCursor } from "../families/cursors.js";
import { quietly, together } from "./errors.js";
import { Kept } from "./kept.js";
import { toItem } from "./map.js";
import { childId } from "./names.js";
import type { Place } from "./root.js";
import { type Entry, type Position, Walk } from "./walk.js";

/** Entries asked of the file system at once. */
const TOGETHER = 64;
/** Walks kept open between two pages, and for how many milliseconds. */
const KEPT = 64;
const KEPT_FOR = 60_000;

/** What is read page by page. `about` tells what else decides the answer, so that no cursor is used for another question. */
export interface Reading {
  place: Place;
  starts: readonly string[];
  recursive: boolean;
  about: string;
  cursor: string | null;
}

interface Cursor extends Position {
  question: string;
  /** The walk that was left open for the next page, if it still is. */
  kept: string;
}

/**
 * Pages of walks. The order of a folder is only sure while it is held open, so the walk of an unfinished list waits for its next
 * page. When it is gone (too long, too many, another process) the cursor's position lets a new walk take its place.
 */
export class Listings {
  readonly #kept = new Kept<Walk>(KEPT, KEPT_FOR, (walk) => quietly(walk.close()));

  async page<Item>(reading: Reading, gather: (walk: Walk) => Promise<Item[]>): Promise<Page<Item>> {
    const question = questionOf(reading);
    const walk = await this.#walk(reading, question);
    try {
      const items = await gather(walk);
      const position = walk.position;
      if (await walk.more()) return { items, next: toCursor({ ...position, question, kept: this.#kept.keep(walk) }) };
      await walk.close();
      return { items, next: null };
    } catch (error) {
      await walk.close();
      throw error;
    }
  }

  async #walk({ place, starts, recursive, cursor }: Reading, question: string): Promise<Walk> {
    if (cursor === null) return new Walk(place, starts, recursive);
    const position = fromCursor<Cursor>(cursor, isCursor);
    if (position.question !== question || position.begun > starts.length) throw wrongCursor();
    return this.#kept.take(position.kept) ?? Walk.resume(place, starts, recursive, position);
  }
}

/** Entries as items; what vanished since its name was read is left out. All of them lie in one folder. */
export const toItems = async (context: Context, entries: readonly Entry[]): Promise<StorageItem[]> => {
  const folder = entries[0]?.folder;
  if (!folder) return [];
  const parent = context.ref("folder", folder.id);
  const items = await together(entries, async ({ name }) => {
    const facts = await folder.find(name);
    return facts && toItem(context, { id: childId(folder.id, name), name, parent }, facts);
  });
  return items.filter((item) => item !== null);
};

/** The items of one page, in the order of the walk. */
export const gatherItems =
  (context: Context, limit: number) =>
  async (walk: Walk): Promise<StorageItem[]> => {
    const items: StorageItem[] = [];
    while (items.length < limit) {
      context.signal.throwIfAborted();
      const entries = await walk.next(Math.min(TOGETHER, limit - items.length));
      if (entries.length === 0) break;
      items.push(...(await toItems(context, entries)));
    }
    return items;
  };

const questionOf = ({ place, starts, recursive, about }: Reading): string =>
  createHash("sha256")
    .update(JSON.stringify([place.key, starts, recursive, about]))
    .digest("base64url")
    .slice(0, 16);

const isCursor = ({ begun, names, enter, question, kept }: Partial<Cursor>): boolean =>
  Number.isSafeInteger(begun) &&
  (begun as number) > 0 &&
  Array.isArray(names) &&
  names.every((name) => typeof name === "string" && !/[/\0]/.test(name) && name !== "." && name !== "..") &&
  typeof enter === "boolean" &&
  typeof question === "string" &&
  typeof kept === "string";
