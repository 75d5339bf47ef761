import { Field } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { Person } from "../common/person.js";
import { Resource } from "../common/resource.js";
import { DateTime } from "../common/scalars.js";

@ApiObject({ implements: Resource, description: "What somebody wrote beneath a record." })
export class Comment extends Resource {
  declare api: "itsm";
  declare type: "comment";
  @Field(() => Person, { nullable: true })
  author!: Person | null;
  @Field(() => String)
  text!: string;
  @Field(() => Boolean, { nullable: true, description: "Hidden from who asked for help." })
  internal!: boolean | null;
  @Field(() => DateTime, { nullable: true })
  created!: string | null;
}
registerType("itsm.comment", "Comment");

export const CommentConnection = connectionOf<Comment>("Comment", () => Comment);
