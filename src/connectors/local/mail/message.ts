import type { Stats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { Readable } from "node:stream";
import type { Attachment } from "../../../../schema/common/attachment.js";
import type { EmailMessage } from "../../../../schema/email/message.js";
import { attachmentId, type Context } from "../../connector.js";
import type { MailMessage } from "../../families/mime/message.js";
import { readMessage } from "../../families/mime/read.js";
import { notFound } from "../names.js";
import type { Place } from "../root.js";
import { type Filed, holderOf, locate, reading } from "./filed.js";
import { messageId } from "./names.js";

/** A mail with its texts, which are read with it whether they are wanted or not. */
export interface Read {
  message: EmailMessage;
  mail: MailMessage;
}

const CHUNK_BYTES = 64 << 10;

/** Its bytes from the beginning. The handle stays open. */
export const bytesOf = (handle: FileHandle): Readable =>
  handle.createReadStream({ start: 0, autoClose: false, highWaterMark: CHUNK_BYTES });

/** A mail whose file was just found: null if it is gone, or filed anew, since. */
export const readFiled = (context: Context, place: Place, filed: Filed): Promise<Read | null> =>
  reading(place, filed, async (handle) => {
    const facts = await handle.stat();
    const mail = await readMessage(bytesOf(handle));
    return { mail, message: toMessage(context, filed, facts, mail) };
  });

/** The same by its id, looked for again when it is filed anew meanwhile. Throws `not_found`. */
export const readById = async (context: Context, place: Place, id: string): Promise<Read> => {
  for (let tries = 0; tries < 3; tries++) {
    const read = await readFiled(context, place, await locate(place, id));
    if (read) return read;
  }
  throw notFound();
};

const toMessage = (context: Context, filed: Filed, facts: Stats, mail: MailMessage): EmailMessage => {
  const id = messageId(filed);
  const { within, flags, folder } = filed;
  const isMaildir = within !== null;
  return {
    id: context.ref("message", id),
    api: "email",
    type: "message",
    author: mail.from,
    to: mail.to,
    cc: mail.cc,
    bcc: mail.bcc,
    replyTo: mail.replyTo,
    subject: mail.subject,
    snippet: mail.snippet,
    attachments: mail.attachments.map((part) => toAttachment(context, id, part)),
    threadId: null,
    messageId: mail.messageId,
    inReplyTo: mail.inReplyTo,
    labels: [],
    folderId: context.ref("folder", folder),
    read: isMaildir ? flags.includes("S") : null,
    starred: isMaildir ? flags.includes("F") : null,
    draft: isMaildir ? flags.includes("D") : null,
    created: mail.date ?? facts.mtime.toISOString(),
    modified: facts.mtime.toISOString(),
    raw: context.raw
      ? {
          id,
          type: "message",
          object: { path: `${holderOf(filed)}/${filed.name}`, flags, size: facts.size, truncated: mail.truncated },
          headers: null,
        }
      : undefined,
  };
};

const toAttachment = (context: Context, message: string, part: MailMessage["attachments"][number]): Attachment => ({
  id: context.ref("attachment", attachmentId(message, part.id)),
  name: part.name,
  mimeType: part.mimeType,
  size: part.size,
  inline: part.inline,
  url: null,
  parentId: context.ref("message", message),
});
