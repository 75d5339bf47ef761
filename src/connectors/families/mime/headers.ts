import { isUtf8 } from "node:buffer";
import { DateTime } from "luxon";
import { type AddressObject, type EmailAddress, type ParsedMail, simpleParser } from "mailparser";
import type { Person } from "../../../../schema/common/person.js";
import { type Head, readHead } from "./head.js";
import { LIMITS } from "./limits.js";
import type { MailHeaders, Source } from "./message.js";

/** Only the head of a message, for listings: reads no further than the first empty line. Never fails for what it reads. */
export const readHeaders = async (source: Source): Promise<MailHeaders> => toHeaders(await readHead(source));

export const toHeaders = async (head: Head): Promise<MailHeaders> => {
  // The head is bounded already; the parser would count each of its lines as 64 bytes at least.
  const options = { checksumAlgo: false, skipTextToHtml: true, maxHeadSize: 64 * LIMITS.headBytes } as const;
  const mail = await simpleParser(asUtf8(head.bytes), options);
  const ids = idsIn([mail.references ?? []].flat().join(" "));
  return {
    messageId: idsIn(mail.messageId)[0] ?? null,
    inReplyTo: idsIn(mail.inReplyTo)[0] ?? null,
    references: ids.length > LIMITS.references ? [ids[0] as string, ...ids.slice(1 - LIMITS.references)] : ids,
    subject: mail.subject === undefined ? null : folded(mail.subject),
    from: toPersons(mail.from)[0] ?? null,
    to: toPersons(mail.to),
    cc: toPersons(mail.cc),
    bcc: toPersons(mail.bcc),
    replyTo: toPersons(mail.replyTo),
    date: dateOf(mail),
    truncated: head.cut ? ["headers"] : [],
  };
};

/** Bytes beyond ASCII are UTF-8 by RFC 6532, and what Windows wrote in messages that know nothing of it. */
const asUtf8 = (bytes: Buffer): Buffer =>
  isUtf8(bytes) ? bytes : Buffer.from(new TextDecoder("windows-1252").decode(bytes));

/** Message-IDs in any text; clients write comments, commas or nothing between them. */
const idsIn = (text: string | undefined): string[] =>
  (text?.match(/<[^<>]+>/g) ?? []).map((id) => id.replace(/\s+/g, "")).filter(isMessageId);

/** In its angle brackets, and no longer than a line (RFC 5322, 2.1.1). */
export const isMessageId = (text: string): boolean => /^<[^<>\s\x00-\x1f\x7f]{1,996}>$/.test(text);

const folded = (text: string): string => text.replace(/\s+/g, " ").trim();

const toPersons = (header: AddressObject | AddressObject[] | undefined): Person[] =>
  [header ?? []].flat().flatMap(({ value }) => value.flatMap(toPerson));

/** A group is its members. What is no address is at least a name. */
const toPerson = ({ name, address = "", group }: EmailAddress): Person[] => {
  if (group) return group.flatMap(toPerson);
  const email = /^[^\s@]\S*@\S+$|^"[^"]*"@\S+$/.test(address) ? address : null;
  const called = folded(name) || (email === null ? folded(address) : "");
  return called || email ? [{ id: null, name: called || null, email }] : [];
};

/** By RFC 5322 with its obsolete forms, or ISO 8601 with a zone, which some programs write. */
const dateOf = ({ headerLines = [] }: Partial<ParsedMail>): string | null => {
  const line = headerLines.find(({ key }) => key === "date")?.line;
  return line === undefined ? null : momentOf(line);
};

/** When a message was sent, by the bytes it begins with: at a fraction of what reading its head costs, to sort many. */
export const dateIn = (beginning: Buffer): string | null => {
  const [head = ""] = beginning.toString("latin1").split(/\r?\n\r?\n/, 1);
  const [line] = /^date[ \t]*:.*(?:\r?\n[ \t].*)*/im.exec(head) ?? [];
  return line === undefined ? null : momentOf(line);
};

const momentOf = (line: string): string | null => {
  if (line.length > 200) return null;
  const text = folded(line.slice(line.indexOf(":") + 1));
  const date = /\dT.*(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? DateTime.fromISO(text) : DateTime.fromRFC2822(text);
  return date.isValid ? date.toUTC().toISO({ suppressMilliseconds: true }) : null;
};
