import { Field, Float, Int } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { CrmResource } from "./crmResource.js";

@ApiObject({
  implements: CrmResource,
  description: "A company, department or person that the user's organisation deals with.",
})
export class CrmAccount extends CrmResource {
  declare api: "crm";
  declare type: "account";
  @Field(() => String)
  name!: string;
  @Field(() => String, { nullable: true })
  industry!: string | null;
  @Field(() => String, { nullable: true, description: "Six digits of NAICS." })
  industryCode!: string | null;
  @Field(() => Int, { nullable: true })
  employees!: number | null;
  @Field(() => String, { nullable: true })
  rating!: string | null;
  @Field(() => String, { nullable: true })
  phone!: string | null;
  @Field(() => String, { nullable: true })
  fax!: string | null;
  @Field(() => String, { nullable: true })
  website!: string | null;
  @Field(() => Float, { nullable: true })
  annualRevenue!: number | null;
  @Field(() => String, { nullable: true })
  billingAddress!: string | null;
  @Field(() => String, { nullable: true })
  shippingAddress!: string | null;
}
registerType("crm.account", "CrmAccount");

export const CrmAccountConnection = connectionOf<CrmAccount>("CrmAccount", () => CrmAccount);
