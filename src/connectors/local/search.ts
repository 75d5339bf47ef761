import type { File } from "../../../schema/storage/file.js";
import { type Context, type Page, type Paging, ROOT, type StorageItem } from "../connector.js";
import { fromCursor, toCursor } from "./cursors.js";
import { together } from "./errors.js";
import { type Listings, toItems } from "./listing.js";
import { toFile } from "./map.js";
import { childId } from "./names.js";
import type { Place } from "./root.js";
import { Walk } from "./walk.js";

/** Names read for one page of a search at most: a page may be empty while more follow. */
const NAMES_OF_A_PAGE = 20_000;
/** Files looked at for what is recent at most. What a larger folder holds beyond them is not told. */
const LOOKED_AT = 100_000;
const TOGETHER = 64;

/** Part of a name, whatever its case and whether its accents are composed or not. */
export const search = (
  listings: Listings,
  context: Context,
  place: Place,
  { query, in: within, cursor, limit }: Paging & { query: string; in?: readonly string[] },
): Promise<Page<StorageItem>> => {
  const wanted = fold(query);
  const starts = within?.length ? outermost(within) : [ROOT];
  return listings.page({ place, starts, recursive: true, about: `search ${wanted}`, cursor }, async (walk) => {
    const items: StorageItem[] = [];
    for (let read = 0; read < NAMES_OF_A_PAGE && items.length < limit; ) {
      context.signal.throwIfAborted();
      const entries = await walk.next(Math.min(TOGETHER, limit - items.length));
      if (entries.length === 0) break;
      read += entries.length;
      items.push(
        ...(await toItems(
          context,
          entries.filter(({ name }) => fold(name).includes(wanted)),
        )),
      );
    }
    return items;
  });
};

const fold = (text: string): string => text.normalize("NFC").toLowerCase();

/** Without folders that lie in another of them, so that nothing is found twice. */
const outermost = (folders: readonly string[]): string[] => {
  const distinct = [...new Set(folders)];
  return distinct.includes(ROOT)
    ? [ROOT]
    : distinct.filter((folder) => !distinct.some((other) => folder.startsWith(`${other}/`)));
};

interface Older {
  modified: number;
  id: string;
}

/**
 * Files, newest first, of at most `LOOKED_AT`; each page walks anew and keeps no more than itself. By whole milliseconds, as the
 * times that we tell; files of the same millisecond by id.
 */
export const recent = async (
  context: Context,
  place: Place,
  { since, cursor, limit }: Paging & { since?: string | undefined },
): Promise<Page<File>> => {
  const after = cursor === null ? null : fromCursor<Older>(cursor, isOlder);
  const earliest = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
  const newest: (Older & { file: () => File })[] = [];
  // One more than the page, to know whether another follows.
  const room = limit + 1;
  const walk = new Walk(place, [ROOT], true);
  try {
    for (let looked = 0; looked < LOOKED_AT; ) {
      context.signal.throwIfAborted();
      const entries = await walk.next(TOGETHER);
      if (entries.length === 0) break;
      const files = entries.filter(({ isFolder }) => !isFolder);
      looked += files.length;
      await together(files, async ({ folder, name }) => {
        const facts = await folder.find(name);
        if (!facts?.isFile()) return;
        const id = childId(folder.id, name);
        const found = { modified: Math.floor(facts.mtimeMs), id };
        const last = newest[room - 1];
        if (!(found.modified > earliest) || (after && !isBefore(after, found)) || (last && isBefore(last, found)))
          return;
        const parent = folder.id;
        const file = () => toFile(context, { id, name, parent: context.ref("folder", parent) }, facts);
        newest.splice(placeOf(newest, found), 0, { ...found, file });
        if (newest.length > room) newest.pop();
      });
    }
  } finally {
    await walk.close();
  }
  const page = newest.slice(0, limit);
  const last = page.at(-1);
  const next =
    last && newest.length > limit ? toCursor({ modified: last.modified, id: last.id } satisfies Older) : null;
  return { items: page.map(({ file }) => file()), next };
};

const isBefore = (one: Older, other: Older): boolean =>
  one.modified > other.modified || (one.modified === other.modified && one.id < other.id);

/** By bisection. */
const placeOf = (sorted: readonly Older[], found: Older): number => {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(sorted[middle] as Older, found)) low = middle + 1;
    else high = middle;
  }
  return low;
};

const isOlder = ({ modified, id }: Partial<Older>): boolean => Number.isSafeInteger(modified) && typeof id === "string";
