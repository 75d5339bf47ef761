import type { Raw } from "../../../../schema/common/raw.js";
import type { CrmAccount } from "../../../../schema/crm/account.js";
import type { Campaign } from "../../../../schema/crm/campaign.js";
import type { Contact } from "../../../../schema/crm/contact.js";
import type { Lead } from "../../../../schema/crm/lead.js";
import type { Opportunity } from "../../../../schema/crm/opportunity.js";
import type { CrmRecord } from "../../../../schema/crm/record.js";
import type { CrmSchema } from "../../../../schema/crm/schema.js";
import type { CrmTask } from "../../../../schema/crm/task.js";
import type { CrmUser } from "../../../../schema/crm/user.js";
import type { Ref } from "../../../ids.js";
import { type Context, type CrmItem, recordId } from "../../connector.js";
import type {
  WireCampaign,
  WireContact,
  WireCrmAccount,
  WireCrmSchema,
  WireCrmTask,
  WireCrmUser,
  WireFound,
  WireLead,
  WireOpportunity,
  WireRecord,
} from "./wire.js";

/** What every object of the CRM begins with. */
const common = (context: Context, type: string, wire: WireRecord) => ({
  id: context.ref(type, wire.id),
  api: "crm" as const,
  description: wire.description,
  created: wire.created_at,
  modified: wire.modified_at,
  ownerId: refOf(context, "user", wire.owner_id),
  raw: rawOf(context, type, wire),
});

export const toCrmAccount = (context: Context, wire: WireCrmAccount): CrmAccount => ({
  ...common(context, "account", wire),
  type: "account",
  name: wire.name,
  industry: wire.industry,
  industryCode: wire.industry_code,
  employees: wire.employees,
  rating: wire.rating,
  phone: wire.phone,
  fax: wire.fax,
  website: wire.website,
  annualRevenue: wire.annual_revenue,
  billingAddress: wire.billing_address,
  shippingAddress: wire.shipping_address,
});

export const toContact = (context: Context, wire: WireContact): Contact => ({
  ...common(context, "contact", wire),
  type: "contact",
  ...named(wire),
  department: wire.department,
  mailingAddress: wire.mailing_address,
  companyId: refOf(context, "account", wire.account_id),
  leadId: refOf(context, "lead", wire.lead_id),
});

export const toLead = (context: Context, wire: WireLead): Lead => ({
  ...common(context, "lead", wire),
  type: "lead",
  ...named(wire),
  status: wire.status,
  company: wire.company,
  industry: wire.industry,
  annualRevenue: wire.annual_revenue,
  rating: wire.rating,
  address: wire.address,
});

export const toOpportunity = (context: Context, wire: WireOpportunity): Opportunity => ({
  ...common(context, "opportunity", wire),
  type: "opportunity",
  name: wire.name,
  stageName: wire.stage_name,
  closingDate: wire.closing_date,
  nextStep: wire.next_step,
  amount: wire.amount,
  probability: wire.probability,
  opportunityType: wire.opportunity_type,
  companyId: refOf(context, "account", wire.account_id),
  campaignId: refOf(context, "campaign", wire.campaign_id),
});

export const toCampaign = (context: Context, wire: WireCampaign): Campaign => ({
  ...common(context, "campaign", wire),
  type: "campaign",
  name: wire.name,
  campaignType: wire.campaign_type,
  start: wire.start,
  end: wire.end,
  status: wire.status,
  expectedRevenue: wire.expected_revenue,
  actualCost: wire.actual_cost,
  budgetedCost: wire.budgeted_cost,
  parentId: refOf(context, "campaign", wire.parent_id),
});

export const toCrmTask = (context: Context, wire: WireCrmTask): CrmTask => ({
  ...common(context, "task", wire),
  type: "task",
  subject: wire.subject,
  status: wire.status,
  priority: wire.priority,
  due: wire.due,
  companyId: refOf(context, "account", wire.account_id),
  contactId: refOf(context, "contact", wire.contact_id),
});

/** An object of any type, its own fields as they are. */
export const toRecord = (context: Context, rawType: string, wire: WireRecord): CrmRecord => {
  const { id, created_at: _, modified_at: __, ...values } = wire;
  return {
    ...common(context, "object", { ...wire, id: recordId(rawType, id) }),
    type: "object",
    rawType,
    name: wire.name ?? null,
    values,
    raw: rawOf(context, rawType, wire),
  };
};

export const toCrmUser = (context: Context, { id, name, email }: WireCrmUser): CrmUser => ({
  id: context.ref("user", id),
  api: "crm",
  type: "user",
  name,
  email,
  raw: context.raw ? { id, type: "user", object: { id, name, email }, headers: null } : undefined,
});

export const toSchema = (context: Context, wire: WireCrmSchema): CrmSchema => ({
  name: wire.name,
  label: wire.label,
  custom: wire.custom,
  raw: context.raw ? { id: wire.name, type: wire.name, object: wire, headers: null } : undefined,
  fields: wire.fields.map((field) => ({
    name: field.name,
    label: field.label,
    dataType: field.data_type,
    required: field.required,
    readOnly: field.read_only,
    options: field.options,
    referenceTo: field.reference_to,
  })),
});

export const toFound = (context: Context, wire: WireFound): CrmItem => {
  switch (wire.type) {
    case "account":
      return toCrmAccount(context, wire);
    case "contact":
      return toContact(context, wire);
    case "lead":
      return toLead(context, wire);
    case "opportunity":
      return toOpportunity(context, wire);
    case "campaign":
      return toCampaign(context, wire);
    case "task":
      return toCrmTask(context, wire);
  }
};

const named = (wire: WireContact | WireLead) => ({
  name: [wire.first_name, wire.middle_name, wire.last_name].filter(Boolean).join(" ") || null,
  firstName: wire.first_name,
  middleName: wire.middle_name,
  lastName: wire.last_name,
  title: wire.title,
  email: wire.email,
  phone: wire.phone,
  fax: wire.fax,
});

const refOf = (context: Context, type: string, id: string | null | undefined): Ref | null =>
  id == null ? null : context.ref(type, id);

const rawOf = ({ raw }: Context, type: string, wire: WireRecord): Raw | undefined =>
  raw ? { id: wire.id, type, object: wire, headers: null } : undefined;
