import type { Readable } from "node:stream";
import type { Person } from "../../../schema/common/person.js";
import type { MailFolder } from "../../../schema/email/folder.js";
import type { Label } from "../../../schema/email/label.js";
import type { EmailMessage } from "../../../schema/email/message.js";
import type { EmailThread } from "../../../schema/email/thread.js";
import type { Collection, RawFields, Text } from "./collection.js";
import type { Context } from "./context.js";
import type { Download } from "./storage.js";

/** Newest first, ordered by (created, id). */
export interface EmailQuery {
  folder?: string | undefined;
  label?: string | undefined;
  thread?: string | undefined;
  /** Words, as the service's own search reads them. */
  query?: string | undefined;
  /** Only those from, or to, this e-mail address. */
  participant?: string | undefined;
  /** ISO 8601; at or after. */
  since?: string | undefined;
  /** ISO 8601; before. */
  until?: string | undefined;
  unread?: boolean | undefined;
}

/** What can be changed of a mail that is there. */
export interface EmailChange extends RawFields {
  /** All that it carries afterwards. */
  labels?: readonly string[];
  folder?: string;
  read?: boolean;
  starred?: boolean;
}

/** A mail to send. */
export interface EmailDraft extends RawFields {
  /** Another of the account's own addresses. */
  from?: Person;
  to: readonly Person[];
  cc: readonly Person[];
  bcc: readonly Person[];
  replyTo: readonly Person[];
  subject: Text;
  text: Text;
  html: Text;
  /** The mail that it answers or passes on: its thread goes on. */
  answers?: AnsweredEmail;
  attachments: readonly EmailAttachment[];
}
export interface AnsweredEmail {
  /** Native id. */
  id: string;
  how: "reply" | "forward";
  /** As the answered mail gave them. */
  messageId: string | null;
  inReplyTo: string | null;
  thread: string | null;
}
export interface EmailAttachment {
  name: string;
  mimeType: string;
  /** Bytes; null where nobody knows. */
  size: number | null;
  /** Shown within the text by this Content-ID, without angle brackets. */
  contentId: string | null;
  /** May be read once. Whoever opens it reads or destroys it. */
  open(): Promise<Readable>;
}

export interface EmailBody {
  /** Of a mail that has only HTML, what it reads as. */
  text: string | null;
  html: string | null;
}

export interface MailFolderDraft extends RawFields {
  name?: string;
  parent?: Text;
}
export interface LabelDraft extends RawFields {
  name?: string;
}

/** Source: the unified API, "Email API". */
export interface EmailOperations {
  /** A mail is made by `send`. Deleting moves it to the trash, unless it is there already or `permanent` is set. */
  readonly messages?: Collection<EmailMessage, EmailQuery, EmailChange>;
  readonly folders?: Collection<MailFolder, object, MailFolderDraft>;
  readonly labels?: Collection<Label, object, LabelDraft>;
  /** Newest first. */
  readonly threads?: Collection<EmailThread, Pick<EmailQuery, "folder" | "label" | "query">>;
  /** Texts of mails that came without them (`text` and `html` undefined); aligned, an `Error` for each that failed. */
  bodies?(context: Context, messages: readonly string[]): Promise<(EmailBody | Error)[]>;
  /** What has been sent, as it stands in the account. */
  send?(context: Context, draft: EmailDraft): Promise<EmailMessage>;
  attachment?(context: Context, message: string, attachment: string): Promise<Download>;
}
