import { Field } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { Resource } from "../common/resource.js";

@ApiObject({ implements: Resource, description: "Somebody who works with the service desk, or asks it for help." })
export class ItsmUser extends Resource {
  declare api: "itsm";
  declare type: "user";
  @Field(() => String, { nullable: true })
  name!: string | null;
  @Field(() => String, { nullable: true })
  email!: string | null;
}
registerType("itsm.user", "ItsmUser");

export const ItsmUserConnection = connectionOf<ItsmUser>("ItsmUser", () => ItsmUser);
