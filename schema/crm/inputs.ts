import { Field, Float, ID, InputType, Int } from "type-graphql";
import { DateTime, JsonObject } from "../common/scalars.js";

@InputType()
abstract class CrmFields {
  @Field(() => ID, { nullable: true, description: "A CrmUser." })
  owner?: string | null;
  @Field(() => String, { nullable: true })
  description?: string | null;
  @Field(() => JsonObject, { nullable: true, description: "Fields of the service's own, laid over the others." })
  raw?: Record<string, unknown> | null;
}

@InputType()
abstract class CrmAccountFields extends CrmFields {
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => String, { nullable: true })
  industry?: string | null;
  @Field(() => String, { nullable: true })
  industryCode?: string | null;
  @Field(() => Int, { nullable: true })
  employees?: number | null;
  @Field(() => String, { nullable: true })
  rating?: string | null;
  @Field(() => String, { nullable: true })
  phone?: string | null;
  @Field(() => String, { nullable: true })
  fax?: string | null;
  @Field(() => String, { nullable: true })
  website?: string | null;
  @Field(() => Float, { nullable: true })
  annualRevenue?: number | null;
  @Field(() => String, { nullable: true })
  billingAddress?: string | null;
  @Field(() => String, { nullable: true })
  shippingAddress?: string | null;
}
@InputType({ description: "Makes a company." })
export class CreateCrmAccountInput extends CrmAccountFields {
  @Field(() => ID, { description: "The connected account to make it in." })
  account!: string;
  @Field(() => String)
  override name!: string;
}
@InputType({ description: "Absent fields stay as they are; null clears." })
export class UpdateCrmAccountInput extends CrmAccountFields {
  @Field(() => ID)
  id!: string;
}

@InputType()
abstract class ContactFields extends CrmFields {
  @Field(() => ID, { nullable: true, description: "A CrmAccount." })
  company?: string | null;
  @Field(() => ID, { nullable: true })
  lead?: string | null;
  @Field(() => String, { nullable: true })
  firstName?: string | null;
  @Field(() => String, { nullable: true })
  middleName?: string | null;
  @Field(() => String, { nullable: true })
  lastName?: string | null;
  @Field(() => String, { nullable: true })
  title?: string | null;
  @Field(() => String, { nullable: true })
  email?: string | null;
  @Field(() => String, { nullable: true })
  phone?: string | null;
  @Field(() => String, { nullable: true })
  fax?: string | null;
  @Field(() => String, { nullable: true })
  department?: string | null;
  @Field(() => String, { nullable: true })
  mailingAddress?: string | null;
}
@InputType({ description: "Makes a contact." })
export class CreateContactInput extends ContactFields {
  @Field(() => ID, { description: "The connected account to make it in." })
  account!: string;
  @Field(() => String)
  override lastName!: string;
}
@InputType({ description: "Absent fields stay as they are; null clears." })
export class UpdateContactInput extends ContactFields {
  @Field(() => ID)
  id!: string;
}

@InputType()
abstract class LeadFields extends CrmFields {
  @Field(() => String, { nullable: true })
  firstName?: string | null;
  @Field(() => String, { nullable: true })
  middleName?: string | null;
  @Field(() => String, { nullable: true })
  lastName?: string | null;
  @Field(() => String, { nullable: true })
  title?: string | null;
  @Field(() => String, { nullable: true })
  email?: string | null;
  @Field(() => String, { nullable: true })
  phone?: string | null;
  @Field(() => String, { nullable: true })
  fax?: string | null;
  @Field(() => String, { nullable: true, description: "Its name." })
  company?: string | null;
  @Field(() => String, { nullable: true })
  status?: string | null;
  @Field(() => String, { nullable: true })
  industry?: string | null;
  @Field(() => Float, { nullable: true })
  annualRevenue?: number | null;
  @Field(() => String, { nullable: true })
  rating?: string | null;
  @Field(() => String, { nullable: true })
  address?: string | null;
}
@InputType({ description: "Makes a lead." })
export class CreateLeadInput extends LeadFields {
  @Field(() => ID, { description: "The connected account to make it in." })
  account!: string;
  @Field(() => String)
  override company!: string;
  @Field(() => String)
  override lastName!: string;
}
@InputType({ description: "Absent fields stay as they are; null clears." })
export class UpdateLeadInput extends LeadFields {
  @Field(() => ID)
  id!: string;
}

