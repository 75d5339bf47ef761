import type { Kind } from "../shelf/shelf.js";

export type MailAddress = { name: string | null; email: string };

/** One attachment. */
export type MailPart = {
  /** Counts from 1 within its mail. */
  id: string;
  name: string;
  mime_type: string;
  size: number;
  /** Shown within the HTML, which names it by `cid:` and the `content_id`. */
  inline: boolean;
  content_id: string | null;
  /** Where its bytes are; not told. */
  content: number;
};

export type Mail = {
  folder_id: string;
  labels: string[];
  thread_id: string;
  /** With angle brackets, as all of them. */
  message_id: string | null;
  in_reply_to: string | null;
  /** From the thread's first mail to the one that it answers. */
  references: string[];
  from: MailAddress;
  to: MailAddress[];
  cc: MailAddress[];
  bcc: MailAddress[];
  reply_to: MailAddress[];
  subject: string | null;
  date: string;
  snippet: string;
  /** Not told with the mail. */
  text: string | null;
  html: string | null;
  attachments: MailPart[];
  read: boolean;
  starred: boolean;
  draft: boolean;
  importance: "low" | "normal" | "high";
};

export type MailFolder = {
  name: string;
  /** inbox, sent, drafts, trash or archive; null for one of the user's own. */
  role: string | null;
  parent_id: string | null;
};

export type MailLabel = { name: string };

/** What its mails add up to; kept, so that threads are listed in one read. */
export type MailThread = {
  subject: string | null;
  snippet: string;
  participants: MailAddress[];
  message_count: number;
  unread: boolean;
  oldest: string;
  newest: string;
  /** Not told: what it is found by. */
  folders: string[];
  labels: string[];
  said: string;
};

export const MESSAGE: Kind<Mail> = {
  name: "email.message",
  prefix: "msg",
  at: ({ date }) => date,
  descending: true,
  *keys({ folder_id, labels, thread_id, from, to, cc, bcc, read }) {
    yield ["folder", folder_id];
    for (const label of labels) yield ["label", label];
    yield ["thread", thread_id];
    yield ["unread", String(!read)];
    if (!read) yield ["unread_in", folder_id];
    for (const email of new Set([from, ...to, ...cc, ...bcc].map(({ email }) => email.toLowerCase())))
      yield ["participant", email];
  },
  words: ({ subject, text, from, to, cc, attachments }) =>
    [
      subject,
      ...[from, ...to, ...cc].flatMap(({ name, email }) => [name, email]),
      ...attachments.map(({ name }) => name),
      text,
    ]
      .filter(Boolean)
      .join(" "),
};

export const FOLDER: Kind<MailFolder> = {
  name: "email.folder",
  prefix: "fld",
  at: (_, created) => created,
  called: ({ name }) => name,
  *keys({ role, parent_id }) {
    if (role !== null) yield ["role", role];
    if (parent_id !== null) yield ["parent", parent_id];
  },
  words: ({ name }) => name,
};

export const LABEL: Kind<MailLabel> = {
  name: "email.label",
  prefix: "lbl",
  at: (_, created) => created,
  called: ({ name }) => name,
  *keys() {},
  words: ({ name }) => name,
};

export const THREAD: Kind<MailThread> = {
  name: "email.thread",
  prefix: "thr",
  at: ({ newest }) => newest,
  descending: true,
  *keys({ folders, labels }) {
    for (const folder of folders) yield ["folder", folder];
    for (const label of labels) yield ["label", label];
  },
  words: ({ said }) => said,
};
