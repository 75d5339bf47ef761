import type { EmailMessage } from "../../../../schema/email/message.js";
import { ApiError } from "../../../errors.js";
import type { Context, EmailQuery, Page, Paging } from "../../connector.js";
import { ROOT } from "../../connector.js";
import { fromCursor, toCursor } from "../../families/cursors.js";
import { dateIn } from "../../families/mime/headers.js";
import { together, unless } from "../errors.js";
import { Kept } from "../kept.js";
import { childId } from "../names.js";
import type { OpenFolder, Place } from "../root.js";
import { Walk } from "../walk.js";
import { type Filed, isMaildir } from "./filed.js";
import { Maildirs } from "./maildirs.js";
import { readFiled } from "./message.js";
import { messageId } from "./names.js";

/** Mails whose dates are looked at for one list, and other files that are passed over; what lies beyond is not told. */
const LOOKED_AT = 20_000;
const PASSED = 200_000;
/** Mails that one walk remembers, newest first, for this page and the next ones. */
const REMEMBERED = 1_000;
/** Mails read for one page of a search at most: a page may be empty while more follow. */
const EXAMINED = 200;
const TOGETHER = 64;
/** Lists that wait for their next page, and for how many milliseconds. */
const KEPT = 16;
const KEPT_FOR = 60_000;
/** Dates remembered, by what changes with a file. */
const DATES = 100_000;
/** Bytes in which the date of a mail is looked for: before it stand the lines of the servers that it passed. */
const HEAD = 16 << 10;

/** A mail's place in the list: by milliseconds, within one by id. */
interface Rank {
  at: number;
  id: string;
}
type Found = Rank & { filed: Filed };
interface Cursor extends Rank {
  kept: string;
}
interface Newest {
  question: string;
  mails: Found[];
  /** There are older ones, which only another walk finds. */
  more: boolean;
}

/** Mails, newest first. One walk serves many pages; when what it found is no longer kept, a new one goes on after the last. */
export class NewestMails {
  readonly #kept = new Kept<Newest>(KEPT, KEPT_FOR);
  readonly #dates = new Map<string, number>();

  async page(context: Context, place: Place, query: EmailQuery & Paging): Promise<Page<EmailMessage>> {
    const { cursor, limit, ...asked } = query;
    const wanted = wantedBy(asked);
    const question = `${place.key}\0${JSON.stringify(asked)}`;
    const after = cursor === null ? null : fromCursor<Cursor>(cursor, isCursor);
    const kept = after && this.#kept.take(after.kept);
    const { mails, more } = kept?.question === question ? kept : await this.#newest(context, place, asked, after);
    const items: EmailMessage[] = [];
    let examined = 0;
    for (; examined < mails.length && items.length < limit && examined < EXAMINED + limit; examined++) {
      context.signal.throwIfAborted();
      const read = await readFiled(context, place, (mails[examined] as Found).filed);
      if (read && wanted(read.message, read.mail.text)) items.push(read.message);
    }
    const rest = mails.slice(examined);
    const last = mails[examined - 1];
    if (!last || (rest.length === 0 && !more)) return { items, next: null };
    const { at, id } = last;
    const waiting = rest.length > 0 ? this.#kept.keep({ question, mails: rest, more }) : "";
    return { items, next: toCursor({ at, id, kept: waiting } satisfies Cursor) };
  }

  /** The newest mails that come after `after`. */
  async #newest(
    context: Context,
    place: Place,
    { folder, since, until, unread }: EmailQuery,
    after: Rank | null,
  ): Promise<{ mails: Found[]; more: boolean }> {
    const earliest = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
    const end = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until);
    const mails: Found[] = [];
    let more = false;
    const offer = (found: Found): void => {
      if (found.at < earliest || found.at >= end || (after && !isBefore(after, found))) return;
      mails.splice(placeIn(mails, found), 0, found);
      if (mails.length <= REMEMBERED) return;
      mails.pop();
      more = true;
    };
    const maildirs = new Maildirs(place);
    const walk = new Walk(place, await startsOf(place, folder), folder === undefined);
    try {
      for (let looked = 0, passed = 0; looked < LOOKED_AT && passed < PASSED; ) {
        context.signal.throwIfAborted();
        const entries = await walk.next(TOGETHER);
        if (entries.length === 0) break;
        passed += entries.length;
        const filed = (await maildirs.filed(entries)).filter(
          // What is in the trash of a Maildir, and what is not known to be read or unread, where that is asked.
          ({ within, flags }) =>
            !flags.includes("T") && (unread === undefined || (within !== null && flags.includes("S") !== unread)),
        );
        looked += filed.length;
        const holder = entries[0]?.folder as OpenFolder;
        await together(filed, async (one) => {
          const at = await this.#dateOf(holder, one.name);
          if (at !== null) offer({ at, id: messageId(one), filed: one });
        });
      }
    } finally {
      await walk.close();
    }
    return { mails, more };
  }

  /** Milliseconds since 1970; null for what is not there any more. */
  async #dateOf(holder: OpenFolder, name: string): Promise<number | null> {
    const facts = await holder.find(name);
    if (!facts?.isFile()) return null;
    const key = `${facts.dev}:${facts.ino}:${facts.size}:${facts.mtimeMs}`;
    const known = this.#dates.get(key);
    if (known !== undefined) return known;
    const handle = await unless(["ENOENT", "EACCES"], holder.file(name));
    if (!handle) return null;
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
      const date = dateIn(buffer.subarray(0, bytesRead));
      // In the milliseconds that we tell.
      const at = date === null ? Math.floor(facts.mtimeMs) : Date.parse(date);
      if (this.#dates.size >= DATES) this.#dates.clear();
      this.#dates.set(key, at);
      return at;
    } finally {
      await handle.close();
    }
  }
}

/** The whole tree, or one folder alone. */
const startsOf = async (place: Place, folder: string | undefined): Promise<string[]> => {
  if (folder === undefined) return [ROOT];
  return place.within(folder, async (opened) =>
    (await isMaildir(opened)) ? [folder, childId(folder, "new"), childId(folder, "cur")] : [folder],
  );
};

/** What only the mail itself tells. Every word must be found, in any case. */
const wantedBy = ({ label, thread, query, participant }: EmailQuery) => {
  if (label !== undefined) throw new ApiError("not_implemented", "Mail files carry no labels.");
  if (thread !== undefined) throw new ApiError("not_implemented", "Mail files are not kept in threads.");
  const words = fold(query ?? "")
    .split(/\s+/)
    .filter(Boolean);
  const address = participant?.toLowerCase();
  return ({ author, to, cc, bcc, subject, attachments }: EmailMessage, text: string | null): boolean => {
    const persons = [...(author ? [author] : []), ...to, ...cc, ...bcc];
    if (address !== undefined && !persons.some(({ email }) => email?.toLowerCase() === address)) return false;
    if (words.length === 0) return true;
    const said = [
      subject,
      text,
      ...persons.flatMap(({ name, email }) => [name, email]),
      ...attachments.map((one) => one.name),
    ];
    const folded = fold(said.filter(Boolean).join(" "));
    return words.every((word) => folded.includes(word));
  };
};
const fold = (text: string): string => text.normalize("NFC").toLowerCase();

const isBefore = (one: Rank, other: Rank): boolean => one.at > other.at || (one.at === other.at && one.id > other.id);

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

const isCursor = ({ at, id, kept }: Partial<Cursor>): boolean =>
  Number.isFinite(at) && typeof id === "string" && typeof kept === "string";
