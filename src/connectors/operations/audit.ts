import type { AuditEvent } from "../../../schema/audit/event.js";
import type { Collection } from "./collection.js";

/** Newest first, ordered by (occurred, id). */
export interface AuditQuery {
  /** ISO 8601; at or after. */
  since?: string | undefined;
  /** ISO 8601; before. */
  until?: string | undefined;
  /** Native id of the actor. */
  user?: string | undefined;
  action?: string | undefined;
  /** Native id of what something was done to. */
  target?: string | undefined;
}

/** Nothing can be written. Source: the unified API, "Audit API". */
export interface AuditOperations {
  readonly events?: Collection<AuditEvent, AuditQuery>;
}
