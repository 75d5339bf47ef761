import type { Attachment } from "../../../../schema/common/attachment.js";
import type { Person } from "../../../../schema/common/person.js";
import type { Raw } from "../../../../schema/common/raw.js";
import type { MailFolder } from "../../../../schema/email/folder.js";
import type { Label } from "../../../../schema/email/label.js";
import type { EmailMessage } from "../../../../schema/email/message.js";
import type { EmailThread } from "../../../../schema/email/thread.js";
import { attachmentId, type Context } from "../../connector.js";
import type { WireAddress, WireLabel, WireMail, WireMailFolder, WireThread } from "./wire.js";

export const toMessage = (context: Context, wire: WireMail): EmailMessage => ({
  id: context.ref("message", wire.id),
  api: "email",
  type: "message",
  author: toPerson(wire.from),
  to: wire.to.map(toPerson),
  cc: wire.cc.map(toPerson),
  bcc: wire.bcc.map(toPerson),
  replyTo: wire.reply_to.map(toPerson),
  subject: wire.subject,
  snippet: wire.snippet,
  attachments: wire.attachments.map((part) => toAttachment(context, wire.id, part)),
  threadId: context.ref("thread", wire.thread_id),
  messageId: wire.message_id,
  inReplyTo: wire.in_reply_to,
  labels: wire.labels.map((label) => toLabel(context, label)),
  folderId: context.ref("folder", wire.folder_id),
  read: wire.read,
  starred: wire.starred,
  draft: wire.draft,
  created: wire.date,
  modified: wire.modified_at,
  raw: rawOf(context, "message", wire),
});

export const toFolder = (context: Context, wire: WireMailFolder): MailFolder => ({
  id: context.ref("folder", wire.id),
  api: "email",
  type: "folder",
  name: wire.name,
  role: wire.role,
  totalCount: wire.total_count,
  unreadCount: wire.unread_count,
  parentId: wire.parent_id === null ? null : context.ref("folder", wire.parent_id),
  raw: rawOf(context, "folder", wire),
});

export const toLabel = (context: Context, wire: WireLabel): Label => ({
  id: context.ref("label", wire.id),
  api: "email",
  type: "label",
  name: wire.name,
  raw: rawOf(context, "label", wire),
});

export const toThread = (context: Context, wire: WireThread): EmailThread => ({
  id: context.ref("thread", wire.id),
  api: "email",
  type: "thread",
  subject: wire.subject,
  snippet: wire.snippet,
  participants: wire.participants.map(toPerson),
  messageCount: wire.message_count,
  unread: wire.unread,
  created: wire.oldest,
  modified: wire.newest,
  raw: rawOf(context, "thread", wire),
});

const toAttachment = (context: Context, mail: string, part: WireMail["attachments"][number]): Attachment => ({
  id: context.ref("attachment", attachmentId(mail, part.id)),
  name: part.name,
  mimeType: part.mime_type,
  size: part.size,
  inline: part.inline,
  url: null,
  parentId: context.ref("message", mail),
});

/** A mail names addresses, not users. */
const toPerson = ({ name, email }: WireAddress): Person => ({ id: null, name, email });

const rawOf = ({ raw }: Context, type: string, wire: { id: string }): Raw | undefined =>
  raw ? { id: wire.id, type, object: wire, headers: null } : undefined;
