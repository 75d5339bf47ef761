import { ApiError, type ErrorCode } from "../../../errors.js";
import type { Context, Page, Paging, StorageItem } from "../../connector.js";
import { BEGINNING, type Entry, fromCursor, KeptLists, type Position, toCursor } from "./cursors.js";
import { compare, isWithin, type Names, namesOf, toId } from "./names.js";

/** Items of one page. */
export const PAGE = 1000;
/** Folders that a walk reads for one page; a page may end early, and even be empty. */
const FOLDERS = 50;

/** How a connector reads folders; both give entries in the order of `compare` and throw `not_found` for what is no folder. */
export interface Source<Item extends Entry> {
  /** What lies directly in a folder. */
  children(context: Context, folder: Names): Promise<readonly Item[]>;
  /** All below a folder at once; null where the server does not do that. */
  tree?(context: Context, folder: Names): Promise<readonly Item[] | null>;
  toItem(context: Context, entry: Item): StorageItem;
}

/** Pages of folders and trees, where the protocol itself has no paging: a folder is read as a whole and cut. */
export class PathLists<Item extends Entry> {
  readonly #kept = new KeptLists<Item>();
  constructor(private readonly source: Source<Item>) {}

  /** What lies directly in a folder: read once, however many pages. */
  async folder(context: Context, folder: Names, { cursor, limit }: Paging): Promise<Page<StorageItem>> {
    const position = fromCursor(cursor);
    const what = listOf(folder);
    const known = this.#kept.find(context, what, position.kept);
    const all = known ?? (await this.source.children(context, folder));
    const page = remaining(all, position.after).slice(0, Math.min(limit, PAGE));
    const items = page.map((entry) => this.source.toItem(context, entry));
    const last = page.at(-1);
    if (!last || last === all.at(-1)) return { items, next: null };
    const name = known ? position.kept : this.#kept.keep(context, what, all);
    return { items, next: toCursor({ start: 0, after: last.names, ...(name ? { kept: name } : {}) }) };
  }

  /** By a part of the name, in any case, below the root or some folders: a walk, for a protocol without a search. */
  async search(
    context: Context,
    { query, in: folders, ...paging }: Paging & { query: string; in?: readonly string[] },
  ): Promise<Page<StorageItem>> {
    const wanted = fold(query);
    const within = folders ? folders.map(namesOf) : [[]];
    return this.trees(context, within, paging, ({ names }) => fold(names.at(-1) ?? "").includes(wanted));
  }

  /** All that is wanted below some folders, each folder before what it holds. */
  async trees(
    context: Context,
    folders: readonly Names[],
    { cursor, limit }: Paging,
    isWanted: (entry: Item) => boolean = () => true,
  ): Promise<Page<StorageItem>> {
    const position = fromCursor(cursor);
    const starts = folders.filter((folder, index) => !folders.some((other, at) => isSpared(folder, index, other, at)));
    const items: StorageItem[] = [];
    const progress: Progress<Item> = { folders: FOLDERS };
    for (let start = position.start; start < starts.length; start++) {
      const isResumed = start === position.start;
      if (!isResumed && progress.folders <= 0) return { items, next: toCursor({ ...BEGINNING, start }) };
      const { after, kept: name, walk: mustWalk } = isResumed ? position : BEGINNING;
      const folder = starts[start] as Names;
      const what = `tree ${toId(folder, true)}`;
      progress.folders--;
      progress.kept = name;
      const known = this.#kept.find(context, what, name);
      const all = known ?? (mustWalk ? null : ((await this.source.tree?.(context, folder)) ?? null));
      let last = after;
      for await (const entry of all ? remaining(all, after) : this.#walk(context, folder, after, progress)) {
        if (items.length === Math.min(limit, PAGE) || (progress.folders <= 0 && last !== after)) {
          const list = all ? { what, all } : progress.list;
          const isKept = list && this.#kept.find(context, list.what, name);
          const again = list && (isKept ? name : this.#kept.keep(context, list.what, list.all));
          const here: Position = { start, after: last, ...(again ? { kept: again } : {}) };
          return { items, next: toCursor(all ? here : { ...here, walk: true }) };
        }
        last = entry.names;
        if (isWanted(entry)) items.push(this.source.toItem(context, entry));
      }
    }
    return { items, next: null };
  }

  /** Depth first, one reading for each folder. Goes on after a place by way of the folders that lead there. */
  async *#walk(context: Context, folder: Names, after: Names, progress: Progress<Item>): AsyncGenerator<Item> {
    const what = listOf(folder);
    const all = this.#kept.find(context, what, progress.kept) ?? (await this.source.children(context, folder));
    for (const entry of all) {
      const order = compare(entry.names, after.slice(0, entry.names.length));
      if (order < 0) continue;
      progress.list = { what, all };
      if (order > 0) yield entry;
      if (!entry.isFolder) continue;
      progress.folders--;
      try {
        yield* this.#walk(context, entry.names, after, progress);
      } catch (error) {
        if (!(error instanceof ApiError) || !CLOSED.includes(error.code)) throw error;
      }
    }
  }
}

/** A folder that has gone meanwhile, or that may not be read, is told, but not what it holds. */
const CLOSED: readonly ErrorCode[] = ["not_found", "service_forbidden", "permission_denied"];

interface Progress<Item> {
  /** Folders that are left for this page. */
  folders: number;
  /** The list that the last page kept. */
  kept?: string | undefined;
  /** The folder that the walk is in. */
  list?: { what: string; all: readonly Item[] };
}

const listOf = (folder: Names): string => `list ${toId(folder, true)}`;

const isSpared = (folder: Names, index: number, other: Names, at: number): boolean =>
  at !== index && isWithin(folder, other) && (other.length < folder.length || at < index);

const remaining = <Item extends Entry>(all: readonly Item[], after: Names): readonly Item[] => {
  const start = all.findIndex(({ names }) => compare(names, after) > 0);
  return start < 0 ? [] : all.slice(start);
};

const fold = (text: string): string => text.normalize("NFC").toLowerCase();
