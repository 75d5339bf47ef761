import { Field } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { Resource } from "../common/resource.js";
import { DateTime } from "../common/scalars.js";

@ApiObject({ implements: Resource, description: "A group of users of the organisation." })
export class TeamGroup extends Resource {
  declare api: "team";
  declare type: "group";
  @Field(() => String, { nullable: true })
  name!: string | null;
  @Field(() => String, { nullable: true })
  description!: string | null;
  @Field(() => DateTime, { nullable: true })
  created!: string | null;
  @Field(() => DateTime, { nullable: true })
  modified!: string | null;
}
registerType("team.group", "TeamGroup");

export const TeamGroupConnection = connectionOf<TeamGroup>("TeamGroup", () => TeamGroup);
