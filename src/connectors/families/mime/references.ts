import type { MailHeaders } from "./message.js";

/** Ids in References: the root, which names the thread, and the nearest. */
const CHAIN = 20;

/** What an answer to a message, or a forward of it, refers to, so that it stays in its thread (RFC 5322, 3.6.4). */
export const referencesTo = ({
  references,
  inReplyTo,
  messageId,
}: Pick<MailHeaders, "references" | "inReplyTo" | "messageId">): string[] => {
  const before = references.length > 0 ? references : inReplyTo ? [inReplyTo] : [];
  const ids = [...new Set([...before, ...(messageId ? [messageId] : [])])];
  return ids.length > CHAIN ? [ids[0] as string, ...ids.slice(1 - CHAIN)] : ids;
};
