import type { CrmAccount } from "../../../../schema/crm/account.js";
import type { Campaign } from "../../../../schema/crm/campaign.js";
import type { Contact } from "../../../../schema/crm/contact.js";
import type { Lead } from "../../../../schema/crm/lead.js";
import type { Opportunity } from "../../../../schema/crm/opportunity.js";
import type { CrmRecord } from "../../../../schema/crm/record.js";
import type { CrmSchema } from "../../../../schema/crm/schema.js";
import type { CrmTask } from "../../../../schema/crm/task.js";
import { type Context, type CrmItem, recordId } from "../../connector.js";
import { common, named, refOf } from "../map.js";
import type {
  WireAccount,
  WireCampaign,
  WireContact,
  WireFound,
  WireLead,
  WireOpportunity,
  WireRecord,
  WireSchema,
  WireTask,
} from "./wire.js";

export const toAccount = (context: Context, { owner, ...wire }: WireAccount): CrmAccount => ({
  ...named(wire),
  ...common(context, "crm", "account", wire),
  ownerId: refOf(context, "user", owner),
});

export const toContact = (context: Context, { owner, account, lead, ...wire }: WireContact): Contact => ({
  ...named(wire),
  ...common(context, "crm", "contact", wire),
  ownerId: refOf(context, "user", owner),
  companyId: refOf(context, "account", account),
  leadId: refOf(context, "lead", lead),
});

export const toLead = (context: Context, { owner, ...wire }: WireLead): Lead => ({
  ...named(wire),
  ...common(context, "crm", "lead", wire),
  ownerId: refOf(context, "user", owner),
});

export const toOpportunity = (
  context: Context,
  { owner, account, campaign, ...wire }: WireOpportunity,
): Opportunity => ({
  ...named(wire),
  ...common(context, "crm", "opportunity", wire),
  ownerId: refOf(context, "user", owner),
  companyId: refOf(context, "account", account),
  campaignId: refOf(context, "campaign", campaign),
});

export const toCampaign = (context: Context, { owner, parent, ...wire }: WireCampaign): Campaign => ({
  ...named(wire),
  ...common(context, "crm", "campaign", wire),
  ownerId: refOf(context, "user", owner),
  parentId: refOf(context, "campaign", parent),
});

export const toTask = (context: Context, { owner, account, contact, due_date, ...wire }: WireTask): CrmTask => ({
  ...named(wire),
  ...common(context, "crm", "task", wire),
  due: due_date,
  ownerId: refOf(context, "user", owner),
  companyId: refOf(context, "account", account),
  contactId: refOf(context, "contact", contact),
});

/** The reference keeps its attributes in the raw object, and its type. */
export const toRecord = (context: Context, { owner, ...wire }: WireRecord): CrmRecord => ({
  ...named(wire),
  ...common(context, "crm", "object", { ...wire, id: recordId(wire.raw.type, wire.id) }),
  ownerId: refOf(context, "user", owner),
  rawType: wire.raw.type,
  values: wire.raw.object,
});

export const toFound = (context: Context, wire: WireFound): CrmItem => {
  switch (wire.type) {
    case "account":
      return toAccount(context, wire);
    case "contact":
      return toContact(context, wire);
    case "lead":
      return toLead(context, wire);
    case "opportunity":
      return toOpportunity(context, wire);
    case "campaign":
      return toCampaign(context, wire);
    case "task":
      return toTask(context, wire);
    case "object":
      return toRecord(context, wire);
  }
};

export const toSchema = ({ name, label, custom, fields }: WireSchema): CrmSchema => ({
  name,
  label: label ?? name,
  custom: custom ?? false,
  fields: fields.map((field) => ({
    name: field.name,
    label: field.label ?? field.name,
    dataType: field.data_type ?? "string",
    required: field.required ?? false,
    readOnly: field.read_only ?? false,
    options: field.options ?? null,
    referenceTo: field.reference_to ?? null,
  })),
});
