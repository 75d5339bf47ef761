import type { Dispatcher } from "undici";
import { type AccountState, Accounts } from "./accountState.js";
import { AccountUpstream, type Machinery } from "./accountUpstream.js";
import { Addresses } from "./addresses.js";
import { type Fetch, guardedFetch } from "./fetch.js";
import { authorize } from "./layers/authorize.js";
import { certificate } from "./layers/certificate.js";
import { guard } from "./layers/guard.js";
import { pace } from "./layers/pace.js";
import { refresh } from "./layers/refresh.js";
import { type RetryReason, retry } from "./layers/retry.js";
import { type Observe, trace } from "./layers/trace.js";
import { Names, type Resolve } from "./names.js";
import type { RateLimit } from "./pace.js";
import { type RawAnswer, type RawOutgoing, sendRaw } from "./raw.js";
import { Reads } from "./reads.js";
import { AccountConnections, Pools } from "./transports/connections.js";
import { Dialler } from "./transports/dial.js";
import type { Connections, Opening } from "./transports/transport.js";
import type { Target, Upstream } from "./upstream.js";
import { Wire } from "./wire.js";

export interface UpstreamOptions {
  /** In-process services by their origin: they are reached through all layers, but by no socket. */
  routes?: ReadonlyMap<string, Dispatcher>;
  /** Networks in CIDR notation that may be reached though they are not public. */
  privateNetworks?: readonly string[];
  /** Certificates in PEM, trusted beside the usual ones. */
  ca?: readonly string[];
  /** Statuses over 499 that are never retried: some services mean 501, 505 and 507 for good. */
  finalStatuses?: readonly number[];
  /** Told of every attempt, for logs and metrics. */
  observe?: Observe;
  /** A clock that only goes forward, in milliseconds. */
  now?: () => number;
  /** 0 ≤ x < 1 */
  random?: () => number;
  /** Resolves host names instead of DNS. */
  lookup?: Resolve;
}

/** Counts since the start. */
export interface UpstreamCounts {
  /** By reason: `status`, `connect`, `reset`, `resume`. */
  retries: Readonly<Record<RetryReason | "resume", number>>;
  /** Retries that the budget of an account forbade. */
  retryBudgetExhausted: number;
}

/** Everything that leaves this process leaves here, by HTTP or another protocol. One per process. */
export class UpstreamClient {
  /** `fetch` for OAuth and for URLs that callers give: guarded, unsigned, never redirected. */
  readonly fetch: Fetch;
  readonly #accounts: Accounts;
  readonly #machinery: Machinery;
  readonly #wire: Wire;
  readonly #pools: Pools;
  readonly #counts = { status: 0, connect: 0, reset: 0, resume: 0, exhausted: 0 };

  constructor(options: UpstreamOptions = {}) {
    const { routes = new Map(), now = () => performance.now(), random = Math.random } = options;
    const addresses = new Addresses(options.privateNetworks);
    const names = new Names(addresses, now, options.lookup);
    const origins = new Set(routes.keys());
    this.#accounts = new Accounts(now);
    const dialler = new Dialler(names, options.ca ?? []);
    this.#wire = new Wire({ names, routes, ca: options.ca ?? [], dialler });
    const count = (event: RetryReason | "resume" | "exhausted") => {
      this.#counts[event]++;
    };
    this.#pools = new Pools({ dialler, accounts: this.#accounts, now, random, count });
    const nearest = [guard(addresses, origins), trace(now, options.observe)];
    // undici's compose hands a request to the LAST one listed first: this is the order from the wire outwards, so that every
    // attempt of a retry is paced, signed and traced.
    const { dispatch } = this.#wire.compose([
      ...nearest,
      certificate(dialler),
      authorize(now),
      pace(now),
      refresh(),
      retry({ now, random, final: options.finalStatuses ?? [], count }),
    ]);
    this.#machinery = { dispatch, now, accounts: this.#accounts, reads: new Reads() };
    this.fetch = guardedFetch({ dispatch: this.#wire.compose(nearest).dispatch, now, names, origins });
  }

  /** The client of one account. Cheap: one is made for each request that we serve. */
  for(target: Target): Upstream {
    return new AccountUpstream(target, this.#machinery);
  }

  /**
   * A request as a caller wrote it, signed and guarded. The answer is the service's own whatever its status, its body still
   * compressed if it was. Throws `bad_request` and `forbidden` for what may not be sent. `body` must be read or destroyed.
   */
  raw(target: Target, request: RawOutgoing): Promise<RawAnswer> {
    return sendRaw(new AccountUpstream(target, this.#machinery), request);
  }

  /** The connections of one account whose service does not speak HTTP. `settings` are told to its transport. */
  connections(target: Target, settings: Opening["settings"]): Connections {
    return new AccountConnections(target, settings, this.#pools);
  }

  /** Closes an account's connections, whatever is under way on them. */
  closeConnections(account: string): void {
    this.#pools.close(account);
  }

  /** Connections that are open now, HTTP's excepted. */
  get openConnections(): number {
    return this.#pools.size;
  }

  /** What is known of an account's limits by its number; null when nothing is. */
  rateLimit(account: string): RateLimit | null {
    const state: AccountState | undefined = this.#accounts.find(account);
    return state?.pace.limits ?? null;
  }

  get counts(): UpstreamCounts {
    const { exhausted, ...retries } = this.#counts;
    return { retries, retryBudgetExhausted: exhausted };
  }

  /** Ends all connections and what is under way on them. */
  async close(): Promise<void> {
    this.#pools.closeAll();
    await this.#wire.close();
  }
}
