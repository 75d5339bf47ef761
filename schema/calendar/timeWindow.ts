import { Field, InputType } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";
import { DateTime } from "../common/scalars.js";

@ApiObject({ description: "From `start` until `end`, which does not belong to it." })
export class TimeWindow {
  @Field(() => DateTime)
  start!: string;
  @Field(() => DateTime)
  end!: string;
}

@InputType({ description: "From `start` until `end`, which does not belong to it." })
export class TimeWindowInput {
  @Field(() => DateTime)
  start!: string;
  @Field(() => DateTime)
  end!: string;
}
