import { type Context, type Page, type Paging, ROOT, type StorageItem } from "../connector.js";
import { type Listings, toItems } from "./listing.js";
import type { Place } from "./root.js";

/** Names read for one page of a search at most: a page may be empty while more follow. */
const NAMES_OF_A_PAGE = 20_000;
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
