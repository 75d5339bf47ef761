import { Arg, Authorized, Ctx, Mutation, Resolver } from "type-graphql";
import {
  CreateConversationInput,
  PostMessageInput,
  UpdateConversationInput,
  UpdateMessageInput,
} from "../../schema/messaging/inputs.js";
import { ChatMessagePayload, ConversationPayload } from "../../schema/messaging/payloads.js";
import type { ChatMessageDraft } from "../../src/connectors/connector.js";
import { type Context, forgetReads } from "../context.js";
import { toDraft, writing } from "../write.js";

@Resolver()
class ChatMessageMutations {
  @Authorized("write")
  @Mutation(() => ChatMessagePayload, {
    description: "Says something in a conversation, or answers in a thread of it.",
  })
  async postMessage(@Arg("input", () => PostMessageInput) input: PostMessageInput, @Ctx() context: Context) {
    const { scope } = await context.session.resolveAs(input.conversation, "messaging", ["conversation"]);
    const references = { conversation: "messaging.conversation", thread: "messaging.message" } as const;
    const draft = toDraft<ChatMessageDraft>(scope, { ...input }, references);
    const chatMessage = await scope.apis(false).messaging.messages.create(draft);
    forgetReads(context);
    return { chatMessage };
  }

  @Authorized("write")
  @Mutation(() => ChatMessagePayload, { description: "Says it in other words; its author alone may." })
  async updateMessage(
    @Arg("input", () => UpdateMessageInput) { id, ...given }: UpdateMessageInput,
    @Ctx() context: Context,
  ) {
    const { scope, native } = await context.session.resolveAs(id, "messaging", ["message"]);
    const draft = toDraft<ChatMessageDraft>(scope, given, {});
    const chatMessage = await scope.apis(false).messaging.messages.update(native, draft);
    forgetReads(context);
    return { chatMessage };
  }
}

export const MessagingMutations = [
  writing({
    name: "Conversation",
    title: "a conversation",
    field: "conversation",
    api: "messaging",
    type: "conversation",
    collection: (account) => account.apis(false).messaging.conversations,
    payload: ConversationPayload,
    createInput: CreateConversationInput,
    updateInput: UpdateConversationInput,
    references: { members: "team.user" },
  }),
  ChatMessageMutations,
];
