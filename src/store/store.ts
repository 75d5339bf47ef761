import type { Accounts } from "./ports/accounts.js";
import type { Activities } from "./ports/activity.js";
import type { Applications, RedirectUris, ServiceKeys, TrustedDomains } from "./ports/applications.js";
import type { AuditLog } from "./ports/audit.js";
import type { Codes, Flows } from "./ports/connecting.js";
import type { Credentials } from "./ports/credentials.js";
import type { Keys } from "./ports/keys.js";
import type { Links } from "./ports/links.js";
import type { Meetings } from "./ports/meetings.js";
import type { Pushes } from "./ports/pushes.js";
import type { SealedValues } from "./ports/sealed.js";
import type { Subscriptions } from "./ports/subscriptions.js";
import type { Tokens } from "./ports/tokens.js";
import type { Uploads } from "./ports/uploads.js";
import type { Deliveries, Webhooks } from "./ports/webhooks.js";

export * from "./ports/accounts.js";
export * from "./ports/activity.js";
export * from "./ports/applications.js";
export * from "./ports/audit.js";
export * from "./ports/connecting.js";
export * from "./ports/credentials.js";
export * from "./ports/keys.js";
export * from "./ports/links.js";
export * from "./ports/meetings.js";
export * from "./ports/pushes.js";
export * from "./ports/sealed.js";
export * from "./ports/subscriptions.js";
export * from "./ports/tokens.js";
export * from "./ports/uploads.js";
export * from "./ports/webhooks.js";

/**
 * Where rows are kept. A port with two drivers: SQLite (`sqlite.ts`) here, Postgres when it is needed; both pass
 * `test/conformance/store.ts`. Times are ISO 8601 text by the store's clock. Nothing here is a secret in the clear:
 * tokens and keys come as hashes, credentials sealed by `auth/vault.ts`.
 */
export interface Store {
  readonly applications: Applications;
  readonly redirectUris: RedirectUris;
  readonly trustedDomains: TrustedDomains;
  readonly serviceKeys: ServiceKeys;
  readonly flows: Flows;
  readonly codes: Codes;
  readonly keys: Keys;
  readonly accounts: Accounts;
  readonly credentials: Credentials;
  readonly tokens: Tokens;
  readonly links: Links;
  readonly uploads: Uploads;
  readonly activity: Activities;
  readonly meetings: Meetings;
  readonly subscriptions: Subscriptions;
  readonly webhooks: Webhooks;
  readonly deliveries: Deliveries;
  readonly pushes: Pushes;
  readonly audit: AuditLog;
  readonly sealed: SealedValues;
  /** Resolves when a row can be read and written. */
  check(): Promise<void>;
  close(): Promise<void>;
}
