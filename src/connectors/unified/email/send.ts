import type { Person } from "../../../../schema/common/person.js";
import { ApiError } from "../../../errors.js";
import type { Context, EmailAttachment, EmailDraft } from "../../connector.js";

/** Bytes of all attachments of one mail: they travel within its JSON. */
const LARGEST = 20 * 2 ** 20;

/** A mail as the REST API takes it. Throws `not_implemented` for what it has no attribute for. */
export const toBody = async (
  { settings }: Pick<Context, "settings">,
  { from, to, cc, bcc, replyTo, raw, ...draft }: EmailDraft,
): Promise<object> => {
  if (from && from.email?.toLowerCase() !== String(settings.name).toLowerCase())
    throw new ApiError("not_implemented", "The REST API v1 sends from the account's own address alone.");
  if (draft.attachments.some(({ contentId }) => contentId !== null))
    throw new ApiError("not_implemented", "The REST API v1 shows no attachments within the text.");
  return {
    to: to.map(toAddress),
    cc: cc.map(toAddress),
    bcc: bcc.map(toAddress),
    reply_to: replyTo.map(toAddress),
    subject: draft.subject,
    text_body: draft.text,
    body: draft.html,
    // It knows answers alone: what is passed on begins a thread of its own.
    in_reply_to: draft.answers?.how === "reply" ? draft.answers.id : undefined,
    attachments: await toAttachments(draft.attachments),
    ...(raw ? { raw: { object: raw } } : {}),
  };
};

const toAddress = ({ name, email }: Person) => ({ name, email });

const toAttachments = async (attachments: readonly EmailAttachment[]): Promise<object[]> => {
  const made: object[] = [];
  let left = LARGEST;
  for (const attachment of attachments) {
    const bytes = await readUpTo(left, attachment);
    left -= bytes.length;
    made.push({ name: attachment.name, mime_type: attachment.mimeType, content: bytes.toString("base64") });
  }
  return made;
};

const readUpTo = async (most: number, { size, open }: EmailAttachment): Promise<Buffer> => {
  if (size !== null && size > most) throw tooLarge();
  const body = await open();
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += (chunk as Buffer).length;
      if (bytes > most) throw tooLarge();
      chunks.push(chunk as Buffer);
    }
  } finally {
    body.destroy();
  }
  if (size !== null && bytes !== size)
    throw new ApiError("request_failed", `An attachment was said to have ${size} bytes, but it had ${bytes}.`);
  return Buffer.concat(chunks, bytes);
};

const tooLarge = () => new ApiError("entity_too_large", `The attachments of a mail may have ${LARGEST} bytes at most.`);
