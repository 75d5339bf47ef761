import { Field, ID } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { ApiObject } from "./apiObject.js";

@ApiObject({ description: "Somebody, as far as the service says." })
export class Person {
  @Field(() => ID, { nullable: true, description: "Global, as all ids are." })
  id!: Ref | null;
  @Field(() => String, { nullable: true })
  name!: string | null;
  @Field(() => String, { nullable: true })
  email!: string | null;
}
