import { Field } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { Person } from "../common/person.js";
import { Resource } from "../common/resource.js";
import { DateTime } from "../common/scalars.js";

@ApiObject({ implements: Resource, description: "A channel, a group's chat or a private one." })
export class Conversation extends Resource {
  declare api: "messaging";
  declare type: "conversation";
  @Field(() => String, { nullable: true, description: "Null for a chat that has none." })
  name!: string | null;
  @Field(() => String, { nullable: true, description: "What it is about." })
  topic!: string | null;
  @Field(() => Boolean)
  private!: boolean;
  @Field(() => [Person], {
    nullable: true,
    description: "Those who take part from outside the organisation. Null where the service does not say.",
  })
  guests!: Person[] | null;
  @Field(() => DateTime, { nullable: true })
  created!: string | null;
  @Field(() => DateTime, { nullable: true })
  modified!: string | null;
  /** Not exposed: `members` follows them. */
  memberIds!: Ref[];
}
registerType("messaging.conversation", "Conversation");

export const ConversationConnection = connectionOf<Conversation>("Conversation", () => Conversation);
