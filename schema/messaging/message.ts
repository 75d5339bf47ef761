import { Field, Int } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { ApiObject } from "../common/apiObject.js";
import { Message } from "../common/message.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";

@ApiObject({ implements: Message, description: "A message in a chat." })
export class ChatMessage extends Message {
  declare api: "messaging";
  @Field(() => String, { nullable: true })
  declare text: string | null;
  @Field(() => Int, { nullable: true, description: "How many have answered in its thread." })
  replyCount!: number | null;
  /** Not exposed: `conversation` follows it. */
  conversationId!: Ref;
}
registerType("messaging.message", "ChatMessage");

export const ChatMessageConnection = connectionOf<ChatMessage>("ChatMessage", () => ChatMessage);
