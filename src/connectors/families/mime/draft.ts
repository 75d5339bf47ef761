import type { Readable } from "node:stream";
import type { Person } from "../../../../schema/common/person.js";
import { ApiError } from "../../../errors.js";

type Addressee = Pick<Person, "name" | "email">;

/** A message to be written. */
export interface Draft {
  from: Addressee;
  to: readonly Addressee[];
  cc?: readonly Addressee[];
  bcc?: readonly Addressee[];
  replyTo?: readonly Addressee[];
  subject?: string | null;
  text?: string | null;
  html?: string | null;
  /** Message-IDs, with or without angle brackets. */
  messageId?: string | null;
  inReplyTo?: string | null;
  references?: readonly string[];
  /** Now, when absent. */
  date?: Date | null;
  attachments?: readonly DraftAttachment[];
  /** Further fields by their name, but none that the draft or its structure decides. */
  headers?: Readonly<Record<string, string>>;
}

export interface DraftAttachment {
  name: string;
  mimeType: string;
  /** Bytes. A body of another length fails the message instead of being sent cut off. */
  size?: number | null;
  /** Shown within the HTML, which names it by `cid:` and the `contentId`. */
  inline?: boolean;
  contentId?: string | null;
  body: Readable | Buffer;
}

/** Octets of an address (RFC 5321, 4.5.3.1.3, without its brackets). */
const ADDRESS = 254;
/** Recipients of one message; RFC 5321 (4.5.3.1.8) asks servers to take 100, large ones take up to 2,000. */
const RECIPIENTS = 2000;
const ATTACHMENTS = 500;
/** Control characters, line ends among them: in a head they would begin a field of somebody else's making. */
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;
/** Fields that the draft has a place for, that its structure decides, or that only mail servers write. */
const DECIDED =
  /^(?:from|sender|to|cc|bcc|reply-to|subject|date|message-id|in-reply-to|references|mime-version|content-.*|received|return-path|dkim-signature|otp-token|resent-.*)$/i;

/** Refuses with `invalid_parameters` what cannot be written as it is meant. */
export const checkDraft = (draft: Draft): void => {
  const { from, to, cc = [], bcc = [], replyTo = [], attachments = [], headers = {}, references = [] } = draft;
  for (const each of [from, ...to, ...cc, ...bcc, ...replyTo]) checkAddressee(each);
  if (to.length + cc.length + bcc.length > RECIPIENTS) throw refused(`a message has at most ${RECIPIENTS} recipients`);
  if (attachments.length > ATTACHMENTS) throw refused(`a message has at most ${ATTACHMENTS} attachments`);
  checkLine("the subject", draft.subject);
  for (const each of [draft.messageId, draft.inReplyTo, ...references]) if (each != null) checkId(each);
  if (draft.date && Number.isNaN(draft.date.getTime())) throw refused("the date is none");
  for (const each of attachments) checkAttachment(each);
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!-9;-~]{1,76}$/.test(name)) throw refused(`${JSON.stringify(name)} is no name of a header field`);
    if (DECIDED.test(name)) throw refused(`the header field ${name} cannot be given`);
    checkLine(`the header field ${name}`, value);
  }
};

/** One mailbox: a local part, `@` and a domain, neither quoted nor commented. */
const checkAddressee = ({ name, email }: Addressee): void => {
  checkLine("a name", name);
  const [, local, domain] = /^([^\s@"(),:;<>[\\\]]{1,64})@([^\s@"(),:;<>[\\\]]+)$/u.exec(email ?? "") ?? [];
  const whole =
    local && domain && Buffer.byteLength(email ?? "") <= ADDRESS && !CONTROL.test(local + domain) && isDomain(domain);
  if (!whole || /^\.|\.\.|\.$/.test(local)) throw refused(`${JSON.stringify(email)} is no e-mail address`);
};

const isDomain = (domain: string): boolean =>
  domain.split(".").every((label) => /^[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u.test(label));

const checkId = (id: string): void => {
  if (id.length > 900 || !/^(?:<[!-;=?-~]+>|[!-;=?-~]+)$/.test(id))
    throw refused(`${JSON.stringify(id)} is no Message-ID`);
};

const checkAttachment = ({ name, mimeType, contentId, size, body }: DraftAttachment): void => {
  checkLine("an attachment's name", name);
  if (name.length === 0 || name.length > 255) throw refused("an attachment's name has 1 to 255 characters");
  if (!/^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}$/.test(mimeType) || /^multipart\//i.test(mimeType))
    throw refused(`${JSON.stringify(mimeType)} is no media type of an attachment`);
  if (contentId != null && !/^[!-;=?-~]{1,200}$/.test(contentId))
    throw refused(`${JSON.stringify(contentId)} is no Content-ID without angle brackets`);
  if (size != null && !(Number.isSafeInteger(size) && size >= 0)) throw refused("an attachment's size is in bytes");
  if (size != null && Buffer.isBuffer(body) && body.length !== size) throw refused("an attachment is not of its size");
};

const checkLine = (what: string, value: string | null | undefined): void => {
  if (value != null && CONTROL.test(value)) throw refused(`${what} holds a line end or another control character`);
};

const refused = (message: string): ApiError => new ApiError("invalid_parameters", message);
