import type { Kind } from "../shelf/shelf.js";

/** Somebody outside the organisation. */
export interface Guest {
  name: string;
  email: string;
}

export type ConversationBody = {
  /** A direct chat has no name, and its parties are fixed. */
  kind: "channel" | "direct";
  name: string | null;
  topic: string | null;
  private: boolean;
  member_ids: string[];
  guests: Guest[];
};

export type MessageBody = {
  conversation_id: string;
  /** The message that began the thread; null for one that answers none. */
  thread_id: string | null;
  /** `id` is null for a guest. */
  author: Guest & { id: string | null };
  /** The address of the one other party of a direct chat. */
  to: string | null;
  text: string;
  edited: boolean;
  attachments: AttachmentBody[];
};

/** A file of the account's storage. */
export interface AttachmentBody {
  id: string;
  name: string;
  mime_type: string | null;
  size: number | null;
}

/** Who may see a conversation: everybody, or each of its members. */
export const EVERYONE = "everyone";

export const CONVERSATION: Kind<ConversationBody> = {
  name: "messaging.conversation",
  prefix: "cnv",
  at: (_, created) => created,
  keys: (content) =>
    content.private ? content.member_ids.map((id): [string, string] => ["audience", id]) : [["audience", EVERYONE]],
  words: ({ name, topic }) => `${name ?? ""} ${topic ?? ""}`,
};

export const MESSAGE: Kind<MessageBody> = {
  name: "messaging.message",
  prefix: "msg",
  at: (_, created) => created,
  descending: true,
  *keys({ conversation_id, thread_id, author, to }) {
    yield ["within", conversation_id];
    yield thread_id === null ? ["conversation", conversation_id] : ["thread", thread_id];
    yield ["participant", author.email.toLowerCase()];
    if (to !== null) yield ["participant", to.toLowerCase()];
  },
  words: ({ text }) => text,
};

/** In a direct chat of two, whoever is not the author. */
export const otherParty = (kind: ConversationBody["kind"], parties: readonly Guest[], author: Guest): string | null =>
  kind === "direct" && parties.length === 2
    ? (parties.find(({ email }) => email !== author.email)?.email ?? null)
    : null;
