import { ApiError, type ErrorCode } from "../../errors.js";
import type { Context, Page, Paging, StorageItem } from "../connector.js";
import { BEGINNING, fromCursor, KeptLists, type Position, toCursor } from "./cursors.js";
import { toItem } from "./map.js";
import { compare, isWithin, type Names, toId } from "./paths.js";
import { children, tree } from "./requests.js";
import type { Resource } from "./wire.js";

/** Items of one page. */
export const PAGE = 1000;
/** Folders that a walk reads for one page; a page may end early, and even be empty. */
const FOLDERS = 50;

const kept = new KeptLists();

/** What lies directly in a folder: one PROPFIND, however many pages. */
export const pageOfFolder = async (
  context: Context,
  folder: Names,
  { cursor, limit }: Paging,
): Promise<Page<StorageItem>> => {
  const position = fromCursor(cursor);
  const what = listOf(folder);
  const known = kept.find(context, what, position.kept);
  const all = known ?? (await children(context, folder));
  const page = remaining(all, position.after).slice(0, Math.min(limit, PAGE));
  const items = page.map((resource) => toItem(context, resource));
  const last = page.at(-1);
  if (!last || last === all.at(-1)) return { items, next: null };
  const name = known ? position.kept : kept.keep(context, what, all);
  return { items, next: toCursor({ start: 0, after: last.names, ...(name ? { kept: name } : {}) }) };
};

/** All that is wanted below some folders, each folder before what it holds. */
export const pageOfTrees = async (
  context: Context,
  folders: readonly Names[],
  { cursor, limit }: Paging,
  isWanted: (resource: Resource) => boolean,
): Promise<Page<StorageItem>> => {
  const position = fromCursor(cursor);
  const starts = folders.filter((folder, index) => !folders.some((other, at) => isSpared(folder, index, other, at)));
  const items: StorageItem[] = [];
  const progress: Progress = { folders: FOLDERS };
  for (let start = position.start; start < starts.length; start++) {
    const isResumed = start === position.start;
    if (!isResumed && progress.folders <= 0) return { items, next: toCursor({ ...BEGINNING, start }) };
    const { after, kept: name, walk: mustWalk } = isResumed ? position : BEGINNING;
    const folder = starts[start] as Names;
    const what = `tree ${toId(folder, true)}`;
    progress.folders--;
    progress.kept = name;
    const known = kept.find(context, what, name);
    const all = known ?? (mustWalk ? null : await tree(context, folder));
    let last = after;
    for await (const resource of all ? remaining(all, after) : walk(context, folder, after, progress)) {
      if (items.length === Math.min(limit, PAGE) || (progress.folders <= 0 && last !== after)) {
        const list = all ? { what, all } : progress.list;
        const again = list && (kept.find(context, list.what, name) ? name : kept.keep(context, list.what, list.all));
        const here: Position = { start, after: last, ...(again ? { kept: again } : {}) };
        return { items, next: toCursor(all ? here : { ...here, walk: true }) };
      }
      last = resource.names;
      if (isWanted(resource)) items.push(toItem(context, resource));
    }
  }
  return { items, next: null };
};

const listOf = (folder: Names): string => `list ${toId(folder, true)}`;

interface Progress {
  /** PROPFINDs that are left for this page. */
  folders: number;
  /** The list that the last page kept. */
  kept?: string | undefined;
  /** The folder that the walk is in. */
  list?: { what: string; all: readonly Resource[] };
}

const isSpared = (folder: Names, index: number, other: Names, at: number): boolean =>
  at !== index && isWithin(folder, other) && (other.length < folder.length || at < index);

const remaining = (all: readonly Resource[], after: Names): readonly Resource[] => {
  const start = all.findIndex(({ names }) => compare(names, after) > 0);
  return start < 0 ? [] : all.slice(start);
};

/** Depth first, one PROPFIND for each folder. Goes on after a place by way of the folders that lead there. */
async function* walk(context: Context, folder: Names, after: Names, progress: Progress): AsyncGenerator<Resource> {
  const what = listOf(folder);
  const all = kept.find(context, what, progress.kept) ?? (await children(context, folder));
  for (const resource of all) {
    const order = compare(resource.names, after.slice(0, resource.names.length));
    if (order < 0) continue;
    progress.list = { what, all };
    if (order > 0) yield resource;
    if (!resource.isFolder) continue;
    progress.folders--;
    try {
      yield* walk(context, resource.names, after, progress);
    } catch (error) {
      if (!(error instanceof ApiError) || !CLOSED.includes(error.code)) throw error;
    }
  }
}

/** A folder that has gone meanwhile, or that may not be read, is told, but not what it holds. */
const CLOSED: readonly ErrorCode[] = ["not_found", "service_forbidden", "permission_denied"];
