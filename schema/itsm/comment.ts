import { Field, ID } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { ApiObject } from "../common/apiObject.js";
import { connectionOf } from "../common/page.js";
import { Person } from "../common/person.js";
import { DateTime } from "../common/scalars.js";

@ApiObject({ description: "What somebody wrote beneath a record." })
export class Comment {
  @Field(() => ID, { nullable: true, description: "Global, as all ids are." })
  id!: Ref | null;
  @Field(() => Person, { nullable: true })
  author!: Person | null;
  @Field(() => String)
  text!: string;
  @Field(() => Boolean, { nullable: true, description: "Hidden from who asked for help." })
  internal!: boolean | null;
  @Field(() => DateTime, { nullable: true })
  created!: string | null;
}

export const CommentConnection = connectionOf<Comment>("Comment", () => Comment);
