import { Field, ID, InterfaceType } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { Attachment } from "./attachment.js";
import { typeName } from "./node.js";
import { Person } from "./person.js";
import { Resource } from "./resource.js";
import { DateTime } from "./scalars.js";

@InterfaceType({
  implements: Resource,
  description: "A message of any kind, so that mail and chat can be shown in one list.",
  resolveType: (value: Resource) => typeName(value),
})
export abstract class Message extends Resource {
  declare api: "email" | "messaging";
  declare type: "message";
  @Field(() => Person, { nullable: true })
  author!: Person | null;
  @Field(() => [Attachment])
  attachments!: Attachment[];
  @Field(() => ID, {
    nullable: true,
    description: "The thread that it belongs to: of chat, the message that began it.",
  })
  threadId!: Ref | null;
  @Field(() => DateTime, { nullable: true })
  created!: string | null;
  @Field(() => DateTime, { nullable: true })
  modified!: string | null;
  /** Undefined where the service did not say it with the message: then `text` is read when it is asked for. */
  text?: string | null;
}
