import { Field } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { JsonObject } from "../common/scalars.js";
import { CrmResource } from "./crmResource.js";

@ApiObject({ implements: CrmResource, description: "An object of any type of the service, custom ones included." })
export class CrmRecord extends CrmResource {
  declare api: "crm";
  declare type: "object";
  @Field(() => String, { description: "The service's own type: Invoice__c …" })
  rawType!: string;
  @Field(() => String, { nullable: true })
  name!: string | null;
  @Field(() => JsonObject, { description: "The service's own fields." })
  values!: Record<string, unknown>;
}
registerType("crm.object", "CrmRecord");

export const CrmRecordConnection = connectionOf<CrmRecord>("CrmRecord", () => CrmRecord);
