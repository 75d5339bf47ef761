import { randomUUID } from "node:crypto";
import { ApiError } from "../../../errors.js";
import type { Context } from "../../connector.js";
import { areOurs, type Names } from "./names.js";

/** Where a list stands: after the last item told, in an order that reading again does not change. */
export interface Position {
  /** Which of several start folders. */
  start: number;
  /** From the account's folder down; empty at the beginning of a start folder. */
  after: Names;
  /** The list as it was first read, if it is still kept. */
  kept?: string;
  /** The tree is walked, for the server does not tell it at once. */
  walk?: true;
}

export const BEGINNING: Position = { start: 0, after: [] };

export const toCursor = ({ start, after, kept, walk }: Position): string =>
  Buffer.from(JSON.stringify([start, after, kept ?? "", walk ? 1 : 0])).toString("base64url");

/** Throws `invalid_parameters` for what is no cursor of ours. */
export const fromCursor = (cursor: string | null): Position => {
  if (cursor === null) return BEGINNING;
  const [start, after, kept, walk] = parse(cursor);
  if (
    !Number.isSafeInteger(start) ||
    (start as number) < 0 ||
    !Array.isArray(after) ||
    !after.every((name) => typeof name === "string") ||
    !areOurs(after) ||
    typeof kept !== "string"
  )
    throw new ApiError("invalid_parameters", "This cursor does not belong to this list.");
  return { start: start as number, after, ...(kept ? { kept } : {}), ...(walk === 1 ? { walk: true } : {}) };
};

const parse = (cursor: string): unknown[] => {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
};

/** Items of all lists that are kept, together. */
const ITEMS = 100_000;
/** Milliseconds that a list is kept after its last use. */
const LIFE = 60_000;

/** A file or folder as a connector reads it, by the names that lead to it. */
export interface Entry {
  names: Names;
  isFolder: boolean;
}

interface Kept<Item> {
  owner: string;
  items: readonly Item[];
  until: number;
}

/**
 * Lists that did not fit into one page, for those who turn to the next one: where a protocol has no paging, each page would cost
 * the whole folder again. A list is found only by the name in its cursor and only for the account, user and folder that it was read
 * for; a first page is always read afresh. What is no longer kept is read again and continues after the last item told.
 */
export class KeptLists<Item extends Entry> {
  readonly #lists = new Map<string, Kept<Item>>();
  #items = 0;

  keep(context: Context, what: string, items: readonly Item[]): string | undefined {
    if (items.length > ITEMS) return undefined;
    const name = randomUUID();
    this.#lists.set(name, { owner: ownerOf(context, what), items, until: Date.now() + LIFE });
    this.#items += items.length;
    for (const [oldest, { until }] of this.#lists) {
      if (this.#items <= ITEMS && until >= Date.now()) break;
      this.#forget(oldest);
    }
    return name;
  }

  find(context: Context, what: string, name: string | undefined): readonly Item[] | undefined {
    const list = name === undefined ? undefined : this.#lists.get(name);
    if (!list || list.owner !== ownerOf(context, what) || list.until < Date.now()) return undefined;
    this.#lists.delete(name as string);
    this.#lists.set(name as string, { ...list, until: Date.now() + LIFE });
    return list.items;
  }

  #forget(name: string): void {
    this.#items -= this.#lists.get(name)?.items.length ?? 0;
    this.#lists.delete(name);
  }
}

const ownerOf = (context: Context, what: string): string => {
  const { application, account, user = "" } = context.ref("folder", "").scope;
  return JSON.stringify([application, account, user, context.settings, context.raw, what]);
};
