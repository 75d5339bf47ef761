import { Field } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";
import { connectionOf } from "../common/page.js";
import { TeamGroup } from "./group.js";
import { TeamUser } from "./user.js";

@ApiObject({ description: "That a user belongs to a group, and as what." })
export class Membership {
  @Field(() => TeamUser)
  user!: TeamUser;
  @Field(() => TeamGroup)
  group!: TeamGroup;
  @Field(() => String, { nullable: true, description: "owner, admin or member, in this group." })
  role!: string | null;
}

export const MembershipConnection = connectionOf<Membership>("Membership", () => Membership);
