import { Field } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { ApiObject } from "../common/apiObject.js";
import { Message } from "../common/message.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { Person } from "../common/person.js";
import { Label } from "./label.js";

@ApiObject({ implements: Message, description: "A mail." })
export class EmailMessage extends Message {
  declare api: "email";
  @Field(() => [Person])
  to!: Person[];
  @Field(() => [Person])
  cc!: Person[];
  @Field(() => [Person])
  bcc!: Person[];
  @Field(() => [Person])
  replyTo!: Person[];
  @Field(() => String, { nullable: true })
  subject!: string | null;
  @Field(() => String, { nullable: true, description: "How its text begins." })
  snippet!: string | null;
  @Field(() => String, { nullable: true, description: "Message-ID of RFC 5322, with its angle brackets." })
  messageId!: string | null;
  @Field(() => String, { nullable: true, description: "The Message-ID that it answers." })
  inReplyTo!: string | null;
  @Field(() => [Label])
  labels!: Label[];
  @Field(() => Boolean, { nullable: true })
  read!: boolean | null;
  @Field(() => Boolean, { nullable: true })
  starred!: boolean | null;
  @Field(() => Boolean, { nullable: true })
  draft!: boolean | null;
  /** Undefined like `text`. */
  html?: string | null;
  /** Not exposed: `folder` follows it. */
  folderId!: Ref | null;
}
registerType("email.message", "EmailMessage");

export const EmailMessageConnection = connectionOf<EmailMessage>("EmailMessage", () => EmailMessage);
