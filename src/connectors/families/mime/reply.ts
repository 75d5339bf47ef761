import type { Person } from "../../../../schema/common/person.js";
import type { Draft } from "./draft.js";
import type { MailMessage } from "./message.js";
import { forwardSubject, replySubject } from "./thread.js";

/** What a reply or a forward begins with; the writer adds `from` and their own words. */
export interface Reply extends Pick<Draft, "references" | "inReplyTo"> {
  to: Person[];
  cc: Person[];
  subject: string;
  /** The original below a line that says whose it is; null unless asked for. */
  text: string | null;
}

export type ReplyMode = "reply" | "replyAll" | "forward";

type Original = Omit<MailMessage, "html" | "snippet" | "attachments" | "truncated" | "bcc">;

/**
 * Answers a message so that it stays in its thread (RFC 5322, 3.6.4). `self` are the writer's own addresses, which a reply to
 * all leaves out; a reply to one's own message goes to whom it went. A forward names no recipients.
 */
export const replyTo = (
  original: Original,
  mode: ReplyMode,
  { self = [], quote = false }: { self?: readonly string[]; quote?: boolean } = {},
): Reply => {
  const forward = mode === "forward";
  return {
    ...(forward ? { to: [], cc: [] } : recipients(original, mode === "replyAll", new Set(self.map(lower)))),
    subject: forward ? forwardSubject(original.subject) : replySubject(original.subject),
    inReplyTo: forward ? null : original.messageId,
    references: chain(original),
    text: quote ? (forward ? forwarded(original) : quoted(original)) : null,
  };
};

/** Ids in References: the root, which names the thread, and the nearest. */
const CHAIN = 20;

const chain = ({ references, inReplyTo, messageId }: Original): string[] => {
  const before = references.length > 0 ? references : inReplyTo ? [inReplyTo] : [];
  const ids = [...new Set([...before, ...(messageId ? [messageId] : [])])];
  return ids.length > CHAIN ? [ids[0] as string, ...ids.slice(1 - CHAIN)] : ids;
};

const recipients = ({ from, replyTo, to, cc }: Original, all: boolean, self: ReadonlySet<string>) => {
  const own = from?.email != null && self.has(lower(from.email));
  const author = own ? to : replyTo.length > 0 ? replyTo : from ? [from] : [];
  const seen = new Set<string>();
  const others = (persons: readonly Person[], without: ReadonlySet<string>): Person[] =>
    persons.filter(({ email }) => {
      if (email === null || seen.has(lower(email)) || without.has(lower(email))) return false;
      seen.add(lower(email));
      return true;
    });
  // Whom a reply is for is never left out, not even oneself.
  const first = others(author, new Set());
  return all ? { to: [...first, ...others(own ? [] : to, self)], cc: others(cc, self) } : { to: first, cc: [] };
};

const lower = (email: string): string => email.toLowerCase();

const quoted = ({ from, date, text }: Original): string => {
  const when = date ? `On ${moment(date)}, ` : "";
  const lines = (text ?? "").split("\n").map((line) => (line.startsWith(">") ? `>${line}` : `> ${line}`.trimEnd()));
  return `${when}${from ? named(from) : "somebody"} wrote:\n${lines.join("\n")}`;
};

const forwarded = ({ from, date, subject, to, cc, text }: Original): string => {
  const lines = [
    "---------- Forwarded message ----------",
    from && `From: ${named(from)}`,
    date && `Date: ${moment(date)}`,
    subject && `Subject: ${subject}`,
    to.length > 0 && `To: ${to.map(named).join(", ")}`,
    cc.length > 0 && `Cc: ${cc.map(named).join(", ")}`,
  ];
  return `${lines.filter(Boolean).join("\n")}\n\n${text ?? ""}`;
};

const moment = (date: string): string => new Date(date).toUTCString().replace("GMT", "+0000");

const named = ({ name, email }: Person): string => (name && email ? `${name} <${email}>` : (name ?? email ?? ""));
