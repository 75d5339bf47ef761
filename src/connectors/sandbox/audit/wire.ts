/** What the trail of the sandbox says; only the fields that are read. */
export interface WireAuditEvent {
  id: string;
  timestamp: string;
  event_type: string;
  category: string;
  status: string;
  actor: { id: string; name: string; email: string | null; type: "user" | "service" };
  ip: string;
  user_agent: string | null;
  region: string | null;
  source: string;
  /** `type` is `crm.contact`, `itsm.incident` … for what lives in the sandbox itself. */
  resources: { id: string; name: string | null; type: string }[];
  description: string | null;
  created_at: string;
}
