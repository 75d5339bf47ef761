import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { EmailMessage } from "../../../schema/email/message.js";
import { ApiError } from "../../errors.js";
import type { Context, EmailDraft } from "../connector.js";
import { composeMessage } from "../families/mime/compose.js";
import type { Draft } from "../families/mime/draft.js";
import { toDraftAttachment, toDraftHeaders } from "../families/mime/enclosures.js";
import { readHeaders } from "../families/mime/headers.js";
import { referencesTo } from "../families/mime/references.js";
import { notFound } from "./errors.js";
import { folderOf } from "./folders.js";
import { type MailName, messageId, ofMessageId } from "./ids.js";
import { get } from "./reading.js";
import { atom, type Session } from "./session.js";
import { ofSettings } from "./settings.js";
import { inSmtp } from "./smtp/transport.js";
import { type Spooled, spooling } from "./spool.js";
import { inSession } from "./transport.js";

/**
 * Files the sender's copy and reads it, then hands the mail over, so that nothing can fail once it has left; a copy of what did not
 * leave is taken back.
 */
export const send = async (context: Context, draft: EmailDraft): Promise<EmailMessage> => {
  const { smtp, email, senderName } = ofSettings(context.settings);
  if (!smtp)
    throw new ApiError("not_implemented", "The account has no SMTP server: connect it again with one to send.");
  const { from = { id: null, name: senderName || null, email }, attachments, answers, raw, ...said } = draft;
  const whole: Draft = {
    ...said,
    from,
    date: new Date(),
    ...(answers ? await chainOf(context, answers) : {}),
    attachments: attachments.map(toDraftAttachment),
    headers: toDraftHeaders(raw ?? {}),
  };
  const { stream, envelope, messageId: id } = composeMessage(whole);
  return spooling(stream, context.signal, async (spooled) => {
    const copy = await file(context, spooled, await hiddenOf(whole), id);
    try {
      const sent = await get(context, messageId(copy));
      await inSmtp(context, (submission, loan) => {
        loan.changing();
        const content = spooled.open();
        content.on("data", () => loan.moved()).pause();
        return submission.send({ ...envelope, size: spooled.size }, content);
      });
      return sent;
    } catch (error) {
      await discard(context, copy);
      throw error;
    }
  });
};

const chainOf = (context: Context, { id, how }: NonNullable<EmailDraft["answers"]>) => {
  const { folder, uidValidity, uid } = ofMessageId(id);
  return inSession(context, async (session) => {
    await session.open(folder, { uidValidity });
    const [wire] = await session.fetch([uid], { headers: ["message-id", "in-reply-to", "references"] });
    if (!wire) throw notFound();
    const head = await readHeaders(wire.headers ?? Buffer.alloc(0));
    return { references: referencesTo(head), inReplyTo: how === "reply" ? head.messageId : null };
  });
};

/** The line that names the hidden recipients, which stands in the sender's copy alone. */
const hiddenOf = async ({ from, bcc = [] }: Draft): Promise<Buffer> => {
  if (bcc.length === 0) return Buffer.alloc(0);
  const alone = await buffer(composeMessage({ from, to: [], bcc }, { keepBcc: true }).stream);
  const [line = ""] = /^Bcc:.*(?:\r\n[ \t].*)*\r\n/im.exec(alone.toString("latin1")) ?? [];
  return Buffer.from(line, "latin1");
};

/** Into the folder of what was sent, which is made where there is none. */
const file = (context: Context, spooled: Spooled, hidden: Buffer, id: string): Promise<MailName> =>
  inSession(context, async (session, loan) => {
    const sent = await folderOf(session, "\\Sent");
    loan.changing();
    const folder = sent?.path ?? (await session.client.mailboxCreate("Sent")).path;
    const content = Readable.from(
      join(hidden, spooled, () => loan.moved()),
      { objectMode: false },
    );
    const name = await session.append(folder, ["\\Seen"], hidden.length + spooled.size, content);
    return { folder, ...(name ?? (await lookUp(session, folder, id))) };
  });

async function* join(hidden: Buffer, spooled: Spooled, moved: () => void): AsyncGenerator<Buffer> {
  if (hidden.length > 0) yield hidden;
  for await (const chunk of spooled.open() as AsyncIterable<Buffer>) {
    moved();
    yield chunk;
  }
}

/** Where a server does not say what it has called a mail. */
const lookUp = async (session: Session, folder: string, id: string) => {
  const { uidValidity } = await session.open(folder);
  const uid = (await session.search([atom("HEADER"), atom("MESSAGE-ID"), { type: "STRING", value: id }])).at(-1);
  if (uid === undefined) throw new ApiError("bad_gateway", "The server has not kept the copy that it was given.");
  return { uidValidity, uid };
};

/** It may stay where even that fails: what is told is why the mail was not sent. */
const discard = (context: Context, { folder, uidValidity, uid }: MailName): Promise<void> =>
  inSession(
    context,
    async (session) => {
      await session.open(folder, { uidValidity, writes: true });
      await session.expunge(uid);
    },
    { outlivesCaller: true },
  ).catch(() => undefined);
