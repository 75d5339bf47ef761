import type { Conversation } from "../../../../schema/messaging/conversation.js";
import type { ChatMessage } from "../../../../schema/messaging/message.js";
import { type Context, personRef } from "../../connector.js";
import type { WireChatMessage, WireConversation } from "./wire.js";

export const toConversation = (context: Context, wire: WireConversation): Conversation => ({
  id: context.ref("conversation", wire.id),
  api: "messaging",
  type: "conversation",
  name: wire.name,
  topic: wire.topic,
  private: wire.private,
  guests: wire.guests.map(({ name, email }) => ({ id: null, name, email })),
  created: wire.created_at,
  modified: wire.modified_at,
  memberIds: wire.member_ids.map((id) => context.ref("user", id, "team")),
  raw: context.raw ? { id: wire.id, type: "conversation", object: wire, headers: null } : undefined,
});

export const toChatMessage = (context: Context, wire: WireChatMessage): ChatMessage => ({
  id: context.ref("message", wire.id),
  api: "messaging",
  type: "message",
  author: {
    id: wire.author.id === null ? null : personRef(context, wire.author.id),
    name: wire.author.name,
    email: wire.author.email,
  },
  attachments: wire.attachments.map((file) => ({
    id: context.ref("file", file.id, "storage"),
    name: file.name,
    mimeType: file.mime_type,
    size: file.size,
    inline: false,
    url: file.url,
    parentId: null,
  })),
  threadId: wire.thread_id === null ? null : context.ref("message", wire.thread_id),
  created: wire.created_at,
  modified: wire.edited_at,
  text: wire.text,
  replyCount: wire.reply_count,
  conversationId: context.ref("conversation", wire.conversation_id),
  raw: context.raw ? { id: wire.id, type: "message", object: wire, headers: null } : undefined,
});
