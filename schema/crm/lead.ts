import { Field, Float } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { CrmResource } from "./crmResource.js";

@ApiObject({ implements: CrmResource, description: "Somebody who may become a customer." })
export class Lead extends CrmResource {
  declare api: "crm";
  declare type: "lead";
  @Field(() => String, { nullable: true, description: "In full." })
  name!: string | null;
  @Field(() => String, { nullable: true })
  firstName!: string | null;
  @Field(() => String, { nullable: true })
  middleName!: string | null;
  @Field(() => String, { nullable: true })
  lastName!: string | null;
  @Field(() => String, { nullable: true })
  title!: string | null;
  @Field(() => String, { nullable: true })
  status!: string | null;
  @Field(() => String, { nullable: true, description: "Its name: there is no CRM account yet." })
  company!: string | null;
  @Field(() => String, { nullable: true })
  industry!: string | null;
  @Field(() => Float, { nullable: true })
  annualRevenue!: number | null;
  @Field(() => String, { nullable: true })
  rating!: string | null;
  @Field(() => String, { nullable: true })
  email!: string | null;
  @Field(() => String, { nullable: true })
  phone!: string | null;
  @Field(() => String, { nullable: true })
  fax!: string | null;
  @Field(() => String, { nullable: true })
  address!: string | null;
}
registerType("crm.lead", "Lead");

export const LeadConnection = connectionOf<Lead>("Lead", () => Lead);
