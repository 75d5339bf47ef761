import { Field } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { Resource } from "../common/resource.js";
import { TeamGroup } from "./group.js";
import { TeamUser } from "./user.js";

@ApiObject({ implements: Resource, description: "That a user belongs to a group, and as what." })
export class Membership extends Resource {
  declare api: "team";
  declare type: "membership";
  @Field(() => TeamUser)
  user!: TeamUser;
  @Field(() => TeamGroup)
  group!: TeamGroup;
  @Field(() => String, { nullable: true, description: "owner, admin or member, in this group." })
  role!: string | null;
}
registerType("team.membership", "Membership");

export const MembershipConnection = connectionOf<Membership>("Membership", () => Membership);
