import { payloadOf } from "../common/payloadOf.js";
import { Conversation } from "./conversation.js";
import { ChatMessage } from "./message.js";

export const ConversationPayload = payloadOf("Conversation", "conversation", () => Conversation);
export const ChatMessagePayload = payloadOf("ChatMessage", "chatMessage", () => ChatMessage);
