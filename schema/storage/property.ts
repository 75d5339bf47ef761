import { Field } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";

@ApiObject({ description: "A custom property." })
export class Property {
  @Field(() => String)
  key!: string;
  @Field(() => String, { nullable: true })
  value!: string | null;
}
