import type { FetchQueryObject } from "imapflow";
import type { EmailQuery } from "../connector.js";
import { dateIn } from "../families/mime/headers.js";
import { threadKey } from "../families/mime/thread.js";
import { Conversation } from "./conversation.js";
import { unlessClosed } from "./errors.js";
import { createdOf, headersOf } from "./map.js";
import { criteriaOf, inCommands, ofThreads } from "./search.js";
import type { Box, Session, Token } from "./session.js";

/** Mails of a thread, or of several, in one folder that are looked at, the newest of them; and mails that are read with one command. */
const LOOKED_AT = 2_000;
const TOGETHER = 500;

const HEAD: FetchQueryObject = {
  uid: true,
  flags: true,
  internalDate: true,
  headers: ["date", "from", "subject", "message-id", "in-reply-to", "references"],
};

/** Threads with their mails in these folders, those that are asked for: a folder is asked once for all threads that one command can name. */
export const conversationsOf = async (
  session: Session,
  folders: readonly string[],
  threads: readonly string[],
  asked: EmailQuery = {},
): Promise<ReadonlyMap<string, Conversation>> => {
  const found = new Map(threads.map((thread) => [thread, new Conversation()]));
  const lookIn = async (folder: string): Promise<void> => {
    const box = await session.open(folder);
    for (const some of inCommands(threads)) await look(session, box, some, criteriaOf(asked), found);
  };
  if (threads.length > 0) for (const folder of folders) await unlessClosed(lookIn(folder));
  return found;
};

/** Of too many mails together, each thread is looked at alone, so that a large one hides no other. */
const look = async (
  session: Session,
  box: Box,
  threads: readonly string[],
  asked: readonly Token[],
  found: ReadonlyMap<string, Conversation>,
): Promise<void> => {
  const uids = await session.search([...asked, ...ofThreads(threads)]);
  if (uids.length > LOOKED_AT && threads.length > 1) {
    for (const thread of threads) await look(session, box, [thread], asked, found);
    return;
  }
  const newest = uids.slice(-LOOKED_AT);
  if (newest.length < uids.length) for (const thread of threads) found.get(thread)?.miss();
  const wanted = new Set(threads);
  for (let begin = 0; begin < newest.length; begin += TOGETHER)
    for (const wire of await session.fetch(newest.slice(begin, begin + TOGETHER), HEAD)) {
      const headers = await headersOf(wire);
      // What the server finds may only mention a thread: what a mail refers to first decides.
      const thread = threadKey(headers);
      if (thread === null || !wanted.has(thread)) continue;
      const created = createdOf(dateIn(wire.headers ?? Buffer.alloc(0)), wire);
      found.get(thread)?.add({
        at: created === null ? 0 : Date.parse(created),
        folder: box.folder,
        uid: wire.uid,
        box,
        created,
        author: headers.from,
        subject: headers.subject,
        isRead: wire.flags?.has("\\Seen") ?? false,
      });
    }
};
