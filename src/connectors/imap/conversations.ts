import type { FetchQueryObject } from "imapflow";
import type { EmailQuery } from "../connector.js";
import { dateIn } from "../families/mime/headers.js";
import { threadKey } from "../families/mime/thread.js";
import { Conversation } from "./conversation.js";
import { unlessClosed } from "./errors.js";
import { createdOf, headersOf } from "./map.js";
import { criteriaOf, ofThreads } from "./search.js";
import type { Session } from "./session.js";

/** Mails of one folder that are looked at for threads asked for together, and mails that are read with one command. */
const LOOKED_AT = 5_000;
const TOGETHER = 500;

const HEAD: FetchQueryObject = {
  uid: true,
  flags: true,
  internalDate: true,
  headers: ["date", "from", "subject", "message-id", "in-reply-to", "references"],
};

/** Threads with the mails that these folders hold of them, those that are asked for: each folder is asked once for all. */
export const conversationsOf = async (
  session: Session,
  folders: readonly string[],
  threads: readonly string[],
  asked: EmailQuery = {},
): Promise<ReadonlyMap<string, Conversation>> => {
  const found = new Map(threads.map((thread) => [thread, new Conversation()]));
  if (threads.length > 0) for (const folder of folders) await unlessClosed(look(session, folder, found, asked));
  return found;
};

/** What the server finds may only mention a thread: what a mail refers to first decides. */
const look = async (
  session: Session,
  folder: string,
  threads: ReadonlyMap<string, Conversation>,
  asked: EmailQuery,
): Promise<void> => {
  const box = await session.open(folder);
  const found = new Set<number>();
  for (const criteria of ofThreads([...threads.keys()]))
    for (const uid of await session.search([...criteriaOf(asked), ...criteria])) found.add(uid);
  const uids = [...found].sort((one, other) => other - one).slice(0, LOOKED_AT);
  if (uids.length < found.size) for (const thread of threads.values()) thread.isWhole = false;
  for (let begin = 0; begin < uids.length; begin += TOGETHER)
    for (const wire of await session.fetch(uids.slice(begin, begin + TOGETHER), HEAD)) {
      const headers = await headersOf(wire);
      const created = createdOf(dateIn(wire.headers ?? Buffer.alloc(0)), wire);
      threads.get(threadKey(headers) ?? "")?.add({
        ...{ at: created === null ? 0 : Date.parse(created), folder: box.folder, uid: wire.uid, box },
        ...{ author: headers.from, subject: headers.subject, created },
        isRead: wire.flags?.has("\\Seen") ?? false,
      });
    }
};
