import { type ClassType, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { Message } from "../../schema/common/message.js";
import type { EmailBody } from "../../src/connectors/connector.js";
import type { Context } from "../context.js";
import { Call } from "../cost.js";
import type { ObjectRef } from "../objectRef.js";
import { accountOf } from "../walk.js";

@Resolver(() => Message as unknown as ClassType<Message>)
export class MessageResolver {
  @Call()
  @FieldResolver(() => String, {
    nullable: true,
    description: "Plain text; of a mail that has only HTML, what it reads as.",
  })
  async text(@Root() message: Message, @Ctx() context: Context): Promise<string | null> {
    return message.text === undefined ? (await textsOf(context, message)).text : message.text;
  }
}

/** Texts that did not come with their message: those of all messages of an answer are read together. */
export const textsOf = ({ loaders }: Context, message: Message): Promise<EmailBody> =>
  message.api === "email" && accountOf(message).apis(false).email.can("bodies")
    ? loaders.bodies.load(message.id as ObjectRef)
    : Promise.resolve({ text: null, html: null });
