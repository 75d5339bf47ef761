import { Field } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { DateTime } from "../common/scalars.js";
import { CrmResource } from "./crmResource.js";

@ApiObject({ implements: CrmResource, description: "Something to do for a customer." })
export class CrmTask extends CrmResource {
  declare api: "crm";
  declare type: "task";
  @Field(() => String, { nullable: true })
  subject!: string | null;
  @Field(() => String, { nullable: true })
  status!: string | null;
  @Field(() => String, { nullable: true })
  priority!: string | null;
  @Field(() => DateTime, { nullable: true })
  due!: string | null;
  /** Not exposed: `company` follows it. */
  companyId!: Ref | null;
  /** Not exposed: `contact` follows it. */
  contactId!: Ref | null;
}
registerType("crm.task", "CrmTask");

export const CrmTaskConnection = connectionOf<CrmTask>("CrmTask", () => CrmTask);
