import type { Generated } from "kysely";
import type { StoredCredential } from "./store.js";

/** JSON as text. */
type Json = string;
/** 0 or 1. */
type Flag = number;
/** ISO 8601 in UTC with milliseconds, so that text sorts as time does. */
type Time = string;

/** The tables as `migrations/` makes them. */
export interface Tables {
  applications: {
    id: string;
    name: string;
    description: string | null;
    logo_url: string | null;
    active: Flag;
    implicit_grant_enabled: Flag;
    recent_enabled: Flag;
    events_enabled: Flag;
    source: string | null;
    created: Time;
    modified: Time;
  };
  redirect_uris: { id: Generated<number>; application: string; uri: string; created: Time };
  trusted_domains: { id: Generated<number>; application: string; domain: string; created: Time };
  service_keys: {
    id: Generated<number>;
    application: string;
    service: string;
    client_id: string;
    sealed: string | null;
    created: Time;
    modified: Time;
  };
  flows: {
    hash: string;
    application: string;
    service: string | null;
    cookie: string | null;
    sealed: string;
    created: Time;
    expires: Time;
  };
  codes: {
    hash: string;
    application: string;
    account: number;
    redirect_uri: string;
    end_user: string | null;
    created: Time;
    expires: Time;
  };
  keys: {
    id: Generated<number>;
    application: string;
    name: string;
    hash: string;
    prefix: string;
    sealed: string;
    rights: Json;
    created: Time;
    expires: Time | null;
  };
  accounts: {
    id: Generated<number>;
    application: string;
    service: string;
    name: string;
    settings: Json;
    active: Flag;
    enabled: Flag;
    admin: Flag;
    scope: string | null;
    custom_properties: Json;
    end_user: string | null;
    /** Name and service in lower case, for SQLite folds the case of ASCII alone. */
    search: string;
    subject: string | null;
    created: Time;
    modified: Time;
  };
  credentials: {
    account: number;
    version: number;
    sealed: string;
    state: StoredCredential["state"];
    lease_owner: string | null;
    lease_until: Time | null;
    retry_at: Time | null;
  };
  tokens: { hash: string; account: number; created: Time; expires: Time | null };
  links: {
    id: string;
    account: number;
    file: string;
    direct: Flag;
    password: string | null;
    expires: Time | null;
    active: Flag;
    created: Time;
    modified: Time;
  };
  uploads: {
    id: string;
    account: number;
    user: string | null;
    parent: string;
    name: string;
    size: number | null;
    mime_type: string | null;
    overwrite: Flag;
    received: number;
    session: Json | null;
    receipts: Json;
    file: string | null;
    created: Time;
    expires: Time;
    number: number | null;
  };
  parts: { upload: string; number: number; length: number; receipt: string };
  subscriptions: { id: Generated<number>; account: number; active: Flag; created: Time; modified: Time };
  activity: {
    number: number;
    account: number;
    kind: string;
    api: string;
    type: string;
    object: string;
    user: Json | null;
    ip: string | null;
    occurred: Time;
    recorded: Time;
  };
  feeds: {
    account: number;
    version: number;
    cursor: string;
    /** Rows of `activity` that it has. */
    kept: number;
    /** The greatest number of those that it has no more; 0: it has all. */
    dropped: number;
  };
  meeting_windows: {
    id: string;
    account: number;
    user: string | null;
    calendar: string;
    plan: Json;
    created: Time;
    modified: Time;
  };
  meetings: {
    id: string;
    window: string;
    account: number;
    user: string | null;
    calendar: string;
    event: string | null;
    start: Time;
    end: Time;
    created: Time;
  };
  webhooks: {
    id: Generated<number>;
    application: string;
    url: string;
    active: Flag;
    sealed: string;
    failures: number;
    failing_since: Time | null;
    paused_until: Time | null;
    disabled_reason: string | null;
    created: Time;
    modified: Time;
  };
  deliveries: {
    webhook: number;
    account: number;
    newest: number;
    created: Time;
    attempts: number;
    next_attempt: Time | null;
    last_status: number | null;
    lease_owner: string | null;
    lease_until: Time | null;
  };
  pushes: { service: string; id: string; received: Time };
  audit: {
    number: number;
    application: string;
    time: Time;
    actor: string;
    action: string;
    subject: string;
    details: Json;
    hash: string;
  };
  counters: { name: "activity" | "audit" | "uploads"; last: number };
  /** One row, written by `check()`. */
  pulse: { id: number; at: Time };
}
