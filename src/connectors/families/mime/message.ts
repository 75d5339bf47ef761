import type { Readable } from "node:stream";
import type { Person } from "../../../../schema/common/person.js";

/** The bytes of one message (RFC 5322). A stream is destroyed once enough of it is read. */
export type Source = Readable | Buffer;

/**
 * What was too much and is missing from the answer: the rest of the `headers` (with all that follows), of the plain `text`, of
 * the `html`, or whatever comes after too many `parts` or parts nested too deep (`depth`).
 */
export type Cut = "headers" | "text" | "html" | "parts" | "depth";

/** The head of a message. Ids keep their angle brackets, as RFC 5322 writes them. */
export interface MailHeaders {
  messageId: string | null;
  inReplyTo: string | null;
  /** From the root of the thread to the message answered; of more than 100, the root and the last 99. */
  references: string[];
  /** Decoded, on one line. */
  subject: string | null;
  from: Person | null;
  to: Person[];
  cc: Person[];
  bcc: Person[];
  replyTo: Person[];
  /** ISO 8601 in UTC. Null when there is none, or none that names a moment: a guess would sort the message wrongly. */
  date: string | null;
  truncated: Cut[];
}

/** One attachment, without its bytes. */
export interface MailAttachment {
  /** Part number as IMAP counts (RFC 3501, 6.4.5): `2`, `2.1`; stable for the same bytes. */
  id: string;
  /** Without folders, which RFC 2183 (2.3) tells a receiver to drop. Messages always have a name that ends in `.eml`. */
  name: string | null;
  mimeType: string;
  /** Bytes, decoded. */
  size: number;
  /** Shown within the HTML rather than listed below it. */
  inline: boolean;
  /** What `cid:` names in the HTML, without angle brackets. */
  contentId: string | null;
}

export interface MailMessage extends MailHeaders {
  /** Lines end in `\n`; derived from the HTML when the message has nothing else. Null when it has no body. */
  text: string | null;
  /** As sent, so not to be shown unsanitised. Null when the message has none. */
  html: string | null;
  /** The first 200 characters that a reader sees, on one line. */
  snippet: string | null;
  attachments: MailAttachment[];
}
