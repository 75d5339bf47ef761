import type { Readable } from "node:stream";
import { combine } from "./combine.js";
import { Head } from "./head.js";
import { toHeaders } from "./headers.js";
import { LIMITS } from "./limits.js";
import type { Cut, MailAttachment, MailMessage, Source } from "./message.js";
import { LimitReached } from "./parser.js";
import { type Part, Parts } from "./parts.js";
import { isBody, isInline, nameOf } from "./role.js";
import { type Body, snippetOf } from "./text.js";

/**
 * Reads a whole message: its head, its texts, and what is attached, whose bytes only pass by. What is broken gives what can be
 * had, what is too much is cut (`truncated`); neither is an error. Throws what the source throws, or `bad_gateway` when it
 * breaks off.
 */
export const readMessage = async (source: Source): Promise<MailMessage> => {
  const head = new Head();
  const parts = new Parts(source, (chunk) => void head.add(chunk));
  const bodies: Body[] = [];
  const attachments: Attached[] = [];
  const cuts = new Set<Cut>();
  try {
    for (let part = await parts.next(); part; part = await parts.next())
      if (isBody(part, bodies.length + attachments.length === 0)) bodies.push(await keep(part, bodies, parts, cuts));
      else attachments.push({ part, size: await sizeOf(part, parts) });
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    cuts.add(error.cut);
  } finally {
    parts.close();
  }
  if (bodies.length + attachments.length === 0 && parts.stray.length > 0) bodies.push(strayed(parts.stray));
  const headers = await toHeaders(head);
  const { text, html } = await combine(bodies, cuts);
  for (const cut of headers.truncated) cuts.add(cut);
  const shown = contentIdsIn(html);
  return {
    ...headers,
    text,
    html,
    snippet: snippetOf(text),
    attachments: attachments.map((each) => toAttachment(each, shown)),
    truncated: [...cuts].sort(),
  };
};

interface Attached {
  part: Part;
  size: number;
}

/** A part's bytes up to what all texts of its kind may take together. */
const keep = async (part: Part, bodies: readonly Body[], parts: Parts, cuts: Set<Cut>): Promise<Body> => {
  const mimeType = part.mimeType as Body["mimeType"];
  let left = LIMITS.textBytes;
  for (const each of bodies) if (each.mimeType === mimeType) left -= each.bytes.length;
  const chunks: Buffer[] = [];
  const body = { ...part, mimeType, bytes: Buffer.alloc(0), cut: false };
  const failure = await each(part.content, (chunk) => {
    if (chunk.length > left) body.cut = true;
    if (left > 0) chunks.push(Buffer.from(chunk.subarray(0, left)));
    left -= Math.min(left, chunk.length);
  });
  if (failure !== null) stopOrThrow(parts.explain(failure), cuts);
  if (body.cut) cuts.add(mimeType === "text/plain" ? "text" : "html");
  return { ...body, bytes: Buffer.concat(chunks) };
};

const sizeOf = async ({ content }: Part, parts: Parts): Promise<number> => {
  let size = 0;
  const failure = await each(content, (chunk) => {
    size += chunk.length;
  });
  if (failure !== null) throw parts.explain(failure);
  return size;
};

/** Gives every chunk; answers with what ended the stream too early, or null. */
const each = async (content: Readable, take: (chunk: Buffer) => void): Promise<unknown> => {
  try {
    for await (const chunk of content) take(chunk);
    return null;
  } catch (error) {
    return error;
  }
};

/** A bound reached within a text leaves what was read of it; `Parts.next` tells it again and ends the reading. */
const stopOrThrow = (failure: unknown, cuts: Set<Cut>): void => {
  if (!(failure instanceof LimitReached)) throw failure;
  cuts.add(failure.cut);
};

const strayed = (bytes: Buffer): Body => {
  return { mimeType: "text/plain", bytes, cut: false, charset: null, flowed: "no", alternative: null };
};

/** What `cid:` addresses (RFC 2392) of the HTML name. */
const contentIdsIn = (html: string | null): Set<string> => {
  const ids = new Set<string>();
  for (const [address] of html?.matchAll(/\bcid:[^"'\s<>)]{1,256}/gi) ?? []) {
    const id = address.slice("cid:".length);
    ids
      .add(id)
      .add(id.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll("%", ""), "hex").toString()));
  }
  return ids;
};

const toAttachment = ({ part, size }: Attached, shown: ReadonlySet<string>): MailAttachment => {
  const { id, mimeType, contentId } = part;
  return { id, name: nameOf(part), mimeType, size, inline: isInline(part, shown), contentId };
};
