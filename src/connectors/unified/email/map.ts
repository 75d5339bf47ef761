import type { Attachment } from "../../../../schema/common/attachment.js";
import type { Person } from "../../../../schema/common/person.js";
import type { MailFolder } from "../../../../schema/email/folder.js";
import type { Label } from "../../../../schema/email/label.js";
import type { EmailMessage } from "../../../../schema/email/message.js";
import type { EmailThread } from "../../../../schema/email/thread.js";
import { attachmentId, type Context } from "../../connector.js";
import { common, named, refOf } from "../map.js";
import type { WireAddress, WireFolder, WireLabel, WireMessage, WireThread } from "./wire.js";

export const toMessage = (
  context: Context,
  { from, text_body, body, thread_id, folder_id, ...wire }: WireMessage,
): EmailMessage => ({
  ...named(wire),
  ...common(context, "email", "message", wire),
  author: from && toPerson(from),
  to: wire.to.map(toPerson),
  cc: wire.cc.map(toPerson),
  bcc: wire.bcc.map(toPerson),
  replyTo: wire.reply_to.map(toPerson),
  labels: wire.labels.map((label) => toLabel(context, label)),
  attachments: wire.attachments.map((attachment) => toAttachment(context, wire.id, attachment)),
  threadId: refOf(context, "thread", thread_id),
  folderId: refOf(context, "folder", folder_id),
  text: text_body,
  // A mail of plain text alone has its text there.
  html: body === text_body ? null : body,
});

export const toLabel = (context: Context, wire: WireLabel): Label => ({
  ...named(wire),
  ...common(context, "email", "label", wire),
});

export const toFolder = (context: Context, { parent_id, ...wire }: WireFolder): MailFolder => ({
  ...named(wire),
  ...common(context, "email", "folder", wire),
  parentId: refOf(context, "folder", parent_id),
});

export const toThread = (context: Context, wire: WireThread): EmailThread => ({
  ...named(wire),
  ...common(context, "email", "thread", wire),
  participants: wire.participants.map(toPerson),
});

/** A mail names addresses, not users. */
const toPerson = (address: WireAddress): Person => ({ id: null, ...address });

const toAttachment = (
  context: Context,
  message: string,
  { id, ...wire }: WireMessage["attachments"][number],
): Attachment => ({
  ...named(wire),
  id: id === null ? null : context.ref("attachment", attachmentId(message, id)),
  url: null,
  parentId: context.ref("message", message),
});
