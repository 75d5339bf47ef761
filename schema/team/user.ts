import { Field } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { Resource } from "../common/resource.js";
import { DateTime } from "../common/scalars.js";

@ApiObject({
  implements: Resource,
  description: "Somebody in the organisation. An administrator's account may act as this user.",
})
export class TeamUser extends Resource {
  declare api: "team";
  declare type: "user";
  @Field(() => String, { nullable: true })
  name!: string | null;
  @Field(() => String, { nullable: true })
  email!: string | null;
  @Field(() => String, { nullable: true, description: "owner, admin or member, in the organisation." })
  role!: string | null;
  @Field(() => DateTime, { nullable: true })
  created!: string | null;
  @Field(() => DateTime, { nullable: true })
  modified!: string | null;
}
registerType("team.user", "TeamUser");

export const TeamUserConnection = connectionOf<TeamUser>("TeamUser", () => TeamUser);
