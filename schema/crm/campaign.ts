import { Field, Float } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { DateTime } from "../common/scalars.js";
import { CrmResource } from "./crmResource.js";

@ApiObject({ implements: CrmResource, description: "An effort to win customers." })
export class Campaign extends CrmResource {
  declare api: "crm";
  declare type: "campaign";
  @Field(() => String)
  name!: string;
  @Field(() => String, { nullable: true })
  campaignType!: string | null;
  @Field(() => DateTime, { nullable: true })
  start!: string | null;
  @Field(() => DateTime, { nullable: true })
  end!: string | null;
  @Field(() => String, { nullable: true })
  status!: string | null;
  @Field(() => Float, { nullable: true })
  expectedRevenue!: number | null;
  @Field(() => Float, { nullable: true })
  actualCost!: number | null;
  @Field(() => Float, { nullable: true })
  budgetedCost!: number | null;
  /** Not exposed: `parent` follows it. */
  parentId!: Ref | null;
}
registerType("crm.campaign", "Campaign");

export const CampaignConnection = connectionOf<Campaign>("Campaign", () => Campaign);
