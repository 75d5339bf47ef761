import type { Conversation } from "../../../schema/messaging/conversation.js";
import type { ChatMessage } from "../../../schema/messaging/message.js";
import type { Collection, RawFields, Text } from "./collection.js";
import type { Context, Page, Paging } from "./context.js";

export interface ConversationDraft extends RawFields {
  name?: Text;
  topic?: Text;
  private?: boolean;
  /** Native ids of users. */
  members?: readonly string[];
}

/** Newest first, ordered by (created, id). Answers in threads are not among them: see `replies`. */
export interface ChatQuery {
  conversation: string;
  /** ISO 8601; at or after. */
  since?: string | undefined;
  /** ISO 8601; before. */
  until?: string | undefined;
}

export interface ChatMessageDraft extends RawFields {
  /** Of a new message. */
  conversation?: string;
  /** Of a new message: the one that it answers. */
  thread?: Text;
  text?: string;
}

/** Messages of all conversations that the account sees, newest first, ordered by (created, id). */
export interface ChatSearch {
  query?: string | undefined;
  /** Only those by this e-mail address, or to it alone. */
  participant?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

/** Source: the unified API, "Chat API". */
export interface MessagingOperations {
  readonly conversations?: Collection<Conversation, object, ConversationDraft>;
  readonly messages?: Collection<ChatMessage, ChatQuery, ChatMessageDraft>;
  /** What answers a message in its thread, oldest first. */
  replies?(context: Context, message: string, paging: Paging): Promise<Page<ChatMessage>>;
  search?(context: Context, search: ChatSearch & Paging): Promise<Page<ChatMessage>>;
}
