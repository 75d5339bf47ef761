import { z } from "zod";
import type { Endpoint } from "../../endpoint.js";
import { numeric, rawFields, text, time } from "../../parameters.js";
import { collectionEndpoints } from "../collection.js";

const owned = { owner: text.nullable(), description: text.nullable(), ...rawFields };
const person = {
  first_name: text.nullable(),
  middle_name: text.nullable(),
  last_name: text,
  title: text.nullable(),
  email: text.nullable(),
  phone: text.nullable(),
  fax: text.nullable(),
};

/** Sent by one client with every call; only `objects` needs it. */
const asked = z.object({
  raw_type: text.optional(),
  modified_since: time.optional(),
  created_since: time.optional(),
  order_by: text.optional().describe("An attribute, `-` before it for descending: `-modified`."),
});
const ofCompany = asked.extend({ account: text.optional().describe("Only those of this company.") });
const queryOf = ({ modified_since, created_since, order_by }: z.output<typeof asked>) => ({
  modifiedSince: modified_since,
  createdSince: created_since,
  orderBy: order_by,
});

const OWNER = { owner: "crm.user" } as const;
const common = { api: "crm", raw: true } as const;

/** Source: the unified API, "CRM API", Endpoints. */
export const collections: readonly Endpoint[] = [
  ...collectionEndpoints({
    ...common,
    type: "account",
    path: "crm/accounts",
    title: "a company",
    titles: "companies",
    collection: (apis) => apis.crm.accounts,
    query: asked,
    queryOf,
    needs: ["name"],
    references: OWNER,
    draft: z.object({
      ...owned,
      name: text,
      industry: text.nullable(),
      industry_code: text.nullable(),
      employees: numeric.nullable(),
      rating: text.nullable(),
      phone: text.nullable(),
      fax: text.nullable(),
      website: text.nullable(),
      annual_revenue: numeric.nullable(),
      billing_address: text.nullable(),
      shipping_address: text.nullable(),
    }),
  }),
  ...collectionEndpoints({
    ...common,
    type: "contact",
    path: "crm/contacts",
    title: "a contact",
    titles: "contacts",
    collection: (apis) => apis.crm.contacts,
    query: ofCompany,
    queryOf: ({ account, ...rest }, call) => ({ ...queryOf(rest), ...companyOf(account, call) }),
    needs: ["last_name"],
    names: { account: "company" },
    references: { ...OWNER, account: "crm.account", lead: "crm.lead" },
    draft: z.object({
      ...owned,
      ...person,
      account: text.nullable(),
      lead: text.nullable(),
      department: text.nullable(),
      mailing_address: text.nullable(),
    }),
  }),
  ...collectionEndpoints({
    ...common,
    type: "lead",
    path: "crm/leads",
    title: "a lead",
    titles: "leads",
    collection: (apis) => apis.crm.leads,
    query: asked,
    queryOf,
    needs: ["company", "last_name"],
    references: OWNER,
    draft: z.object({
      ...owned,
      ...person,
      company: text,
      status: text.nullable(),
      industry: text.nullable(),
      annual_revenue: numeric.nullable(),
      rating: text.nullable(),
      address: text.nullable(),
    }),
  }),
  ...collectionEndpoints({
    ...common,
    type: "opportunity",
    path: "crm/opportunities",
    title: "an opportunity",
    titles: "opportunities",
    collection: (apis) => apis.crm.opportunities,
    query: ofCompany,
    queryOf: ({ account, ...rest }, call) => ({ ...queryOf(rest), ...companyOf(account, call) }),
    needs: ["name", "stage_name", "closing_date"],
    names: { account: "company" },
    references: { ...OWNER, account: "crm.account", campaign: "crm.campaign" },
    draft: z.object({
      ...owned,
      account: text.nullable(),
      campaign: text.nullable(),
      name: text,
      stage_name: text,
      closing_date: time,
      next_step: text.nullable(),
      amount: numeric.nullable(),
      probability: numeric.nullable(),
      opportunity_type: text.nullable(),
    }),
  }),
  ...collectionEndpoints({
    ...common,
    type: "campaign",
    path: "crm/campaigns",
    title: "a campaign",
    titles: "campaigns",
    collection: (apis) => apis.crm.campaigns,
    query: asked,
    queryOf,
    needs: ["name"],
    references: { ...OWNER, parent: "crm.campaign" },
    draft: z.object({
      ...owned,
      parent: text.nullable(),
      name: text,
      campaign_type: text.nullable(),
      start: time.nullable(),
      end: time.nullable(),
      status: text.nullable(),
      expected_revenue: numeric.nullable(),
      actual_cost: numeric.nullable(),
      budgeted_cost: numeric.nullable(),
    }),
  }),
  ...collectionEndpoints({
    ...common,
    type: "task",
    path: "crm/tasks",
    title: "a task",
    titles: "tasks",
    collection: (apis) => apis.crm.tasks,
    query: ofCompany,
    queryOf: ({ account, ...rest }, call) => ({ ...queryOf(rest), ...companyOf(account, call) }),
    needs: ["status", "priority"],
    names: { account: "company", due_date: "due" },
    references: { ...OWNER, account: "crm.account", contact: "crm.contact" },
    draft: z.object({
      ...owned,
      account: text.nullable(),
      contact: text.nullable(),
      subject: text.nullable(),
      status: text,
      priority: text,
      due_date: time.nullable(),
    }),
  }),
];

const companyOf = (
  account: string | undefined,
  call: { ref(id: string, api: "crm", ...types: string[]): { native: string } },
) => (account === undefined ? {} : { company: call.ref(account, "crm", "account").native });
