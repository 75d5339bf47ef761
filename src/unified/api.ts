import type { Caller } from "../auth/caller.js";
import type { Callers } from "../auth/callers.js";
import type { ClientKeys } from "../auth/clientKeys.js";
import type { Codes } from "../auth/codes.js";
import type { Flows } from "../auth/flows.js";
import type { Grants } from "../auth/grants.js";
import type { Connector } from "../connectors/connector.js";
import type { Ids } from "../ids.js";
import type { Spool } from "../store/spool.js";
import type { Store } from "../store/store.js";
import type { EventBus } from "../tasks/bus.js";
import type { TaskQueue } from "../tasks/queue.js";
import type { UpstreamClient } from "../upstream/client.js";
import { ActivityFeeds } from "./activity/feeds.js";
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
  readonly queue: TaskQueue;
  readonly bus: EventBus;
  readonly questionDeadline: number;
  readonly feeds: ActivityFeeds;

  constructor(parts: UnifiedApiParts) {
    const { ids, store, spool, connectors, client, grants, callers, queue, bus, questionDeadline } = parts;
    const { clients, flows, codes } = parts;
    this.ids = ids;
    this.store = store;
    this.spool = spool;
    this.connectors = connectors;
    this.client = client;
    this.grants = grants;
    this.callers = callers;
    this.clients = clients;
    this.flows = flows;
    this.codes = codes;
    this.queue = queue;
    this.bus = bus;
    this.questionDeadline = questionDeadline;
    this.feeds = new ActivityFeeds(this);
  }

  session(caller: Caller, signal: AbortSignal, background = false): Session {
    return new Session(this, caller, signal, background);
  }

  /** In the application's own name, for what the clock does: tasks, feeds. */
  internal(application: string, signal: AbortSignal, background = true): Session {
    const rights = new Set(["read", "write", "raw", "admin"] as const);
    return this.session(
      { application, kind: "key", rights, accounts: null, endUser: null, name: "internal" },
      signal,
      background,
    );
  }
}
