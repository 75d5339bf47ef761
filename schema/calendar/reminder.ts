import { Field, Int } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";

@ApiObject({ description: "When somebody is reminded of an event." })
export class Reminder {
  @Field(() => Int, { description: "Before the start." })
  minutes!: number;
  @Field(() => String, { nullable: true, description: "popup, email …" })
  method!: string | null;
}
