import { Readable } from "node:stream";
import type { Person } from "../../../schema/common/person.js";
import type { EmailMessage } from "../../../schema/email/message.js";
import type { EmailAttachment, EmailDraft } from "../../connectors/connector.js";
import { ApiError } from "../../errors.js";
import type { Ref } from "../../ids.js";
import type { Upload } from "../../store/store.js";
import type { ConnectedAccount } from "../account.js";
import { exactly } from "../storage/exactly.js";
import { answerTo, type Original, quoteOf, type ReplyMode } from "./reply.js";
import { forgetStaged, readStaged, stagedUpload } from "./staged.js";

/** A mail to be, as its writer says it. */
export interface Letter {
  from?: Person | undefined;
  /** Absent: whom an answer goes to. */
  to?: readonly Person[] | undefined;
  cc?: readonly Person[] | undefined;
  bcc: readonly Person[];
  replyTo: readonly Person[];
  /** Absent: what an answer is called. */
  subject?: string | null | undefined;
  text: string | null;
  html: string | null;
  answers?: { id: string; how: ReplyMode; quote: boolean } | undefined;
  attachments: readonly Enclosure[];
  raw?: Readonly<Record<string, unknown>> | undefined;
}

/** Where an attachment's bytes come from, and what differs from what is known there. */
export interface Enclosure {
  source: { upload: string } | { file: Ref<ConnectedAccount> } | { bytes: Buffer };
  name?: string | undefined;
  mimeType?: string | undefined;
  contentId?: string | undefined;
}

const RECIPIENTS = 500;
const ATTACHMENTS = 100;

/**
 * Sends a mail. All that can be known to be wrong is told before anything is sent; an attachment that breaks off while it is read
 * fails the mail as a whole, with its own error. `raw`: with the service's own object beside what was sent.
 */
export const sendEmail = async (account: ConnectedAccount, letter: Letter, raw = false): Promise<EmailMessage> => {
  const { email } = account.apis(raw);
  if (!email.can("send")) throw new ApiError("not_implemented", `${account.connector.title} has no email.send.`);
  if (letter.attachments.length > ATTACHMENTS) throw invalid(`A mail has at most ${ATTACHMENTS} attachments.`);
  const { head, texts, answers } = await compose(account, letter);
  check(head);
  const broken: ApiError[] = [];
  const staged: Upload[] = [];
  const attachments: EmailAttachment[] = [];
  for (const enclosure of letter.attachments) attachments.push(await enclose(account, enclosure, broken, staged));
  const { from, bcc, replyTo } = letter;
  const draft: EmailDraft = {
    ...(from ? { from } : {}),
    ...head,
    bcc,
    replyTo,
    ...texts,
    ...(answers ? { answers } : {}),
    attachments,
    ...(letter.raw ? { raw: letter.raw } : {}),
  };
  const sent = await email.send(draft).catch((error: unknown) => {
    // A service that sees its request break says so in its own words; what broke is the attachment.
    throw broken[0] ?? error;
  });
  // It has left: what cannot be tidied up now is swept later.
  for (const upload of staged) await forgetStaged(account, upload).catch(() => undefined);
  return sent;
};

type Head = Pick<EmailDraft, "to" | "cc" | "bcc" | "replyTo" | "subject"> & Pick<EmailDraft, "from">;

const compose = async (account: ConnectedAccount, letter: Letter) => {
  const { from, to = [], cc, bcc, replyTo, subject = null, text, html, answers } = letter;
  const said = { ...(from ? { from } : {}), bcc, replyTo };
  if (!answers) return { head: { ...said, to, cc: cc ?? [], subject } satisfies Head, texts: { text, html } };
  const { email } = account.apis(false);
  const { id, how, quote } = answers;
  const original = await email.messages.get(id);
  const own = [from?.email, account.record.name].filter((address) => address != null);
  const answer = answerTo(original, how, own);
  const head: Head = {
    ...said,
    to: to.length > 0 ? to : answer.to,
    cc: cc ?? answer.cc,
    subject: subject ?? answer.subject,
  };
  const texts = quote ? withQuote({ text, html }, original, await textOf(account, original), how) : { text, html };
  const answered: EmailDraft["answers"] = {
    id,
    how: how === "forward" ? "forward" : "reply",
    messageId: original.messageId,
    inReplyTo: original.inReplyTo,
    thread: original.threadId?.native ?? null,
  };
  return { head, texts, answers: answered };
};

