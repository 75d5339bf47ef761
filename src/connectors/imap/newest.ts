import type { EmailMessage } from "../../../schema/email/message.js";
import { ApiError } from "../../errors.js";
import type { Context, EmailQuery, Page, Paging } from "../connector.js";
import { fromCursor, toCursor } from "../families/cursors.js";
import { threadKey } from "../families/mime/thread.js";
import { Dates } from "./dates.js";
import { findFolder, foldersWithMail } from "./folders.js";
import { type Told, toMessage } from "./map.js";
import { tell } from "./reading.js";
import { criteriaOf } from "./search.js";
import type { Box, Session } from "./session.js";
import { inSession } from "./transport.js";

/** Mails of one page. */
export const PAGE = 100;
/** Mails of one folder that a list looks at where the server does not sort; older ones are not told. */
const LOOKED_AT = 20_000;
/** Mails of one folder whose dates are read at once. */
const TOGETHER = 200;

/** A mail's place in the list: the newest first; of one date, by folder and UID. */
interface Rank {
  /** Milliseconds since 1970. */
  at: number;
  folder: string;
  uid: number;
}
type Found = Rank & { box: Box };

const isBefore = (one: Rank, other: Rank): boolean =>
  one.at !== other.at
    ? one.at > other.at
    : one.folder !== other.folder
      ? one.folder < other.folder
      : one.uid < other.uid;

/** Mails, newest first, of one folder or of all. */
export const list = (context: Context, query: EmailQuery & Paging): Promise<Page<EmailMessage>> => {
  const { cursor, limit, ...asked } = query;
  const after = cursor === null ? null : fromCursor<Rank>(cursor, isRank);
  const most = Math.min(limit, PAGE);
  return inSession(context, async (session) => {
    const folders =
      asked.folder === undefined ? (await foldersWithMail(session)).map(({ path }) => path) : [asked.folder];
    const sources: Source[] = [];
    for (const folder of folders) {
      const source = await sourceOf(context, session, folder, asked, after).catch((error) =>
        none(session, folder, error),
      );
      if (source) sources.push(source);
    }
    const found: Found[] = [];
    for (let next = newestOf(sources); next && found.length < most; next = newestOf(sources)) {
      found.push(next.waiting.shift() as Found);
      if (next.waiting.length === 0) await fill(session, next, asked, after);
    }
    const isLast = newestOf(sources) === undefined;
    const items = await read(context, session, found, asked);
    const last = found.at(-1);
    const { at, folder, uid } = last ?? ({} as Rank);
    return { items, next: last && !isLast ? toCursor({ at, folder, uid } satisfies Rank) : null };
  });
};

/** A folder that only holds others has no mails; one that went while the list was made has none any more. */
const none = async (session: Session, folder: string, error: unknown): Promise<null> => {
  if (!(error instanceof ApiError) || error.code !== "not_found") throw error;
  await findFolder(session, folder);
  return null;
};

const isRank = ({ at, folder, uid }: Partial<Rank>): boolean =>
  Number.isFinite(at) && typeof folder === "string" && Number.isSafeInteger(uid);

/** What one folder has to tell: first those whose dates are known, then the rest, newest first. */
interface Source {
  box: Box;
  uids: readonly number[];
  /** How many of `uids` have been looked at. */
  read: number;
  waiting: Found[];
  dates: Dates;
}

const sourceOf = async (
  context: Context,
  session: Session,
  folder: string,
  asked: EmailQuery,
  after: Rank | null,
): Promise<Source> => {
  const box = await session.open(folder);
  const until = after ? new Date(Math.min(after.at + 1, Date.parse(asked.until ?? "") || after.at + 1)) : null;
  const criteria = criteriaOf(until ? { ...asked, until: until.toISOString() } : asked);
  const dates = new Dates(context, box);
  const source: Source = { box, uids: [], read: 0, waiting: [], dates };
  if (session.can("SORT")) source.uids = await session.sort(criteria);
  else {
    const uids = (await session.search(criteria)).slice(-LOOKED_AT);
    const ranks = await dates.of(session, uids);
    source.uids = uids.sort((one, other) => (ranks.get(other) ?? 0) - (ranks.get(one) ?? 0) || one - other);
  }
  await fill(session, source, asked, after);
  return source;
};

/** Until something waits, or nothing is left. The folder may have to be opened again. */
const fill = async (
  session: Session,
  source: Source,
  { since, until }: EmailQuery,
  after: Rank | null,
): Promise<void> => {
  const { box, uids } = source;
  if (source.read < uids.length && session.selected !== box.folder)
    await session.open(box.folder, { uidValidity: box.uidValidity });
  const [earliest, end] = [
    since === undefined ? -Infinity : Date.parse(since),
    until === undefined ? Infinity : Date.parse(until),
  ];
  while (source.waiting.length === 0 && source.read < uids.length) {
    const some = uids.slice(source.read, source.read + TOGETHER);
    source.read += some.length;
    const dates = await source.dates.of(session, some);
    for (const uid of some) {
      const at = dates.get(uid);
      const rank = { at: at ?? 0, folder: box.folder, uid, box };
      if (at !== undefined && at >= earliest && at < end && (!after || isBefore(after, rank)))
        source.waiting.push(rank);
    }
  }
  source.waiting.sort((one, other) => (isBefore(one, other) ? -1 : 1));
};

const newestOf = (sources: readonly Source[]): Source | undefined => {
  let newest: Source | undefined;
  for (const source of sources) {
    const [first] = source.waiting;
    if (first && (!newest || isBefore(first, newest.waiting[0] as Found))) newest = source;
  }
  return newest;
};

/** The mails themselves, folder by folder, in the order in which they were found. */
const read = async (
  context: Context,
  session: Session,
  found: readonly Found[],
  { thread, participant }: EmailQuery,
): Promise<EmailMessage[]> => {
  const told = new Map<string, Told>();
  for (const [folder, group] of Map.groupBy(found, ({ folder }) => folder)) {
    const [{ box }] = group as [Found];
    if (session.selected !== folder) await session.open(folder, { uidValidity: box.uidValidity });
    for (const one of await tell(
      session,
      box,
      group.map(({ uid }) => uid),
    ))
      told.set(`${one.wire.uid}.${folder}`, one);
  }
  return found
    .map(({ uid, folder }) => told.get(`${uid}.${folder}`))
    .filter((one) => one !== undefined)
    .filter(({ headers }) => thread === undefined || threadKey(headers) === thread)
    .map((one) => toMessage(context, one))
    .filter((message) => participant === undefined || isAmong(message, participant));
};

const isAmong = ({ author, to, cc, bcc }: EmailMessage, participant: string): boolean =>
  [author, ...to, ...cc, ...bcc].some((one) => one?.email?.toLowerCase() === participant.toLowerCase());
