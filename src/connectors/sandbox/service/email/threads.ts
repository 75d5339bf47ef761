import type { Call, Service } from "../http.js";
import { Shelf, type Thing } from "../shelf/shelf.js";
import { type Mail, type MailAddress, type MailThread, MESSAGE, THREAD } from "./kinds.js";

/** Mails of one thread that are looked at, newest first; and characters of each that a search of threads looks through. */
const LOOKED_AT = 200;
const SAID = 500;

/** A thread as its mails, newest first, make it. */
export const threadOf = (id: string, mails: readonly Thing<Mail>[], count = mails.length): Thing<MailThread> => {
  const [newest, oldest] = [mails.at(0)?.body, mails.at(-1)?.body] as [Mail, Mail];
  const participants = new Map<string, MailAddress>();
  for (const { body } of mails.toReversed())
    if (!participants.has(body.from.email.toLowerCase())) participants.set(body.from.email.toLowerCase(), body.from);
  return {
    id,
    created_at: oldest.date,
    modified_at: newest.date,
    body: {
      subject: oldest.subject,
      snippet: newest.snippet,
      participants: [...participants.values()],
      message_count: count,
      unread: mails.some(({ body }) => !body.read),
      oldest: oldest.date,
      newest: newest.date,
      folders: [...new Set(mails.map(({ body }) => body.folder_id))],
      labels: [...new Set(mails.flatMap(({ body }) => body.labels))],
      said: mails
        .map(({ body }) => `${body.subject ?? ""} ${body.from.name ?? ""} ${body.text?.slice(0, SAID) ?? ""}`)
        .join(" "),
    },
  };
};

/** After a change of one of its mails. */
export const settleThread = (service: Service, call: Call, id: string): void => {
  const { things, total } = new Shelf(service, call, MESSAGE).page({ keys: [["thread", id]] }, { limit: LOOKED_AT });
  const thread = things.length === 0 ? null : threadOf(id, things, total ?? things.length);
  new Shelf(service, call, THREAD).settle(id, thread);
};
