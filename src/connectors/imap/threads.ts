import type { EmailThread } from "../../../schema/email/thread.js";
import type { Collection, Context, EmailQuery, Page, Paging } from "../connector.js";
import { isMessageId } from "../families/mime/headers.js";
import type { Conversation } from "./conversation.js";
import { conversationsOf } from "./conversations.js";
import { noThread } from "./errors.js";
import { foldersWithMail } from "./folders.js";
import { toSet } from "./ids.js";
import { Merged } from "./merged.js";
import { cursorAfter, isBefore, ofCursor } from "./rank.js";
import { read } from "./reading.js";
import { pass } from "./roots.js";
import type { Session } from "./session.js";
import { inSession } from "./transport.js";

/** Threads of one page, and of one `getMany`. */
const PAGE = 50;
const MANY = 100;

type ThreadQuery = Pick<EmailQuery, "folder" | "label" | "query">;

/**
 * A thread is all mails of the account that refer to one root, whatever folders they lie in (`\All`, trash and spam where there is a
 * folder of all mail); its id is the root's Message-ID, which each mail names by itself, whether the root is there or not. THREAD
 * (RFC 5256) would tell of one folder at a time, and joins mails by their subjects as well.
 */
export const threads: Collection<EmailThread, ThreadQuery> = {
  traits: { pageSize: PAGE, getMany: MANY },
  list: (context, query) => inSession(context, (session) => list(context, session, query)),
  getMany: (context, ids) =>
    inSession(context, async (session) => {
      const asked = [...new Set(ids.filter(isMessageId))];
      const conversations =
        asked.length === 0 ? new Map() : await conversationsOf(session, await foldersWithMail(session), asked);
      const told = await tell(context, session, conversations);
      return ids.map((id) => told.get(id) ?? noThread());
    }),
};

/**
 * Mails are passed, newest first, until so many threads have come by; a thread stands where its newest mail that is asked for does, and
 * was told before when that is no later than the cursor. So a page may be emptier than asked for.
 */
const list = async (
  context: Context,
  session: Session,
  { cursor, limit, ...asked }: ThreadQuery & Paging,
): Promise<Page<EmailThread>> => {
  const after = ofCursor(cursor);
  const folders = await foldersWithMail(session);
  const mails = await Merged.open(context, session, folders, asked, after);
  const { roots, next } = await pass(session, mails, Math.min(limit, PAGE));
  const whole = await conversationsOf(session, folders, roots);
  const isNarrowed = asked.folder !== undefined || asked.query !== undefined;
  const placed = isNarrowed
    ? await conversationsOf(session, asked.folder === undefined ? folders : [asked.folder], roots, asked)
    : whole;
  const untold = roots.filter((root) => {
    const first = placed.get(root)?.mails[0];
    return first && (!after || isBefore(after, first));
  });
  const told = await tell(context, session, new Map(untold.map((root) => [root, whole.get(root) as Conversation])));
  return { items: [...told.values()], next: next && cursorAfter(next) };
};

/** Those that have mails, with the beginnings of their newest ones. */
const tell = async (
  context: Context,
  session: Session,
  conversations: ReadonlyMap<string, Conversation>,
): Promise<Map<string, EmailThread>> => {
  const newest = [...conversations.values()].flatMap(({ mails }) => mails.slice(0, 1));
  const mails = await read(session, newest);
  const told = new Map<string, EmailThread>();
  for (const [root, conversation] of conversations) {
    const [first] = conversation.mails;
    if (first) told.set(root, toThread(context, root, conversation, mails.get(first)?.snippet ?? null));
  }
  return told;
};

const toThread = (
  context: Context,
  root: string,
  { mails, oldest, participants, isUnread, count, uids }: Conversation,
  snippet: string | null,
): EmailThread => ({
  id: context.ref("thread", root),
  api: "email",
  type: "thread",
  subject: oldest?.subject ?? null,
  snippet,
  participants,
  messageCount: count,
  unread: isUnread,
  created: oldest?.created ?? null,
  modified: mails[0]?.created ?? null,
  raw: context.raw ? { id: root, type: "thread", object: toRaw(root, uids), headers: null } : undefined,
});

/** IMAP has no threads of the account: what it knows are the mails. */
const toRaw = (root: string, uids: ReadonlyMap<string, readonly number[]>) => ({
  messageId: root,
  folders: Object.fromEntries([...uids].map(([folder, some]) => [folder, toSet(some)])),
});
