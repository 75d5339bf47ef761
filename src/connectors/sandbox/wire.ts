import type { Api } from "../../ids.js";

/** No name of the internet (RFC 2606): its requests are answered in process. */
export const ORIGIN = "http://sandbox.invalid";

/** What the sandbox says; only the fields that are read. */
export interface WirePerson {
  id: string;
  name: string;
  email: string;
}

export interface WireItem {
  id: string;
  kind: "file" | "folder";
  name: string;
  /** Null for the root alone. */
  parent_id: string | null;
  /** Null when it is too long to tell. */
  path: string | null;
  size: number | null;
  mime_type: string | null;
  created_at: string;
  modified_at: string;
  owner: WirePerson;
  created_by: WirePerson;
  modified_by: WirePerson;
}

export interface WireListing<Entry = WireItem> {
  entries: Entry[];
  cursor: string | null;
  /** Null where the service does not count. */
  total: number | null;
}

export interface WireError {
  error: {
    code: string;
    message: string;
    /** With `name_taken`: what has the name. */
    conflicting_id?: string;
    conflicting_kind?: string;
    conflicting_name?: string;
  };
}

/** Answers to a batch, in the order of what was asked. */
export interface WireResults<Result> {
  results: (Result | WireError)[];
}

export interface WirePermission {
  id: string;
  type: string;
  role: string;
  name: string | null;
  email: string | null;
}

export interface WireQuota {
  kind: string;
  total_bytes: number;
  used_bytes: number;
}

export interface WireChanges {
  changes: { kind: string; category: Api; item_kind: string; id: string; occurred_at: string }[];
  cursor: string;
  has_more: boolean;
}

/** Whether anything changed after a cursor, and the cursor of now. */
export interface WireNews {
  changed: boolean;
  cursor: string;
}

export interface WireAccount {
  account: { id: string; seed: string; owner: WirePerson };
  access_token: string;
  refresh_token: string;
  /** Seconds. */
  expires_in: number;
}
