import { z } from "zod";
import { moment, reference, text, withCustomFields } from "../shelf/fields.js";
import type { Body, Kind } from "../shelf/shelf.js";

const amount = z.number().nullable();

const owned = { owner_id: reference, description: text };
const person = {
  first_name: text,
  middle_name: text,
  last_name: z.string().min(1).max(1_000),
  title: text,
  email: text,
  phone: text,
  fax: text,
};

/** What each kind of object may say. */
export const FIELDS = {
  account: {
    ...owned,
    name: z.string().min(1).max(1_000),
    industry: text,
    industry_code: text,
    employees: z.int().nullable(),
    rating: text,
    phone: text,
    fax: text,
    website: text,
    annual_revenue: amount,
    billing_address: text,
    shipping_address: text,
  },
  contact: {
    ...owned,
    ...person,
    account_id: reference,
    lead_id: reference,
    department: text,
    mailing_address: text,
  },
  lead: {
    ...owned,
    ...person,
    company: z.string().min(1).max(1_000),
    status: text,
    industry: text,
    annual_revenue: amount,
    rating: text,
    address: text,
  },
  opportunity: {
    ...owned,
    account_id: reference,
    campaign_id: reference,
    name: z.string().min(1).max(1_000),
    stage_name: z.string().min(1).max(1_000),
    closing_date: moment,
    next_step: text,
    amount,
    probability: z.number().min(0).max(100).nullable(),
    opportunity_type: text,
  },
  campaign: {
    ...owned,
    parent_id: reference,
    name: z.string().min(1).max(1_000),
    campaign_type: text,
    start: moment,
    end: moment,
    status: text,
    expected_revenue: amount,
    actual_cost: amount,
    budgeted_cost: amount,
  },
  task: {
    ...owned,
    account_id: reference,
    contact_id: reference,
    subject: text,
    status: z.string().min(1).max(1_000),
    priority: z.string().min(1).max(1_000),
    due: moment,
  },
  /** A type of the customer's own. */
  invoice_c: {
    name: z.string().min(1).max(1_000),
    description: text,
    account_id: reference,
    amount_c: amount,
    due_c: moment,
    paid_c: z.boolean().nullable(),
  },
} as const satisfies Record<string, z.ZodRawShape>;

export type CrmType = keyof typeof FIELDS;
export const TYPES = Object.keys(FIELDS) as CrmType[];

/** What must be said of a new one. */
export const REQUIRED: Readonly<Record<CrmType, readonly string[]>> = {
  account: ["name"],
  contact: ["last_name"],
  lead: ["company", "last_name"],
  opportunity: ["name", "stage_name", "closing_date"],
  campaign: ["name"],
  task: ["status", "priority"],
  invoice_c: ["name"],
};

/** Fields that name another object, and of what type. */
export const REFERENCES: Readonly<Record<string, CrmType>> = {
  account_id: "account",
  lead_id: "lead",
  campaign_id: "campaign",
  parent_id: "campaign",
  contact_id: "contact",
};

export const writableOf = (type: CrmType) => withCustomFields(FIELDS[type]);

const PREFIXES: Readonly<Record<CrmType, string>> = {
  account: "acc",
  contact: "con",
  lead: "led",
  opportunity: "opp",
  campaign: "cmp",
  task: "tsk",
  invoice_c: "inv",
};

/** Lists are in the order in which objects were made. */
const kindOf = (type: CrmType): Kind => ({
  name: `crm.${type}`,
  prefix: PREFIXES[type],
  at: (_, created) => created,
  called: nameOf,
  *keys(content) {
    for (const name of ["account_id", "owner_id"]) if (content[name] != null) yield [name, String(content[name])];
    if (typeof content.email === "string") yield ["email", content.email.toLowerCase()];
  },
  words: (content) =>
    [nameOf(content), content.email, content.company, content.description, content.phone]
      .filter((word) => typeof word === "string")
      .join(" "),
});

/** What a person calls it. */
const nameOf = ({ name, subject, first_name, middle_name, last_name }: Body): string => {
  const whole = name ?? subject ?? [first_name, middle_name, last_name].filter(Boolean).join(" ");
  return String(whole);
};

export const KINDS = Object.fromEntries(TYPES.map((type) => [type, kindOf(type)])) as Record<CrmType, Kind>;
