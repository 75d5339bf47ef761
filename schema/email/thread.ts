import { Field, Int } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { Person } from "../common/person.js";
import { Resource } from "../common/resource.js";
import { DateTime } from "../common/scalars.js";

@ApiObject({ implements: Resource, description: "Mails that answer one another." })
export class EmailThread extends Resource {
  declare api: "email";
  declare type: "thread";
  @Field(() => String, { nullable: true })
  subject!: string | null;
  @Field(() => String, { nullable: true, description: "How its newest mail begins." })
  snippet!: string | null;
  @Field(() => [Person], { description: "Who has written in it." })
  participants!: Person[];
  @Field(() => Int, { nullable: true })
  messageCount!: number | null;
  @Field(() => Boolean, { nullable: true, description: "One of its mails is unread." })
  unread!: boolean | null;
  @Field(() => DateTime, { nullable: true, description: "Of its oldest mail." })
  created!: string | null;
  @Field(() => DateTime, { nullable: true, description: "Of its newest mail." })
  modified!: string | null;
}
registerType("email.thread", "EmailThread");

export const EmailThreadConnection = connectionOf<EmailThread>("EmailThread", () => EmailThread);