@InputType()
abstract class OpportunityFields extends CrmFields {
  @Field(() => ID, { nullable: true, description: "A CrmAccount." })
  company?: string | null;
  @Field(() => ID, { nullable: true })
  campaign?: string | null;
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => String, { nullable: true })
  stageName?: string | null;
  @Field(() => DateTime, { nullable: true })
  closingDate?: string | null;
  @Field(() => String, { nullable: true })
  nextStep?: string | null;
  @Field(() => Float, { nullable: true })
  amount?: number | null;
  @Field(() => Float, { nullable: true, description: "0 to 100." })
  probability?: number | null;
  @Field(() => String, { nullable: true })
  opportunityType?: string | null;
}
@InputType({ description: "Makes an opportunity." })
export class CreateOpportunityInput extends OpportunityFields {
  @Field(() => ID, { description: "The connected account to make it in." })
  account!: string;
  @Field(() => String)
  override name!: string;
  @Field(() => String)
  override stageName!: string;
  @Field(() => DateTime)
  override closingDate!: string;
}
@InputType({ description: "Absent fields stay as they are; null clears." })
export class UpdateOpportunityInput extends OpportunityFields {
  @Field(() => ID)
  id!: string;
}

@InputType()
abstract class CampaignFields extends CrmFields {
  @Field(() => ID, { nullable: true, description: "A Campaign." })
  parent?: string | null;
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => String, { nullable: true })
  campaignType?: string | null;
  @Field(() => DateTime, { nullable: true })
  start?: string | null;
  @Field(() => DateTime, { nullable: true })
  end?: string | null;
  @Field(() => String, { nullable: true })
  status?: string | null;
  @Field(() => Float, { nullable: true })
  expectedRevenue?: number | null;
  @Field(() => Float, { nullable: true })
  actualCost?: number | null;
  @Field(() => Float, { nullable: true })
  budgetedCost?: number | null;
}
@InputType({ description: "Makes a campaign." })
export class CreateCampaignInput extends CampaignFields {
  @Field(() => ID, { description: "The connected account to make it in." })
  account!: string;
  @Field(() => String)
  override name!: string;
}
@InputType({ description: "Absent fields stay as they are; null clears." })
export class UpdateCampaignInput extends CampaignFields {
  @Field(() => ID)
  id!: string;
}

@InputType()
abstract class CrmTaskFields extends CrmFields {
  @Field(() => ID, { nullable: true, description: "A CrmAccount." })
  company?: string | null;
  @Field(() => ID, { nullable: true })
  contact?: string | null;
  @Field(() => String, { nullable: true })
  subject?: string | null;
  @Field(() => String, { nullable: true })
  status?: string | null;
  @Field(() => String, { nullable: true })
  priority?: string | null;
  @Field(() => DateTime, { nullable: true })
  due?: string | null;
}
@InputType({ description: "Makes a task." })
export class CreateCrmTaskInput extends CrmTaskFields {
  @Field(() => ID, { description: "The connected account to make it in." })
  account!: string;
  @Field(() => String)
  override status!: string;
  @Field(() => String)
  override priority!: string;
}
@InputType({ description: "Absent fields stay as they are; null clears." })
export class UpdateCrmTaskInput extends CrmTaskFields {
  @Field(() => ID)
  id!: string;
}

@InputType({ description: "Makes an object of any type of the service." })
export class CreateCrmRecordInput {
  @Field(() => ID, { description: "The connected account to make it in." })
  account!: string;
  @Field(() => String, { description: "The service's own type: Invoice__c …" })
  rawType!: string;
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => String, { nullable: true })
  description?: string | null;
  @Field(() => JsonObject, { nullable: true, description: "Fields of the service's own, laid over the others." })
  raw?: Record<string, unknown> | null;
}
@InputType({ description: "Absent fields stay as they are; null clears." })
export class UpdateCrmRecordInput {
  @Field(() => ID)
  id!: string;
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => String, { nullable: true })
  description?: string | null;
  @Field(() => JsonObject, { nullable: true, description: "Fields of the service's own, laid over the others." })
  raw?: Record<string, unknown> | null;
}
