import type { MailHeaders } from "./message.js";

/**
 * The Message-ID at the root of a thread, by which services without threads group messages: the first that the message refers
 * to, or its own. Null for one that refers to nothing and has none.
 */
export const threadKey = ({
  references,
  inReplyTo,
  messageId,
}: Pick<MailHeaders, "references" | "inReplyTo" | "messageId">): string | null =>
  references[0] ?? inReplyTo ?? messageId;
