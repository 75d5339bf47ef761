import type { CompanyQuery, Context, CrmOperations, CrmQuery } from "../../connector.js";
import { recordsOf } from "../records.js";
import { ask, askPage, at, PAGE } from "../requests.js";
import { listOf } from "../wire.js";
import { batched } from "./batch.js";
import { toAccount, toCampaign, toContact, toFound, toLead, toOpportunity, toRecord, toSchema, toTask } from "./map.js";
import * as wire from "./wire.js";

const toQuery = ({ modifiedSince, createdSince, orderBy }: CrmQuery) => ({
  modified_since: modifiedSince,
  created_since: createdSince,
  order_by: orderBy?.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
});
const ofCompany = ({ company, ...query }: CompanyQuery) => ({ ...toQuery(query), account: company });
const COMPANY = { company: "account" };

/** Source: the unified API, "CRM API". */
export const crm: CrmOperations = {
  accounts: batched("account", {
    path: ["crm", "accounts"],
    wire: wire.account,
    toItem: toAccount,
    toQuery,
  }),
  contacts: batched("contact", {
    path: ["crm", "contacts"],
    wire: wire.contact,
    toItem: toContact,
    toQuery: ofCompany,
    names: COMPANY,
  }),
  leads: batched("lead", {
    path: ["crm", "leads"],
    wire: wire.lead,
    toItem: toLead,
    toQuery,
  }),
  opportunities: batched("opportunity", {
    path: ["crm", "opportunities"],
    wire: wire.opportunity,
    toItem: toOpportunity,
    toQuery: ofCompany,
    names: COMPANY,
  }),
  campaigns: batched("campaign", {
    path: ["crm", "campaigns"],
    wire: wire.campaign,
    toItem: toCampaign,
    toQuery,
  }),
  tasks: batched("task", {
    path: ["crm", "tasks"],
    wire: wire.task,
    toItem: toTask,
    toQuery: ofCompany,
    names: { ...COMPANY, due: "due_date" },
  }),
  objects: recordsOf("crm", wire.record, toRecord),

  search(context, { query, language, ...paging }) {
    const request = { path: at(context, "crm", "search"), query: { q: query, lang: language } };
    return askPage(context, wire.found, toFound, request, paging);
  },

  /** Services have some hundreds of types at most; more than so many are not read. */
  async schemas(context) {
    const request = { path: at(context, "crm", "schemas"), query: { page_size: PAGE } };
    return (await ask(context, listOf(wire.schema), request)).objects.map(toSchema);
  },

  schema: async (context: Context, rawType: string) =>
    toSchema(await ask(context, wire.schema, { path: at(context, "crm", "schemas", rawType) })),
};
