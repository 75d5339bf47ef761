import { z } from "zod";
import type { Contents } from "../contents.js";
import { type Call, parse, type Reply, readJson, type Service } from "../http.js";
import { type Person, peopleOf } from "../people.js";
import { invalid, notFound, Refusal } from "../refusal.js";
import { Shelf } from "../shelf/shelf.js";
import { FOLDER, type Mail, type MailPart, MESSAGE } from "./kinds.js";
import { snippetOf, textOf } from "./text.js";
import { settleThread } from "./threads.js";

const MOST_RECIPIENTS = 500;
const MOST_ATTACHMENTS = 100;
/** Bytes of all attachments of one mail. */
const LARGEST = 64 * 2 ** 20;
/** Message-IDs of a thread that a mail names. */
const REFERENCES = 20;

const line = z
  .string()
  .max(998)
  .regex(/^[^\u0000-\u0008\u000a-\u001f\u007f]*$/, "must be one line");
const address = z.strictObject({
  name: line.nullable().default(null),
  email: z
    .string()
    .max(254)
    .regex(/^[^\s@<>,;]+@[^\s@<>,;]+$/, "must be an address"),
});
const addresses = z.array(address).max(MOST_RECIPIENTS).default([]);
const mailBody = z.strictObject({
  from: address.optional(),
  to: addresses,
  cc: addresses,
  bcc: addresses,
  reply_to: addresses,
  subject: line.nullable().default(null),
  text: z.string().nullable().default(null),
  html: z.string().nullable().default(null),
  answers: z.strictObject({ id: z.string(), how: z.enum(["reply", "forward"]) }).optional(),
  attachments: z
    .array(
      z.strictObject({
        upload_id: z.string(),
        name: line.min(1),
        mime_type: z.string().regex(/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/),
        content_id: z.string().max(200).nullable().default(null),
      }),
    )
    .max(MOST_ATTACHMENTS)
    .default([]),
  importance: z.enum(["low", "normal", "high"]).default("normal"),
});
const uploadQuery = z.object({ size: z.coerce.number().int().min(0).optional() });

export const sendingRoutes = (service: Service, contents: Contents) => {
  const { database } = service;

  /** Bytes of an attachment to be: they belong to nothing until a mail with them is sent. */
  const upload = async (call: Call): Promise<Reply> => {
    const { size } = parse(uploadQuery, call.query);
    if (size !== undefined && size > LARGEST) throw tooLarge();
    const account = call.account.number;
    const content = contents.create(account);
    try {
      const written = await contents.write({ account, content, start: 0 }, call.request.body, (bytes) => {
        if (bytes > LARGEST) throw tooLarge();
      });
      if (size !== undefined && written.size !== size)
        throw new Refusal(400, "wrong_length", "The bytes are not as many as was said.");
      call.request.signal.throwIfAborted();
      return { status: 201, json: { id: uploadId(content), size: written.size } };
    } catch (error) {
      contents.release(content);
      throw error;
    }
  };

  const staged = (call: Call, id: string): { content: number; size: number } => {
    const content = Number(/^upl_(\d{1,15})$/.exec(id)?.[1] ?? 0);
    const sql = `SELECT size FROM contents WHERE number = ? AND account = ? AND attached = 0
      AND NOT EXISTS (SELECT 1 FROM sessions WHERE content = contents.number)`;
    const found = database.get<{ size: number }>(sql, content, call.account.number);
    if (!found) throw notFound("upload");
    return { content, size: found.size };
  };

  const abort = (call: Call): Reply => {
    contents.release(staged(call, call.parameters.id as string).content);
    return { status: 204 };
  };

  /** Puts the mail in Sent, and in the Inbox when it is addressed to the sender: nobody else's post reaches this world. */
  const send = async (call: Call): Promise<string> => {
    const given = await readJson(mailBody, call.request);
    const { answers, attachments, from, ...said } = given;
    const shelf = new Shelf(service, call, MESSAGE);
    const sender = peopleOf(call.account)[call.actor] as Person;
    if (from && from.email.toLowerCase() !== sender.email)
      throw new Refusal(403, "sender_refused", "That is not an address of this account.");
    const recipients = [...said.to, ...said.cc, ...said.bcc].map(({ email }) => email.toLowerCase());
    if (recipients.length === 0) throw invalid("to: names nobody.");
    if (recipients.length > MOST_RECIPIENTS) throw invalid(`to: a mail has at most ${MOST_RECIPIENTS} recipients.`);
    return database.transaction(() => {
      const answered = answers ? shelf.get(answers.id).body : null;
      const parts = attachments.map((attachment, index): MailPart => {
        const { upload_id, ...named } = attachment;
        return { id: String(index + 1), ...named, inline: named.content_id !== null, ...staged(call, upload_id) };
      });
      if (parts.reduce((sum, { size }) => sum + size, 0) > LARGEST) throw tooLarge();
      const id = shelf.nextId();
      const text = said.text ?? (said.html === null ? null : textOf(said.html));
      const mail: Mail = {
        ...said,
        folder_id: folderOf(call, "sent"),
        labels: [],
        thread_id: answered?.thread_id ?? `thr_${id}`,
        message_id: `<${id}.${call.account.id}@sandbox.invalid>`,
        in_reply_to: answers?.how === "reply" ? (answered?.message_id ?? null) : null,
        references: answered ? chain(answered) : [],
        from: from ?? { name: sender.name, email: sender.email },
        date: new Date(service.now()).toISOString(),
        snippet: snippetOf(text),
        text,
        attachments: parts,
        read: true,
        starred: false,
        draft: false,
      };
      const put = (at: string, body: Mail): void => {
        shelf.create(body, at);
        const owner = { account: call.account.number, kind: MESSAGE.name, id: at };
        for (const { content } of parts) contents.hold(owner, content);
      };
      put(id, mail);
      // Who is in Bcc is told to nobody, not even to them.
      if (recipients.includes(sender.email))
        put(shelf.nextId(), { ...mail, folder_id: folderOf(call, "inbox"), bcc: [], read: false });
      settleThread(service, call, mail.thread_id);
      return id;
    });
  };

  const folderOf = (call: Call, role: string): string => {
    const [folder] = new Shelf(service, call, FOLDER).page({ keys: [["role", role]] }, { limit: 1 }).things;
    if (!folder) throw new Error(`there is no folder ${role}`);
    return folder.id;
  };

  return { upload, abort, send, folderOf };
};

const uploadId = (content: number): string => `upl_${content}`;

/** The thread's first mail and the nearest. */
const chain = ({ references, message_id }: Mail): string[] => {
  const ids = message_id === null ? references : [...references, message_id];
  return ids.length > REFERENCES ? [ids[0] as string, ...ids.slice(1 - REFERENCES)] : ids;
};

const tooLarge = () => new Refusal(413, "too_large", `The attachments of a mail have at most ${LARGEST} bytes.`);
