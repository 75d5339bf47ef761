import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Info, Resolver, Root } from "type-graphql";
import { Account } from "../../schema/common/account.js";
import type { ConnectionOf } from "../../schema/common/page.js";
import { DateTime } from "../../schema/common/scalars.js";
import { Conversation, ConversationConnection } from "../../schema/messaging/conversation.js";
import { ChatMessage, ChatMessageConnection } from "../../schema/messaging/message.js";
import { Messaging } from "../../schema/messaging/messaging.js";
import { TeamUser } from "../../schema/team/user.js";
import { ApiError } from "../../src/errors.js";
import type { Context } from "../context.js";
import { Call, Listed } from "../cost.js";
import { listed } from "../listed.js";
import type { ObjectRef } from "../objectRef.js";
import { connection, PageArguments } from "../page.js";
import { selects } from "../selection.js";
import { accountOf, apisOf, type CategoryRoot, follow, rootOf } from "../walk.js";

@ArgsType()
class ChatArguments extends PageArguments {
  @Field(() => DateTime, { nullable: true, description: "Only what was said at or after it." })
  since?: string | null;
  @Field(() => DateTime, { nullable: true, description: "Only what was said before it." })
  until?: string | null;
}

@ArgsType()
class ChatSearchArguments extends ChatArguments {
  @Field(() => String, { nullable: true, description: "Words; each must be found." })
  query?: string | null;
  @Field(() => String, { nullable: true, description: "Only messages by this e-mail address, or to it alone." })
  participant?: string | null;
}

@Resolver(() => Account)
export class AccountMessagingResolver {
  @FieldResolver(() => Messaging, { nullable: true, description: "Its chat. Null where it has none." })
  messaging(@Root() account: Account): CategoryRoot | null {
    return rootOf(accountOf(account), "messaging");
  }
}

@Resolver(() => Messaging)
export class MessagingResolver {
  @Call()
  @Listed()
  @FieldResolver(() => ConversationConnection, { nullable: true, description: "Those that the account sees." })
  conversations(
    @Args(() => PageArguments) page: PageArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<Conversation>> {
    return listed(context, apisOf(account, info).messaging.conversations, {}, page);
  }

  @Call()
  @FieldResolver(() => Conversation, { nullable: true })
  conversation(
    @Arg("id", () => ID) id: string,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Conversation> | null {
    return follow<Conversation>(context, info, account.own(id, "messaging", ["conversation"]));
  }

  @Call()
  @Listed()
  @FieldResolver(() => ChatMessageConnection, {
    nullable: true,
    description: "Messages of all conversations, answers in threads among them, newest first.",
  })
  search(
    @Args(() => ChatSearchArguments) { query, participant, since, until, ...page }: ChatSearchArguments,
    @Root() { account }: CategoryRoot,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<ChatMessage>> {
    if (query?.trim() === "") throw new ApiError("invalid_parameters", "`query` must not be empty.");
    const search = said({ query, participant, since, until });
    const { messaging } = apisOf(account, info);
    return connection(page, (paging) => messaging.search({ ...search, ...paging }));
  }
}

@Resolver(() => Conversation)
export class ConversationResolver {
  @Call()
  @FieldResolver(() => [TeamUser], {
    nullable: true,
    description: "Those of the organisation who take part; who has left it is left out. Administrators' accounts only.",
  })
  async members(
    @Root() { memberIds }: Conversation,
    @Ctx() { loaders }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TeamUser[]> {
    const users = await loaders.objects(selects(info, "raw")).loadMany(memberIds as ObjectRef[]);
    return users.filter((user): user is TeamUser => {
      if (!(user instanceof Error)) return true;
      if (user instanceof ApiError && user.code === "not_found") return false;
      throw user;
    });
  }

  @Call()
  @Listed()
  @FieldResolver(() => ChatMessageConnection, {
    nullable: true,
    description: "Newest first. Answers in threads are not among them: see `replies`.",
  })
  messages(
    @Args(() => ChatArguments) { since, until, ...page }: ChatArguments,
    @Root() conversation: Conversation,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<ChatMessage>> {
    const query = { conversation: conversation.id.native, ...said({ since, until }) };
    return listed(context, apisOf(accountOf(conversation), info).messaging.messages, query, page);
  }
}

@Resolver(() => ChatMessage)
export class ChatMessageResolver {
  @Call()
  @FieldResolver(() => Conversation, { nullable: true })
  conversation(@Root() { conversationId }: ChatMessage, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<Conversation>(context, info, conversationId);
  }

  @Call()
  @Listed()
  @FieldResolver(() => ChatMessageConnection, { nullable: true, description: "Its thread, oldest first." })
  replies(
    @Args(() => PageArguments) page: PageArguments,
    @Root() message: ChatMessage,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<ChatMessage>> {
    const { messaging } = apisOf(accountOf(message), info);
    return connection(page, (paging) => messaging.replies(message.id.native, paging));
  }
}

/** What was not said is not asked. */
const said = <Asked extends object>(asked: Asked): { [Name in keyof Asked]?: NonNullable<Asked[Name]> } =>
  Object.fromEntries(Object.entries(asked).filter(([, value]) => value != null)) as ReturnType<typeof said<Asked>>;
