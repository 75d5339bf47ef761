import { ApiError } from "../../../errors.js";
import type {
  CampaignDraft,
  CompanyQuery,
  ContactDraft,
  CrmAccountDraft,
  CrmOperations,
  CrmQuery,
  CrmTaskDraft,
  LeadDraft,
  OpportunityDraft,
} from "../../connector.js";
import { collection, PAGE, paging, toBody, toPage } from "../collection.js";
import { records } from "../records.js";
import { checkId } from "../requests.js";
import type { WireListing } from "../wire.js";
import {
  toCampaign,
  toContact,
  toCrmAccount,
  toCrmTask,
  toCrmUser,
  toFound,
  toLead,
  toOpportunity,
  toRecord,
  toSchema,
} from "./map.js";
import type { WireContact, WireCrmSchema, WireCrmUser, WireFound } from "./wire.js";

const toQuery = ({ modifiedSince, createdSince, orderBy, company }: CompanyQuery) => ({
  account_id: company,
  modified_since: modifiedSince,
  created_since: createdSince,
  order_by: orderBy,
});

/** What is a reference in the unified model ends in `_id` here. */
const OWNED = { owner: "owner_id" } as const;
const OF_COMPANY = { ...OWNED, company: "account_id" } as const;

export const crm: CrmOperations = {
  accounts: collection({
    path: "/crm/accounts",
    toItem: toCrmAccount,
    toQuery: (query: CrmQuery) => toQuery(query),
    toBody: toBody<CrmAccountDraft>(OWNED),
  }),
  contacts: collection({
    path: "/crm/contacts",
    toItem: toContact,
    toQuery,
    toBody: toBody<ContactDraft>({ ...OF_COMPANY, lead: "lead_id" }),
  }),
  leads: collection({
    path: "/crm/leads",
    toItem: toLead,
    toQuery: (query: CrmQuery) => toQuery(query),
    toBody: toBody<LeadDraft>(OWNED),
  }),
  opportunities: collection({
    path: "/crm/opportunities",
    toItem: toOpportunity,
    toQuery,
    toBody: toBody<OpportunityDraft>({ ...OF_COMPANY, campaign: "campaign_id" }),
  }),
  campaigns: collection({
    path: "/crm/campaigns",
    toItem: toCampaign,
    toQuery: (query: CrmQuery) => toQuery(query),
    toBody: toBody<CampaignDraft>({ ...OWNED, parent: "parent_id" }),
  }),
  tasks: collection({
    path: "/crm/tasks",
    toItem: toCrmTask,
    toQuery,
    toBody: toBody<CrmTaskDraft>({ ...OF_COMPANY, contact: "contact_id" }),
  }),
  objects: records("/crm/types", toRecord),

  users: {
    traits: { pageSize: PAGE, getMany: PAGE },
    async list(context) {
      return toPage(context, await context.upstream.json<WireListing<WireCrmUser>>({ path: "/crm/users" }), toCrmUser);
    },
    async get(context, id) {
      return toCrmUser(context, await context.upstream.json<WireCrmUser>({ path: `/crm/users/${checkId(id)}` }));
    },
    /** There are few: one list has them all. */
    async getMany(context, ids) {
      const { entries } = await context.upstream.json<WireListing<WireCrmUser>>({ path: "/crm/users" });
      const byId = new Map(entries.map((user) => [user.id, user]));
      return ids.map((id) => {
        const user = byId.get(id);
        return user ? toCrmUser(context, user) : new ApiError("not_found", "There is no such user.");
      });
    },
  },

  async search(context, { query, language, ...page }) {
    if (language === "soql") throw new ApiError("not_implemented", "The sandbox is asked in words, not in SOQL.");
    const request = { path: "/crm/search", query: { q: query, ...paging(page) } };
    return toPage(context, await context.upstream.json<WireListing<WireFound>>(request), toFound);
  },

  async schemas(context) {
    const { entries } = await context.upstream.json<{ entries: WireCrmSchema[] }>({ path: "/crm/schemas" });
    return entries.map((entry) => toSchema(context, entry));
  },

  async schema(context, rawType) {
    return toSchema(context, await context.upstream.json<WireCrmSchema>({ path: `/crm/schemas/${checkId(rawType)}` }));
  },

  async contactsByEmail(context, addresses) {
    const request = {
      method: "POST",
      path: "/crm/contacts-by-email",
      body: { emails: addresses },
      repeatable: true,
    };
    const { results } = await context.upstream.json<{ results: (WireContact | null)[] }>(request);
    return addresses.map((_, index) => {
      const wire = results[index];
      return wire ? toContact(context, wire) : null;
    });
  },
};
