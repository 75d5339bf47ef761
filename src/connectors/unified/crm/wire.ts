import { z } from "zod";
import { flag, id, list, number, reference, resource, text, time } from "../wire.js";

/** Source: the unified API, "CRM API", "Objects". */
const owned = { ...resource, owner: reference, description: text, created: time, modified: time };
const person = {
  name: text,
  first_name: text,
  middle_name: text,
  last_name: text,
  title: text,
  email: text,
  phone: text,
  fax: text,
};

export const account = z.object({
  ...owned,
  type: z.literal("account"),
  name: z.string(),
  industry: text,
  industry_code: text,
  employees: number,
  rating: text,
  phone: text,
  fax: text,
  website: text,
  annual_revenue: number,
  billing_address: text,
  shipping_address: text,
});
export const contact = z.object({
  ...owned,
  ...person,
  type: z.literal("contact"),
  account: reference,
  lead: reference,
  department: text,
  mailing_address: text,
});
export const lead = z.object({
  ...owned,
  ...person,
  type: z.literal("lead"),
  status: text,
  company: text,
  industry: text,
  annual_revenue: number,
  rating: text,
  address: text,
});
export const opportunity = z.object({
  ...owned,
  type: z.literal("opportunity"),
  account: reference,
  campaign: reference,
  name: z.string(),
  stage_name: text,
  closing_date: time,
  next_step: text,
  amount: number,
  probability: number,
  opportunity_type: text,
});
export const campaign = z.object({
  ...owned,
  type: z.literal("campaign"),
  parent: reference,
  name: z.string(),
  campaign_type: text,
  start: time,
  end: time,
  status: text,
  expected_revenue: number,
  actual_cost: number,
  budgeted_cost: number,
});
export const task = z.object({
  ...owned,
  type: z.literal("task"),
  account: reference,
  contact: reference,
  subject: text,
  status: text,
  priority: text,
  due_date: time,
});
/** All that it has is its raw object. */
export const record = z.object({
  id,
  type: z.literal("object"),
  owner: reference,
  name: text,
  description: text,
  created: time,
  modified: time,
  raw: z.object({ id: text, type: z.string(), object: z.record(z.string(), z.unknown()) }),
});
export const found = z.discriminatedUnion("type", [account, contact, lead, opportunity, campaign, task, record]);

export const schema = z.object({
  name: z.string(),
  label: text,
  custom: flag,
  fields: list(
    z.object({
      name: z.string(),
      label: text,
      data_type: text,
      required: flag,
      read_only: flag,
      options: z.array(z.string()).nullish(),
      reference_to: z.array(z.string()).nullish(),
    }),
  ),
});

export type WireAccount = z.output<typeof account>;
export type WireContact = z.output<typeof contact>;
export type WireLead = z.output<typeof lead>;
export type WireOpportunity = z.output<typeof opportunity>;
export type WireCampaign = z.output<typeof campaign>;
export type WireTask = z.output<typeof task>;
export type WireRecord = z.output<typeof record>;
export type WireFound = z.output<typeof found>;
export type WireSchema = z.output<typeof schema>;
