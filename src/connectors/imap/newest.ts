import type { EmailMessage } from "../../../schema/email/message.js";
import { toApiError } from "../../errors.js";
import type { Context, EmailQuery, Page, Paging } from "../connector.js";
import { threadKey } from "../families/mime/thread.js";
import { conversationsOf } from "./conversations.js";
import { foldersWithMail } from "./folders.js";
import { toMessage } from "./map.js";
import { Merged } from "./merged.js";
import { cursorAfter, type Found, ofCursor } from "./rank.js";
import { read } from "./reading.js";
import { inSession } from "./transport.js";

/** Mails of one page, and lists whose first pages are asked for together. */
export const PAGE = 100;
export const LISTS = 50;

/** Mails, newest first, of one folder or of all. A page may be empty while more follow: see `isAskedFor`. */
export const list = (context: Context, query: EmailQuery & Paging): Promise<Page<EmailMessage>> => {
  const { cursor, limit, ...asked } = query;
  const after = ofCursor(cursor);
  return inSession(context, async (session) => {
    const folders = asked.folder === undefined ? await foldersWithMail(session) : [];
    const mails = await Merged.open(context, session, folders, asked, after);
    const found = await mails.take(Math.min(limit, PAGE));
    const last = found.at(-1);
    const told = await read(session, found);
    const items = [...told.values()]
      .filter(({ headers }) => asked.thread === undefined || threadKey(headers) === asked.thread)
      .map((one) => toMessage(context, one))
      .filter((message) => isAskedFor(message, asked));
    return { items, next: last && !mails.isAtEnd ? cursorAfter(last) : null };
  });
};

/** Lists that ask for a thread and nothing else are one question to each folder; others are lists like any. */
export const listMany = async (
  context: Context,
  queries: readonly EmailQuery[],
  limit: number,
): Promise<(Page<EmailMessage> | Error)[]> => {
  const threads = new Set(queries.map(threadAlone).filter((thread) => thread !== null));
  const pages = threads.size === 0 ? null : pagesOf(context, [...threads], Math.min(limit, PAGE));
  return Promise.all(
    queries.map((query) => {
      const thread = threadAlone(query);
      const page =
        thread !== null && pages
          ? pages.then((found) => found.get(thread) as Page<EmailMessage>)
          : list(context, { ...query, cursor: null, limit });
      return page.catch(toApiError);
    }),
  );
};

/** The thread that a list is of, when it asks for that alone. */
const threadAlone = ({ thread, ...others }: EmailQuery): string | null =>
  thread !== undefined && Object.values(others).every((value) => value === undefined) ? thread : null;

/** The first page of each thread. */
const pagesOf = (
  context: Context,
  threads: readonly string[],
  limit: number,
): Promise<Map<string, Page<EmailMessage>>> =>
  inSession(context, async (session) => {
    const conversations = await conversationsOf(session, await foldersWithMail(session), threads);
    const newest = new Map<string, Found[]>();
    for (const [thread, { mails }] of conversations) newest.set(thread, mails.slice(0, limit));
    const told = await read(session, [...newest.values()].flat());
    const pages = new Map<string, Page<EmailMessage>>();
    for (const [thread, found] of newest) {
      const last = found.at(-1);
      const isAll = conversations.get(thread)?.count === found.length;
      const items = found.flatMap((one) => told.get(one) ?? []).map((one) => toMessage(context, one));
      pages.set(thread, { items, next: last && !isAll ? cursorAfter(last) : null });
    }
    return pages;
  });

/** The server finds parts of addresses as well. */
const isAskedFor = ({ author, to, cc, bcc }: EmailMessage, { participant }: EmailQuery): boolean =>
  participant === undefined ||
  [author, ...to, ...cc, ...bcc].some((one) => one?.email?.toLowerCase() === participant.toLowerCase());
