import { Field, Float } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { DateTime } from "../common/scalars.js";
import { CrmResource } from "./crmResource.js";

@ApiObject({ implements: CrmResource, description: "A deal that may be won." })
export class Opportunity extends CrmResource {
  declare api: "crm";
  declare type: "opportunity";
  @Field(() => String)
  name!: string;
  @Field(() => String, { nullable: true })
  stageName!: string | null;
  @Field(() => DateTime, { nullable: true })
  closingDate!: string | null;
  @Field(() => String, { nullable: true })
  nextStep!: string | null;
  @Field(() => Float, { nullable: true, description: "In the organisation's currency." })
  amount!: number | null;
  @Field(() => Float, { nullable: true, description: "0 to 100." })
  probability!: number | null;
  @Field(() => String, { nullable: true })
  opportunityType!: string | null;
  /** Not exposed: `company` follows it. */
  companyId!: Ref | null;
  /** Not exposed: `campaign` follows it. */
  campaignId!: Ref | null;
}
registerType("crm.opportunity", "Opportunity");

export const OpportunityConnection = connectionOf<Opportunity>("Opportunity", () => Opportunity);
