import type { CrmAccount } from "../../../schema/crm/account.js";
import type { Campaign } from "../../../schema/crm/campaign.js";
import type { Contact } from "../../../schema/crm/contact.js";
import type { Lead } from "../../../schema/crm/lead.js";
import type { Opportunity } from "../../../schema/crm/opportunity.js";
import type { CrmRecord } from "../../../schema/crm/record.js";
import type { CrmSchema } from "../../../schema/crm/schema.js";
import type { CrmTask } from "../../../schema/crm/task.js";
import type { CrmUser } from "../../../schema/crm/user.js";
import type { Collection, RawFields, Text } from "./collection.js";
import type { Context, Page, Paging } from "./context.js";

export type CrmItem = CrmAccount | Contact | Lead | Opportunity | Campaign | CrmTask | CrmRecord;

export interface CrmQuery {
  /** ISO 8601; changed at or after it. */
  modifiedSince?: string | undefined;
  /** ISO 8601; made at or after it. */
  createdSince?: string | undefined;
  /** A unified attribute, `-` before it for descending: `name`, `-modified`. `invalid_parameters` for one that does not sort. */
  orderBy?: string | undefined;
}
/** Also narrowed by the company. */
export interface CompanyQuery extends CrmQuery {
  company?: string | undefined;
}

interface OwnedDraft extends RawFields {
  owner?: Text;
  description?: Text;
}
export interface CrmAccountDraft extends OwnedDraft {
  name?: string;
  industry?: Text;
  industryCode?: Text;
  employees?: number | null;
  rating?: Text;
  phone?: Text;
  fax?: Text;
  website?: Text;
  annualRevenue?: number | null;
  billingAddress?: Text;
  shippingAddress?: Text;
}
interface PersonDraft extends OwnedDraft {
  firstName?: Text;
  middleName?: Text;
  lastName?: string;
  title?: Text;
  email?: Text;
  phone?: Text;
  fax?: Text;
}
export interface ContactDraft extends PersonDraft {
  company?: Text;
  lead?: Text;
  department?: Text;
  mailingAddress?: Text;
}
export interface LeadDraft extends PersonDraft {
  company?: string;
  status?: Text;
  industry?: Text;
  annualRevenue?: number | null;
  rating?: Text;
  address?: Text;
}
export interface OpportunityDraft extends OwnedDraft {
  company?: Text;
  campaign?: Text;
  name?: string;
  stageName?: string;
  closingDate?: string;
  nextStep?: Text;
  amount?: number | null;
  probability?: number | null;
  opportunityType?: Text;
}
export interface CampaignDraft extends OwnedDraft {
  parent?: Text;
  name?: string;
  campaignType?: Text;
  start?: Text;
  end?: Text;
  status?: Text;
  expectedRevenue?: number | null;
  actualCost?: number | null;
  budgetedCost?: number | null;
}
export interface CrmTaskDraft extends OwnedDraft {
  company?: Text;
  contact?: Text;
  subject?: Text;
  status?: string;
  priority?: string;
  due?: Text;
}

/** Any type of the service by its own name. `name` and `description` become what the service calls them. */
export interface RecordDraft extends RawFields {
  rawType?: string;
  name?: Text;
  description?: Text;
}

/** Source: the unified API, "CRM API". */
export interface CrmOperations {
  readonly accounts?: Collection<CrmAccount, CrmQuery, CrmAccountDraft>;
  readonly contacts?: Collection<Contact, CompanyQuery, ContactDraft>;
  readonly leads?: Collection<Lead, CrmQuery, LeadDraft>;
  readonly opportunities?: Collection<Opportunity, CompanyQuery, OpportunityDraft>;
  readonly campaigns?: Collection<Campaign, CrmQuery, CampaignDraft>;
  readonly tasks?: Collection<CrmTask, CompanyQuery, CrmTaskDraft>;
  /** Native ids are made by `recordId`. */
  readonly objects?: Collection<CrmRecord, { rawType: string }, RecordDraft>;
  readonly users?: Collection<CrmUser>;
  /** Objects of mixed types. */
  search?(context: Context, search: CrmSearch & Paging): Promise<Page<CrmItem>>;
  schemas?(context: Context): Promise<CrmSchema[]>;
  schema?(context: Context, rawType: string): Promise<CrmSchema>;
  /** The contact of each e-mail address, in any case; aligned, null where there is none. One call upstream for `traits` many. */
  contactsByEmail?(context: Context, addresses: readonly string[]): Promise<(Contact | null)[]>;
}

export interface CrmSearch {
  query: string;
  language: "keyword" | "soql" | "raw";
}
