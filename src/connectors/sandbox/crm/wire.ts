/** What the CRM of the sandbox says; only the fields that are read. */
interface Common {
  id: string;
  owner_id: string | null;
  description: string | null;
  created_at: string;
  modified_at: string;
}
interface Named {
  first_name: string | null;
  middle_name: string | null;
  last_name: string | null;
  title: string | null;
  email: string | null;
  phone: string | null;
  fax: string | null;
}

export interface WireCrmAccount extends Common {
  name: string;
  industry: string | null;
  industry_code: string | null;
  employees: number | null;
  rating: string | null;
  phone: string | null;
  fax: string | null;
  website: string | null;
  annual_revenue: number | null;
  billing_address: string | null;
  shipping_address: string | null;
}
export interface WireContact extends Common, Named {
  account_id: string | null;
  lead_id: string | null;
  department: string | null;
  mailing_address: string | null;
}
export interface WireLead extends Common, Named {
  company: string | null;
  status: string | null;
  industry: string | null;
  annual_revenue: number | null;
  rating: string | null;
  address: string | null;
}
export interface WireOpportunity extends Common {
  account_id: string | null;
  campaign_id: string | null;
  name: string;
  stage_name: string | null;
  closing_date: string | null;
  next_step: string | null;
  amount: number | null;
  probability: number | null;
  opportunity_type: string | null;
}
export interface WireCampaign extends Common {
  parent_id: string | null;
  name: string;
  campaign_type: string | null;
  start: string | null;
  end: string | null;
  status: string | null;
  expected_revenue: number | null;
  actual_cost: number | null;
  budgeted_cost: number | null;
}
export interface WireCrmTask extends Common {
  account_id: string | null;
  contact_id: string | null;
  subject: string | null;
  status: string | null;
  priority: string | null;
  due: string | null;
}
export interface WireRecord {
  id: string;
  name?: string | null;
  description: string | null;
  owner_id?: string | null;
  created_at: string;
  modified_at: string;
}
export interface WireCrmUser {
  id: string;
  name: string;
  email: string;
}
export interface WireCrmSchema {
  name: string;
  label: string;
  custom: boolean;
  fields: {
    name: string;
    label: string;
    data_type: string;
    required: boolean;
    read_only: boolean;
    options: string[] | null;
    reference_to: string[] | null;
  }[];
}

/** An object of a search. */
export type WireFound =
  | ({ type: "account" } & WireCrmAccount)
  | ({ type: "contact" } & WireContact)
  | ({ type: "lead" } & WireLead)
  | ({ type: "opportunity" } & WireOpportunity)
  | ({ type: "campaign" } & WireCampaign)
  | ({ type: "task" } & WireCrmTask);
