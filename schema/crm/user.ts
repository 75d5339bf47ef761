import { Field } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { Resource } from "../common/resource.js";

@ApiObject({ implements: Resource, description: "Somebody who works with the CRM." })
export class CrmUser extends Resource {
  declare api: "crm";
  declare type: "user";
  @Field(() => String, { nullable: true })
  name!: string | null;
  @Field(() => String, { nullable: true })
  email!: string | null;
}
registerType("crm.user", "CrmUser");