const textOf = async (account: ConnectedAccount, { id, text }: EmailMessage): Promise<string | null> => {
  if (text !== undefined) return text;
  const [body] = await account.apis(false).email.bodies([id.native]);
  if (body instanceof Error) throw body;
  return body?.text ?? null;
};

const withQuote = (
  { text, html }: { text: string | null; html: string | null },
  original: Original,
  quoted: string | null,
  how: ReplyMode,
) => {
  const below = quoteOf(original, quoted, how);
  const escaped = below.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return {
    text: text === null && html !== null ? null : `${text ?? ""}\n\n${below}`.trimStart(),
    html: html === null ? null : `${html}<blockquote>${escaped.replace(/\n/g, "<br>")}</blockquote>`,
  };
};

/** Refuses what no service would take, in one way for all of them. */
const check = ({ from, to, cc, bcc, replyTo, subject }: Head): void => {
  const recipients = to.length + cc.length + bcc.length;
  if (recipients === 0) throw invalid("Say whom the mail goes to: `to`, `cc` or `bcc`.");
  if (recipients > RECIPIENTS) throw invalid(`A mail has at most ${RECIPIENTS} recipients.`);
  for (const { name, email } of [...(from ? [from] : []), ...to, ...cc, ...bcc, ...replyTo]) {
    if (email === null || email.length > 254 || !/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(email))
      throw invalid(`${JSON.stringify(email)} is no e-mail address.`);
    if (name !== null && CONTROL.test(name)) throw invalid("A name is one line.");
  }
  if (subject !== null && CONTROL.test(subject)) throw invalid("A subject is one line.");
};
/** In a head, a line end would begin a field of somebody else's making. */
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

const enclose = async (
  account: ConnectedAccount,
  { source, name, mimeType, contentId }: Enclosure,
  broken: ApiError[],
  staged: Upload[],
): Promise<EmailAttachment> => {
  const from = await sourceOf(account, source, staged);
  return {
    name: name ?? from.name,
    mimeType: mimeType ?? from.mimeType ?? "application/octet-stream",
    size: from.size,
    contentId: contentId ?? null,
    open: async () => {
      try {
        const body = await from.open();
        body.once("error", (error) => broken.push(asBroken(from.name, error)));
        return body;
      } catch (error) {
        broken.push(asBroken(from.name, error));
        throw error;
      }
    },
  };
};

interface Source {
  name: string;
  mimeType: string | null;
  size: number | null;
  open(): Promise<Readable>;
}

const sourceOf = (account: ConnectedAccount, source: Enclosure["source"], staged: Upload[]): Promise<Source> => {
  if ("upload" in source) return ofUpload(account, source.upload, staged);
  return "file" in source ? ofFile(source.file) : ofBytes(source.bytes);
};

const ofBytes = async (bytes: Buffer): Promise<Source> => ({
  name: "attachment",
  mimeType: null,
  size: bytes.length,
  open: async () => Readable.from([bytes]),
});

const ofUpload = async (account: ConnectedAccount, id: string, staged: Upload[]): Promise<Source> => {
  const upload = await stagedUpload(account, id);
  staged.push(upload);
  const { name, mimeType, received } = upload;
  return { name, mimeType, size: received, open: async () => readStaged(account, upload) };
};

/** Of any storage that the caller may read, streamed from there. */
const ofFile = async ({ scope, native }: Ref<ConnectedAccount>): Promise<Source> => {
  const file = await scope.storage.get({ type: "file", id: native });
  if (file.type !== "file") throw new ApiError("invalid_resource_type", "Only a file can be attached.");
  if (!file.downloadable || !scope.storage.can("download"))
    throw invalid(`${JSON.stringify(file.name)} has no bytes of its own.`);
  const { name, mimeType, size } = file;
  const open = async (): Promise<Readable> => {
    const { body, length } = await scope.storage.download(file.id.native);
    const bytes = size ?? length;
    return bytes === null ? body : exactly(body, bytes);
  };
  return { name, mimeType, size, open };
};

const asBroken = (name: string, cause: unknown): ApiError => {
  const { code, message, context } =
    cause instanceof ApiError ? cause : new ApiError("request_failed", "It broke off before its end.", {}, { cause });
  return new ApiError(code, `The attachment ${JSON.stringify(name)} could not be read: ${message}`, context, { cause });
};

const invalid = (message: string) => new ApiError("invalid_parameters", message);
