import { createHash } from "node:crypto";
import type { Caller } from "../auth/caller.js";
import type { AuditEntry, AuditLink, AuditRow, Store } from "../store/store.js";
import { checkRight } from "./rights.js";
import type { Session } from "./session.js";

/** All that is written down. */
export type AuditAction =
  | "account.connected"
  | "account.reconnected"
  | "account.changed"
  | "account.disconnected"
  | "account.refused"
  | "account.impersonated"
  | "raw.sent"
  | "token.created"
  | "key.created"
  | "key.deleted"
  | "key.read"
  | "application.created"
  | "application.changed"
  | "application.deleted"
  | "service_key.created"
  | "service_key.changed"
  | "service_key.deleted"
  | "redirect_uri.created"
  | "redirect_uri.deleted"
  | "trusted_domain.created"
  | "trusted_domain.deleted"
  | "webhook.created"
  | "webhook.deleted"
  | "webhook.enabled"
  | "webhook.disabled"
  | "webhook.secret_read"
  | "webhook.secret_rotated"
  | "audit.read";

/** Whoever acts: a caller, or the program itself. */
export type Actor = Pick<Caller, "application" | "name">;

/** Rows kept at most, and those dropped at once when there are more. */
const KEPT = 1_000_000;
const DROPPED = 10_000;
/** Milliseconds for which one who acts as the same user of the same account again is not written down again. */
const HOUR = 3_600_000;
const REMEMBERED = 10_000;

/** Who did what: rows that are only ever added, each sealed by a hash over the one before it. */
export class Audit {
  readonly #impersonations = new Map<string, number>();

  constructor(private readonly store: Store) {}

  /** What cannot be written down fails what was to be done. */
  async record(
    { application, name: actor }: Actor,
    action: AuditAction,
    subject: string,
    details: AuditEntry["details"] = {},
  ): Promise<void> {
    await this.store.audit.append({ application, actor, action, subject, details }, link);
  }

  /** Once an hour for each caller, account and user: a page that acts as somebody asks many times. */
  async impersonated(caller: Caller, account: number, user: string): Promise<void> {
    const key = JSON.stringify([caller.application, caller.name, account, user]);
    const last = this.#impersonations.get(key) ?? Number.NEGATIVE_INFINITY;
    if (performance.now() - last < HOUR) return;
    await this.record(caller, "account.impersonated", `account ${account}`, { user });
    // The oldest goes first: a Map iterates in the order of insertion.
    this.#impersonations.delete(key);
    for (const oldest of this.#impersonations.keys()) {
      if (this.#impersonations.size < REMEMBERED) break;
      this.#impersonations.delete(oldest);
    }
    this.#impersonations.set(key, performance.now());
  }

  /** Drops the oldest rows of too many. True when there may be more of them. */
  sweep(): Promise<boolean> {
    return this.store.audit.sweep({ keep: KEPT, batch: DROPPED }, link);
  }
}

/** SHA-256 over the hash before and all of the row, base64url. */
export const link: AuditLink = (previous, { number, application, time, actor, action, subject, details }) =>
  createHash("sha256")
    .update(JSON.stringify([previous, number, application, time, actor, action, subject, details]))
    .digest("base64url");

/** What was done in the application, newest first; that it was read is written down as well. */
export const readAudit = async (session: Session, limit: number): Promise<AuditRow[]> => {
  checkRight(session, "admin");
  const { audit, store } = session.unified;
  await audit.record(session.caller, "audit.read", "audit");
  return store.audit.newest(session.caller.application, limit);
};
