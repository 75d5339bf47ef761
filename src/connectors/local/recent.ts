import type { File } from "../../../schema/storage/file.js";
import { type Context, type Page, type Paging, ROOT } from "../connector.js";
import { fromCursor, toCursor } from "../families/cursors.js";
import { together } from "./errors.js";
import { Kept } from "./kept.js";
import { toFile } from "./map.js";
import { childId } from "./names.js";
import type { Place } from "./root.js";
import { Walk } from "./walk.js";
import type { Facts } from "./wire.js";

/** Files looked at in one walk at most. What a larger folder holds beyond them is not told. */
const LOOKED_AT = 100_000;
/** Files that one walk remembers, newest first, for this page and the next ones. */
const REMEMBERED = 1_000;
const TOGETHER = 64;
/** Lists that wait for their next page, and for how many milliseconds. */
const KEPT = 16;
const KEPT_FOR = 60_000;

/** A file's place in the list: by whole milliseconds, as the times that we tell; within one of them by id. */
interface Rank {
  modified: number;
  id: string;
}
interface Found extends Rank {
  name: string;
  folder: string;
  facts: Facts;
}
interface Cursor extends Rank {
  kept: string;
}

interface Newest {
  question: string;
  files: Found[];
  /** There are older ones, which only another walk finds. */
  more: boolean;
}

/** Files, newest first. One walk serves many pages; when what it found is no longer kept, a new one goes on after the last. */
export class Recents {
  readonly #kept = new Kept<Newest>(KEPT, KEPT_FOR);

  async page(
    context: Context,
    place: Place,
    { since, cursor, limit }: Paging & { since?: string | undefined },
  ): Promise<Page<File>> {
    const question = `${place.key}\0${since ?? ""}`;
    const after = cursor === null ? null : fromCursor<Cursor>(cursor, isCursor);
    const kept = after && this.#kept.take(after.kept);
    const earliest = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
    const { files, more } = kept?.question === question ? kept : await newest(context, place, earliest, after);
    const page = files.slice(0, limit);
    const rest = files.slice(limit);
    const last = page.at(-1);
    const toNext = ({ modified, id }: Found): string =>
      toCursor({
        modified,
        id,
        kept: rest.length > 0 ? this.#kept.keep({ question, files: rest, more }) : "",
      } satisfies Cursor);
    return {
      items: page.map(({ id, name, folder, facts }) =>
        toFile(context, { id, name, parent: context.ref("folder", folder) }, facts),
      ),
      next: last && (rest.length > 0 || more) ? toNext(last) : null,
    };
  }
}

/** The newest files that are later than `earliest` and come after `after`. */
const newest = async (context: Context, place: Place, earliest: number, after: Rank | null) => {
  const files: Found[] = [];
  let more = false;
  const offer = (found: Found): void => {
    if (!(found.modified > earliest) || (after && !isBefore(after, found))) return;
    files.splice(placeIn(files, found), 0, found);
    if (files.length <= REMEMBERED) return;
    files.pop();
    more = true;
  };
  const walk = new Walk(place, [ROOT], true);
  try {
    for (let looked = 0; looked < LOOKED_AT; ) {
      context.signal.throwIfAborted();
      const entries = await walk.next(TOGETHER);
      if (entries.length === 0) break;
      const seen = entries.filter(({ isFolder }) => !isFolder);
      looked += seen.length;
      await together(seen, async ({ folder, name }) => {
        const facts = await folder.find(name);
        if (!facts?.isFile()) return;
        const modified = Math.floor(facts.mtimeMs);
        offer({ modified, id: childId(folder.id, name), name, folder: folder.id, facts });
      });
    }
  } finally {
    await walk.close();
  }
  return { files, more };
};

const isBefore = (one: Rank, other: Rank): boolean =>
  one.modified > other.modified || (one.modified === other.modified && one.id < other.id);

/** By bisection. */
const placeIn = (sorted: readonly Rank[], found: Rank): number => {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(sorted[middle] as Rank, found)) low = middle + 1;
    else high = middle;
  }
  return low;
};

const isCursor = ({ modified, id, kept }: Partial<Cursor>): boolean =>
  Number.isSafeInteger(modified) && typeof id === "string" && typeof kept === "string";
