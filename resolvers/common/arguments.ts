import { ArgsType, Field, ID } from "type-graphql";

@ArgsType()
export class IdArguments {
  @Field(() => ID)
  id!: string;
}
