import type { GraphQLResolveInfo } from "graphql";
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from "type-graphql";
import type { ConnectionOf } from "../../schema/common/page.js";
import { Person } from "../../schema/common/person.js";
import { MailFolder } from "../../schema/email/folder.js";
import { EmailMessage, EmailMessageConnection } from "../../schema/email/message.js";
import { EmailThread } from "../../schema/email/thread.js";
import { textsOf } from "../common/message.js";
import type { Context } from "../context.js";
import { Call, Listed } from "../cost.js";
import { listed } from "../listed.js";
import { PageArguments } from "../page.js";
import { accountOf, apisOf, follow } from "../walk.js";

@Resolver(() => EmailMessage)
export class EmailMessageResolver {
  @FieldResolver(() => Person, { nullable: true, description: "The same as `author`." })
  from(@Root() { author }: EmailMessage): Person | null {
    return author;
  }

  @Call()
  @FieldResolver(() => String, {
    nullable: true,
    description: "As it was sent: whoever shows it sanitises it. Null where it has none.",
  })
  async html(@Root() message: EmailMessage, @Ctx() context: Context): Promise<string | null> {
    return message.html === undefined ? (await textsOf(context, message)).html : message.html;
  }

  @Call()
  @FieldResolver(() => MailFolder, { nullable: true })
  folder(@Root() { folderId }: EmailMessage, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<MailFolder>(context, info, folderId);
  }

  @Call()
  @Listed()
  @FieldResolver(() => EmailMessageConnection, {
    nullable: true,
    description: "The mails of its thread, itself among them, newest first.",
  })
  thread(
    @Args(() => PageArguments) page: PageArguments,
    @Root() message: EmailMessage,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<EmailMessage>> | null {
    const { threadId } = message;
    if (threadId === null) return null;
    return listed(context, apisOf(accountOf(message), info).email.messages, { thread: threadId.native }, page);
  }
}

@Resolver(() => MailFolder)
export class MailFolderResolver {
  @Call()
  @FieldResolver(() => MailFolder, { nullable: true, description: "The folder it lies in." })
  parent(@Root() { parentId }: MailFolder, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<MailFolder>(context, info, parentId);
  }

  @Call()
  @Listed()
  @FieldResolver(() => EmailMessageConnection, { nullable: true, description: "Newest first." })
  messages(
    @Args(() => PageArguments) page: PageArguments,
    @Root() folder: MailFolder,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<EmailMessage>> {
    return listed(context, apisOf(accountOf(folder), info).email.messages, { folder: folder.id.native }, page);
  }
}

@Resolver(() => EmailThread)
export class EmailThreadResolver {
  @Call()
  @Listed()
  @FieldResolver(() => EmailMessageConnection, { nullable: true, description: "Newest first." })
  messages(
    @Args(() => PageArguments) page: PageArguments,
    @Root() thread: EmailThread,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<EmailMessage>> {
    return listed(context, apisOf(accountOf(thread), info).email.messages, { thread: thread.id.native }, page);
  }
}
