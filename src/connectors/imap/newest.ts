import type { EmailMessage } from "../../../schema/email/message.js";
import type { Context, EmailQuery, Page, Paging } from "../connector.js";
import { fromCursor, toCursor } from "../families/cursors.js";
import { threadKey } from "../families/mime/thread.js";
import { unlessClosed } from "./errors.js";
import { findFolder, foldersWithMail } from "./folders.js";
import { type Told, toMessage } from "./map.js";
import { tell } from "./reading.js";
import type { Session } from "./session.js";
import { type Found, isBefore, type Rank, Source } from "./source.js";
import { inSession } from "./transport.js";

/** Mails of one page. */
export const PAGE = 100;

/** Mails, newest first, of one folder or of all. A page may be empty while more follow: see `isAskedFor`. */
export const list = (context: Context, query: EmailQuery & Paging): Promise<Page<EmailMessage>> => {
  const { cursor, limit, ...asked } = query;
  const after = cursor === null ? null : fromCursor<Rank>(cursor, isRank);
  const most = Math.min(limit, PAGE);
  return inSession(context, async (session) => {
    const sources = await sourcesOf(context, session, asked, after);
    const found: Found[] = [];
    for (let next = newestOf(sources); next && found.length < most; next = newestOf(sources)) {
      found.push(next.first as Found);
      await next.take();
    }
    const last = found.at(-1);
    const isLast = !last || newestOf(sources) === undefined;
    const items = (await read(session, found))
      .filter(({ headers }) => asked.thread === undefined || threadKey(headers) === asked.thread)
      .map((one) => toMessage(context, one))
      .filter((message) => isAskedFor(message, asked));
    return {
      items,
      next: isLast ? null : toCursor({ at: last.at, folder: last.folder, uid: last.uid } satisfies Rank),
    };
  });
};

const isRank = ({ at, folder, uid }: Partial<Rank>): boolean =>
  Number.isFinite(at) && typeof folder === "string" && Number.isSafeInteger(uid);

const sourcesOf = async (
  context: Context,
  session: Session,
  asked: EmailQuery,
  after: Rank | null,
): Promise<Source[]> => {
  const open = (folder: string) => Source.open(context, session, folder, asked, after);
  if (asked.folder !== undefined) {
    const source = await unlessClosed(open(asked.folder), ["not_found"]);
    // A folder that only holds others has no mails.
    return source ? [source] : findFolder(session, asked.folder).then(() => []);
  }
  const sources: Source[] = [];
  for (const { path } of await foldersWithMail(session)) {
    const source = await unlessClosed(open(path));
    if (source) sources.push(source);
  }
  return sources;
};

const newestOf = (sources: readonly Source[]): Source | undefined => {
  let newest: Source | undefined;
  for (const source of sources)
    if (source.first && (!newest?.first || isBefore(source.first, newest.first))) newest = source;
  return newest;
};

/** The mails themselves, folder by folder, in the order in which they were found. */
const read = async (session: Session, found: readonly Found[]): Promise<Told[]> => {
  const told = new Map<Found, Told>();
  for (const group of Map.groupBy(found, ({ folder }) => folder).values()) {
    const [{ box }] = group as [Found];
    await session.reopen(box);
    const uids = group.map(({ uid }) => uid);
    const byUid = new Map((await tell(session, box, uids)).map((one) => [one.wire.uid, one]));
    for (const one of group) {
      const mail = byUid.get(one.uid);
      if (mail) told.set(one, mail);
    }
  }
  return found.map((one) => told.get(one)).filter((one) => one !== undefined);
};

/** The server finds parts of addresses as well. */
const isAskedFor = ({ author, to, cc, bcc }: EmailMessage, { participant }: EmailQuery): boolean =>
  participant === undefined ||
  [author, ...to, ...cc, ...bcc].some((one) => one?.email?.toLowerCase() === participant.toLowerCase());
