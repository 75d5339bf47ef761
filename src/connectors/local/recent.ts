import type { File } from "../../../schema/storage/file.js";
import { type Context, type Page, type Paging, ROOT } from "../connector.js";
import { fromCursor, toCursor } from "./cursors.js";
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

/** Files, newest first. One walk serves a thousand of them; a list that is no longer kept is found again by a new walk. */
export class Recents {
  readonly #kept = new Kept<{ question: string; files: Found[] }>(KEPT, KEPT_FOR);

  async page(
    context: Context,
    place: Place,
    { since, cursor, limit }: Paging & { since?: string | undefined },
  ): Promise<Page<File>> {
    const question = `${place.key}\0${since ?? ""}`;
    const after = cursor === null ? null : fromCursor<Cursor>(cursor, isCursor);
    const kept = after && this.#kept.take(after.kept);
    const earliest = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
    const files = kept?.question === question ? kept.files : await newest(context, place, earliest, after);
    // A walk that filled its memory may have more to tell: the last one only shows that the list goes on.
    const page = files.slice(0, Math.min(limit, REMEMBERED - 1));
    const rest = files.slice(page.length);
    const last = page.at(-1);
    const toNext = ({ modified, id }: Found): string =>
      toCursor({ modified, id, kept: this.#kept.keep({ question, files: rest }) } satisfies Cursor);
    return {
      items: page.map(({ id, name, folder, facts }) =>
        toFile(context, { id, name, parent: context.ref("folder", folder) }, facts),
      ),
      next: last && rest.length > 0 ? toNext(last) : null,
    };
  }
}
