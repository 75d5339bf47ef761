import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Info, Resolver, Root } from "type-graphql";
import { Account } from "../../schema/common/account.js";
import type { ConnectionOf } from "../../schema/common/page.js";
import { DateTime } from "../../schema/common/scalars.js";
import { type MailFolder, MailFolderConnection } from "../../schema/email/folder.js";
import { type Label, LabelConnection } from "../../schema/email/label.js";
import { Mailbox } from "../../schema/email/mailbox.js";
import { EmailMessage, EmailMessageConnection } from "../../schema/email/message.js";
import { type EmailThread, EmailThreadConnection } from "../../schema/email/thread.js";
import type { EmailQuery } from "../../src/connectors/connector.js";
import { ApiError } from "../../src/errors.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import type { Context } from "../context.js";
import { Call, Listed } from "../cost.js";
import { listed } from "../listed.js";
import { PageArguments } from "../page.js";
import { accountOf, apisOf, type CategoryRoot, follow, rootOf } from "../walk.js";

@ArgsType()
class ThreadArguments extends PageArguments {
  @Field(() => ID, { nullable: true, description: "Only those of this MailFolder." })
  folder?: string | null;
  @Field(() => ID, { nullable: true, description: "Only those that carry this Label." })
  label?: string | null;
  @Field(() => String, { nullable: true, description: "Words, as the service's own search reads them." })
  query?: string | null;
}

@ArgsType()
class MessageArguments extends ThreadArguments {
  @Field(() => ID, { nullable: true, description: "Only those of this EmailThread." })
  thread?: string | null;
  @Field(() => String, { nullable: true, description: "Only those from, or to, this e-mail address." })
  participant?: string | null;
  @Field(() => DateTime, { nullable: true, description: "At or after it." })
  since?: string | null;
  @Field(() => DateTime, { nullable: true, description: "Before it." })
  until?: string | null;
  @Field(() => Boolean, { nullable: true, description: "Only the unread ones; false: only those that were read." })
  unread?: boolean | null;
}

@Resolver(() => Account)
export class AccountEmailResolver {
  @FieldResolver(() => Mailbox, { nullable: true, description: "Its mail. Null where it has none." })
  email(@Root() account: Account): CategoryRoot | null {
    return rootOf(accountOf(account), "email");
  }
}

@Resolver(() => Mailbox)
export class MailboxResolver {
  @Call()
  @Listed()
  @FieldResolver(() => EmailMessageConnection, { nullable: true, description: "Newest first." })
  messages(
    @Args(() => MessageArguments) { first, after, ...asked }: MessageArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<EmailMessage>> {
    const { thread, participant, since, until, unread } = asked;
    const query: EmailQuery = {
      ...toQuery(account, asked),
      ...(thread == null ? {} : { thread: account.own(thread, "email", ["thread"]).native }),
      ...(participant == null ? {} : { participant }),
      ...(since == null ? {} : { since }),
      ...(until == null ? {} : { until }),
      ...(unread == null ? {} : { unread }),
    };
    return listed(context, apisOf(account, info).email.messages, query, { first, after });
  }

  @Call()
  @FieldResolver(() => EmailMessage, { nullable: true })
  message(
    @Arg("id", () => ID) id: string,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ) {
    return follow<EmailMessage>(context, info, account.own(id, "email", ["message"]));
  }

  @Call()
  @Listed()
  @FieldResolver(() => MailFolderConnection, { nullable: true })
  folders(
    @Args(() => PageArguments) page: PageArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<MailFolder>> {
    return listed(context, apisOf(account, info).email.folders, {}, page);
  }

  @Call()
  @Listed()
  @FieldResolver(() => LabelConnection, { nullable: true })
  labels(
    @Args(() => PageArguments) page: PageArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<Label>> {
    return listed(context, apisOf(account, info).email.labels, {}, page);
  }

  @Call()
  @Listed()
  @FieldResolver(() => EmailThreadConnection, { nullable: true, description: "By their newest mails, newest first." })
  threads(
    @Args(() => ThreadArguments) { first, after, ...asked }: ThreadArguments,
    @Root() { account }: CategoryRoot,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<EmailThread>> {
    return listed(context, apisOf(account, info).email.threads, toQuery(account, asked), { first, after });
  }
}

/** What was not said is not asked. */
const toQuery = (
  account: ConnectedAccount,
  { folder, label, query }: Pick<ThreadArguments, "folder" | "label" | "query">,
): Pick<EmailQuery, "folder" | "label" | "query"> => {
  if (query != null && query.trim() === "") throw new ApiError("invalid_parameters", "`query` must not be empty.");
  return {
    ...(folder == null ? {} : { folder: account.own(folder, "email", ["folder"]).native }),
    ...(label == null ? {} : { label: account.own(label, "email", ["label"]).native }),
    ...(query == null ? {} : { query }),
  };
};
