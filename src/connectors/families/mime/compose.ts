import { pipeline, type Readable, Transform } from "node:stream";
import type { MailComposerOptions } from "nodemailer/lib/mail-composer";
import MailComposer from "nodemailer/lib/mail-composer";
import { ApiError } from "../../../errors.js";
import { checkDraft, type Draft, type DraftAttachment } from "./draft.js";

export interface Composed {
  /** The message with line ends of CRLF; destroying it destroys the attachments' bodies. */
  stream: Readable;
  /** With angle brackets. */
  messageId: string;
  /** Bare addresses, `to` with everybody from To, Cc and Bcc once. Domains are in their ASCII form. */
  envelope: { from: string; to: string[] };
}

/**
 * Writes a message as MIME while it is read, attachments never being held as a whole. A text alone is `text/plain`; with HTML
 * it is an alternative of it; inline images are related to the HTML, the rest is attached. Who is in Bcc stays out of the text
 * unless `keepBcc`, which is for the copy that the sender keeps. Throws `invalid_parameters` for a draft that cannot be written
 * as it is, before any body is touched.
 */
export const composeMessage = (draft: Draft, { keepBcc = false }: { keepBcc?: boolean } = {}): Composed => {
  checkDraft(draft);
  const node = new MailComposer(toOptions(draft)).compile();
  node.keepBcc = keepBcc;
  const { from, to } = node.getEnvelope();
  return { stream: node.createReadStream(), messageId: node.messageId(), envelope: { from: from || "", to } };
};

const toOptions = (draft: Draft): MailComposerOptions => ({
  from: toAddress(draft.from),
  to: draft.to.map(toAddress),
  cc: draft.cc?.map(toAddress),
  bcc: draft.bcc?.map(toAddress),
  replyTo: draft.replyTo?.map(toAddress),
  subject: draft.subject ?? undefined,
  messageId: draft.messageId ? bracketed(draft.messageId) : undefined,
  inReplyTo: draft.inReplyTo ? bracketed(draft.inReplyTo) : undefined,
  references: draft.references?.map(bracketed),
  date: draft.date ?? undefined,
  text: draft.text?.replace(/\r\n?/g, "\n"),
  html: draft.html?.replace(/\r\n?/g, "\n"),
  attachments: draft.attachments?.map(toPart),
  headers: Object.entries(draft.headers ?? {}).map(([key, value]) => ({ key, value })),
  newline: "win",
  // Bodies are given; nothing in a draft may make this process open a file or an address.
  disableFileAccess: true,
  disableUrlAccess: true,
});

const toAddress = ({ name, email }: Draft["from"]) => ({ name: name ?? "", address: email ?? "" });

const bracketed = (id: string): string => (id.startsWith("<") ? id : `<${id}>`);

const toPart = ({ name, mimeType, size, inline, contentId, body }: DraftAttachment) => ({
  filename: name,
  contentType: mimeType,
  contentDisposition: inline ? "inline" : "attachment",
  cid: contentId ?? undefined,
  content: size == null || Buffer.isBuffer(body) ? body : exactly(body, size),
});

/** The same bytes, or a failure when they are more or fewer than was said: a message must not go out with half a file. */
const exactly = (body: Readable, size: number): Readable => {
  let left = size;
  const wrong = () => new ApiError("request_failed", `an attachment is not of ${size} bytes as was said`);
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      left -= chunk.length;
      done(left < 0 ? wrong() : null, chunk);
    },
    flush(done) {
      done(left > 0 ? wrong() : null);
    },
  });
  return pipeline(body, counted, () => {});
};
