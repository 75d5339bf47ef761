import { Field, ID } from "type-graphql";
import { ApiObject } from "./apiObject.js";

@ApiObject({ description: "Somebody, as far as the service says." })
export class Person {
  @Field(() => ID, {
    nullable: true,
    description: "The service's id of the person; another service may use the same for somebody else.",
  })
  id!: string | null;
  @Field(() => String, { nullable: true })
  name!: string | null;
  @Field(() => String, { nullable: true })
  email!: string | null;
}
