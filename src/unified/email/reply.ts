import type { Person } from "../../../schema/common/person.js";
import type { EmailMessage } from "../../../schema/email/message.js";
import { forwardSubject, replySubject } from "./subject.js";

export type ReplyMode = "reply" | "replyAll" | "forward";

/** What answers are made from. */
export type Original = Pick<EmailMessage, "author" | "replyTo" | "to" | "cc" | "subject" | "created">;

/** Whom an answer goes to, and what it is called. */
export interface Answer {
  to: Person[];
  cc: Person[];
  subject: string;
}

/**
 * The head of an answer (RFC 5322, 3.6.3). `self` are the writer's own addresses, which a reply to all leaves out; a reply to one's own
 * message goes to whom it went. A forward names no recipients.
 */
export const answerTo = (original: Original, mode: ReplyMode, self: readonly string[] = []): Answer =>
  mode === "forward"
    ? { to: [], cc: [], subject: forwardSubject(original.subject) }
    : {
        ...recipients(original, mode === "replyAll", new Set(self.map(lower))),
        subject: replySubject(original.subject),
      };

const recipients = ({ author: from, replyTo, to, cc }: Original, all: boolean, self: ReadonlySet<string>) => {
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

/** The original's text below a line, or lines, that say whose it is. */
export const quoteOf = (original: Original, text: string | null, mode: ReplyMode): string =>
  mode === "forward" ? forwarded(original, text) : quoted(original, text);

const quoted = ({ author, created }: Original, text: string | null): string => {
  const when = created ? `On ${moment(created)}, ` : "";
  const lines = (text ?? "").split("\n").map((line) => (line.startsWith(">") ? `>${line}` : `> ${line}`.trimEnd()));
  return `${when}${author ? named(author) : "somebody"} wrote:\n${lines.join("\n")}`;
};

const forwarded = ({ author, created, subject, to, cc }: Original, text: string | null): string => {
  const lines = [
    "---------- Forwarded message ----------",
    author && `From: ${named(author)}`,
    created && `Date: ${moment(created)}`,
    subject && `Subject: ${subject}`,
    to.length > 0 && `To: ${to.map(named).join(", ")}`,
    cc.length > 0 && `Cc: ${cc.map(named).join(", ")}`,
  ];
  return `${lines.filter(Boolean).join("\n")}\n\n${text ?? ""}`;
};

const moment = (date: string): string => new Date(date).toUTCString().replace("GMT", "+0000");

const named = ({ name, email }: Person): string => (name && email ? `${name} <${email}>` : (name ?? email ?? ""));
