import type { Caller } from "../auth/caller.js";
import type { Callers } from "../auth/callers.js";
import type { ClientKeys } from "../auth/clientKeys.js";
import type { Codes } from "../auth/codes.js";
import type { Flows } from "../auth/flows.js";
import type { Grants } from "../auth/grants.js";
import type { WebhookSecrets } from "../auth/webhookSecrets.js";
import type { Connector } from "../connectors/connector.js";
import type { Ids } from "../ids.js";
import type { Spool } from "../store/spool.js";
import type { Store } from "../store/store.js";
import type { EventBus } from "../tasks/bus.js";
import type { TaskQueue } from "../tasks/queue.js";
import type { UpstreamClient } from "../upstream/client.js";
import { ActivityFeeds } from "./activity/feeds.js";
import type { Audit } from "./auditLog.js";
import { Session } from "./session.js";

export interface UnifiedApiParts {
  ids: Ids;
  store: Store;
  spool: Spool;
  connectors: ReadonlyMap<string, Connector>;
  client: UpstreamClient;
  grants: Grants;
  callers: Callers;
  clients: ClientKeys;
  flows: Flows;
  codes: Codes;
  webhookSecrets: WebhookSecrets;
  audit: Audit;
  /** By service: what signs what it pushes to us, several while one replaces another. */
  hookSecrets: ReadonlyMap<string, readonly string[]>;
  queue: TaskQueue;
  bus: EventBus;
  /** Milliseconds until a question over many accounts goes on without those that have not answered. */
  questionDeadline: number;
}

/** The unified API over every connector: the only door to them. */
export class UnifiedApi {
  readonly ids: Ids;
  readonly store: Store;
  readonly spool: Spool;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly client: UpstreamClient;
  readonly grants: Grants;
  readonly callers: Callers;
  readonly clients: ClientKeys;
  readonly flows: Flows;
  readonly codes: Codes;
  readonly webhookSecrets: WebhookSecrets;
  readonly audit: Audit;
  readonly hookSecrets: ReadonlyMap<string, readonly string[]>;
  readonly queue: TaskQueue;
  readonly bus: EventBus;
  readonly questionDeadline: number;
  readonly feeds: ActivityFeeds;

  constructor(parts: UnifiedApiParts) {
    this.ids = parts.ids;
    this.store = parts.store;
    this.spool = parts.spool;
    this.connectors = parts.connectors;
    this.client = parts.client;
    this.grants = parts.grants;
    this.callers = parts.callers;
    this.clients = parts.clients;
    this.flows = parts.flows;
    this.codes = parts.codes;
    this.webhookSecrets = parts.webhookSecrets;
    this.audit = parts.audit;
    this.hookSecrets = parts.hookSecrets;
    this.queue = parts.queue;
    this.bus = parts.bus;
    this.questionDeadline = parts.questionDeadline;
    this.feeds = new ActivityFeeds(this);
  }

  session(caller: Caller, signal: AbortSignal, background = false): Session {
    return new Session(this, caller, signal, background);
  }

  /** In the application's own name, for what the clock does: tasks, feeds. */
  internal(application: string, signal: AbortSignal, background = true, name = "internal"): Session {
    const rights = new Set(["read", "write", "raw", "admin"] as const);
    return this.session({ application, kind: "key", rights, accounts: null, endUser: null, name }, signal, background);
  }
}
