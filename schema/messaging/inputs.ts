import { Field, ID, InputType } from "type-graphql";
import { JsonObject } from "../common/scalars.js";

@InputType()
abstract class ConversationFields {
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => String, { nullable: true, description: "What it is about." })
  topic?: string | null;
  @Field(() => Boolean, { nullable: true, description: "Seen by its members alone." })
  private?: boolean;
  @Field(() => [ID], { nullable: true, description: "TeamUsers." })
  members?: string[];
  @Field(() => JsonObject, { nullable: true, description: "Fields of the service's own, laid over the others." })
  raw?: Record<string, unknown> | null;
}
@InputType({ description: "Makes a channel or a group's chat. Whoever makes it is a member." })
export class CreateConversationInput extends ConversationFields {
  @Field(() => ID, { description: "The connected account to make it in." })
  account!: string;
}
@InputType({ description: "Absent fields stay as they are; null clears." })
export class UpdateConversationInput extends ConversationFields {
  @Field(() => ID)
  id!: string;
}

@InputType({ description: "Says something in a conversation." })
export class PostMessageInput {
  @Field(() => ID)
  conversation!: string;
  @Field(() => String)
  text!: string;
  @Field(() => ID, { nullable: true, description: "The message that it answers." })
  thread?: string | null;
  @Field(() => JsonObject, { nullable: true, description: "Fields of the service's own, laid over the others." })
  raw?: Record<string, unknown> | null;
}

@InputType({ description: "Says it in other words." })
export class UpdateMessageInput {
  @Field(() => ID)
  id!: string;
  @Field(() => String)
  text!: string;
  @Field(() => JsonObject, { nullable: true, description: "Fields of the service's own, laid over the others." })
  raw?: Record<string, unknown> | null;
}
