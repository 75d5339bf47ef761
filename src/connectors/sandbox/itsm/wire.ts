import type { WirePerson } from "../wire.js";

/** What the service desk of the sandbox says; only the fields that are read. */
export interface WireDeskRecord {
  id: string;
  description: string | null;
  created_at: string;
  modified_at: string;
}
interface WireTicket extends WireDeskRecord {
  subject: string;
  active: boolean;
  category: string | null;
  status: string;
  impact: string | null;
  urgency: string | null;
  priority: string | null;
  requester_id: string | null;
  assignee_id: string | null;
}

export interface WireIncident extends WireTicket {
  change_id: string | null;
  problem_id: string | null;
  responder_id: string | null;
  due_date: string | null;
  escalation: string | null;
}
export interface WireProblem extends WireTicket {
  change_id: string | null;
  due_date: string | null;
  escalation: string | null;
  known_error: boolean;
  workaround: string | null;
}
export interface WireChangeRequest extends WireTicket {
  change_type: string | null;
  risk: string | null;
  start: string | null;
  end: string | null;
}
export interface WireArticle extends WireDeskRecord {
  title: string;
  body: string | null;
  category: string | null;
  knowledge_base: string | null;
  status: string | null;
  author_id: string | null;
  published: string | null;
  views: number | null;
}
export interface WireAsset extends WireDeskRecord {
  name: string;
  asset_tag: string | null;
  serial_number: string | null;
  model: string | null;
  category: string | null;
  location: string | null;
  status: string | null;
  cost: number | null;
  purchase_date: string | null;
  warranty_expiration: string | null;
  assignee_id: string | null;
  owner_id: string | null;
}
/** Of any table. */
export interface WireRow extends WireDeskRecord {
  name?: string | null;
  subject?: string | null;
  title?: string | null;
}

export interface WireComment {
  id: string;
  /** Null when the organisation no longer knows who it was. */
  author: WirePerson | null;
  text: string;
  internal: boolean;
  created_at: string;
}
