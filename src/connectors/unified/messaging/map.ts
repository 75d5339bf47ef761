import type { Conversation } from "../../../../schema/messaging/conversation.js";
import type { ChatMessage } from "../../../../schema/messaging/message.js";
import { type Context, personRef } from "../../connector.js";
import { common, named, refOf } from "../map.js";
import { within } from "../within.js";
import type { WireConversation, WireMessage } from "./wire.js";

export const toConversation = (context: Context, { members, guests, ...wire }: WireConversation): Conversation => ({
  ...named(wire),
  ...common(context, "messaging", "conversation", wire),
  guests: guests?.map((guest) => ({ id: null, ...guest })) ?? null,
  memberIds: members.map((id) => context.ref("user", id, "team")),
});

export const toMessage = (
  context: Context,
  { conversation_id, thread_id, user_id, ...wire }: WireMessage,
  asked: string,
): ChatMessage => {
  const conversation = conversation_id ?? asked;
  return {
    ...named(wire),
    ...common(context, "messaging", "message", { ...wire, id: within(conversation, wire.id) }),
    author: user_id === null ? null : { id: personRef(context, user_id), name: null, email: null },
    attachments: wire.attachments.map(({ id, name, mime_type, url }) => ({
      id: refOf(context, "file", id, "storage"),
      name,
      mimeType: mime_type,
      size: null,
      inline: false,
      url,
      parentId: null,
    })),
    threadId: thread_id === null ? null : context.ref("message", within(conversation, thread_id)),
    conversationId: context.ref("conversation", conversation),
  };
};
