import type { FetchMessageObject, FetchQueryObject } from "imapflow";
import type { Attachment } from "../../../schema/common/attachment.js";
import type { EmailMessage } from "../../../schema/email/message.js";
import { attachmentId, type Context } from "../connector.js";
import { readHeaders } from "../families/mime/headers.js";
import type { MailHeaders } from "../families/mime/message.js";
import { isInline, nameOf } from "../families/mime/role.js";
import { threadKey } from "../families/mime/thread.js";
import { messageId } from "./ids.js";
import type { Box } from "./session.js";
import { type Leaf, partsOf } from "./structure.js";

/** What a mail is read by: its marks, its structure and the lines of its head that are told, none of its bytes. */
export const HEAD: FetchQueryObject = {
  uid: true,
  flags: true,
  internalDate: true,
  size: true,
  bodyStructure: true,
  headers: ["date", "from", "to", "cc", "bcc", "reply-to", "subject", "message-id", "in-reply-to", "references"],
};

/** A mail as the server told it. */
export interface Told {
  box: Box;
  wire: FetchMessageObject;
  headers: MailHeaders;
  snippet: string | null;
}

export const headersOf = ({ headers }: FetchMessageObject): Promise<MailHeaders> =>
  readHeaders(headers ?? Buffer.alloc(0));

/** ISO 8601: as the mail says, or when it arrived here. */
export const createdOf = (date: string | null, { internalDate }: FetchMessageObject): string | null => {
  if (date !== null) return date;
  const arrived = internalDate === undefined ? Number.NaN : new Date(internalDate).getTime();
  return Number.isNaN(arrived) ? null : new Date(arrived).toISOString();
};

export const toMessage = (context: Context, { box, wire, headers, snippet }: Told): EmailMessage => {
  const id = messageId({ ...box, uid: wire.uid });
  const { flags = new Set<string>(), bodyStructure } = wire;
  const thread = threadKey(headers);
  return {
    id: context.ref("message", id),
    api: "email",
    type: "message",
    author: headers.from,
    to: headers.to,
    cc: headers.cc,
    bcc: headers.bcc,
    replyTo: headers.replyTo,
    subject: headers.subject,
    snippet,
    attachments: partsOf(bodyStructure).attached.map((leaf) => toAttachment(context, id, leaf)),
    threadId: thread === null ? null : context.ref("thread", thread),
    messageId: headers.messageId,
    inReplyTo: headers.inReplyTo,
    labels: [],
    folderId: context.ref("folder", box.folder),
    read: flags.has("\\Seen"),
    starred: flags.has("\\Flagged"),
    draft: flags.has("\\Draft"),
    created: createdOf(headers.date, wire),
    modified: null,
    raw: context.raw ? { id, type: "message", object: toRaw(box, wire), headers: null } : undefined,
  };
};

const toRaw = (
  { folder, uidValidity }: Box,
  { uid, flags, internalDate, size, bodyStructure, headers }: FetchMessageObject,
) => ({
  folder,
  uidValidity,
  uid,
  flags: [...(flags ?? [])],
  internalDate: internalDate === undefined ? null : new Date(internalDate).toISOString(),
  size: size ?? null,
  bodyStructure: bodyStructure ?? null,
  headers: headers?.toString() ?? null,
});

const NONE: ReadonlySet<string> = new Set();

/** Encoded bytes tell the size of what is in them only where nothing is encoded. */
const toAttachment = (context: Context, message: string, leaf: Leaf): Attachment => ({
  id: context.ref("attachment", attachmentId(message, leaf.id)),
  name: nameOf(leaf),
  mimeType: leaf.mimeType,
  size: /^(7bit|8bit|binary)$/.test(leaf.encoding ?? "") ? leaf.size : null,
  inline: isInline(leaf, NONE),
  url: null,
  parentId: context.ref("message", message),
});
