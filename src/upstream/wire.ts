import { getCACertificates } from "node:tls";
import { Agent, type buildConnector, Dispatcher } from "undici";
import type { Call, CallOptions } from "./call.js";
import { NO_CONTROLLER, Relay } from "./layers/relay.js";
import type { Names } from "./names.js";
import { type Agents, Pinned } from "./pinned.js";
import type { Dialler } from "./transports/dial.js";

export interface WireOptions {
  names: Names;
  routes: ReadonlyMap<string, Dispatcher>;
  /** Certificates in PEM, trusted beside the usual ones. */
  ca: readonly string[];
  /** Opens the connections of accounts that trust a certificate of their own. */
  dialler: Dialler;
}

const SETTINGS = {
  headersTimeout: 15_000,
  bodyTimeout: 15_000,
  pipelining: 1,
  // Aborting a request must free its socket and nobody else's.
  allowH2: false,
};
/** Milliseconds for name, connection and TLS together. */
const CONNECT_TIMEOUT = 5_000;

/** The last step: a socket, or an in-process service that stands at the request's origin. */
export class Wire extends Dispatcher {
  readonly #routes: ReadonlyMap<string, Dispatcher>;
  readonly #agents: Agents;
  readonly #pinned: Pinned;

  constructor({ names, routes, ca, dialler }: WireOptions) {
    super();
    this.#routes = routes;
    const trusted = ca.length > 0 ? { ca: [...getCACertificates("default"), ...ca] } : {};
    this.#agents = agentsWith({ timeout: CONNECT_TIMEOUT, lookup: names.lookup, ...trusted });
    this.#pinned = new Pinned(dialler, agentsWith);
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const { call, origin } = options as CallOptions;
    if (call.aborted) {
      handler.onResponseError?.(NO_CONTROLLER, call.aborted);
      return true;
    }
    const { calls, transfers } = this.#agentsFor(call, origin);
    const way = this.#routes.get(origin) ?? (call.streams ? transfers : calls);
    return way.dispatch(options, new Departure(handler, call));
  }

  /** Ends every request under way. */
  override async close(): Promise<void> {
    await Promise.all([this.#agents.calls.destroy(), this.#agents.transfers.destroy(), this.#pinned.close()]);
  }

  /** The certificate that an account trusts is its own origin's, and no other's. */
  #agentsFor({ target: { certificate, origin: own } }: Call, origin: string): Agents {
    const isPinned = certificate && origin.startsWith("https:") && new URL(own).origin === origin;
    return isPinned ? this.#pinned.find(certificate) : this.#agents;
  }
}

const agentsWith = (connect: buildConnector.BuildOptions | buildConnector.connector): Agents => ({
  calls: new Agent({ ...SETTINGS, connect, connections: 64 }),
  // Downloads occupy their connection as long as somebody reads: short calls must not wait for that, nor must the upload
  // that a download feeds.
  transfers: new Agent({ ...SETTINGS, connect, connections: 256 }),
});

/** Lets a call be aborted at any moment, also before undici has found a connection for it. */
class Departure extends Relay {
  #controller: Dispatcher.DispatchController | undefined;
  #over = false;

  constructor(
    next: Dispatcher.DispatchHandler,
    private readonly call: Call,
  ) {
    super(next);
    call.sent = false;
    call.cancel = (reason) => this.#cancel(reason);
  }

  #cancel(reason: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#controller?.abort(reason);
    this.next.onResponseError?.(this.#controller ?? NO_CONTROLLER, reason);
  }

  override onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    if (this.#over) return void controller.abort(this.call.aborted as Error);
    this.#controller = controller;
    this.call.sent = true;
    super.onRequestStart(controller, context);
  }
  override onResponseStart(...[controller, status, ...rest]: Parameters<Relay["onResponseStart"]>): void {
    // 1xx: only news of an answer to come.
    if (!this.#over && status >= 200) super.onResponseStart(controller, status, ...rest);
  }
  override onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#over) super.onResponseData(controller, chunk);
  }
  override onResponseEnd(...event: Parameters<Relay["onResponseEnd"]>): void {
    if (this.#over) return;
    this.#over = true;
    super.onResponseEnd(...event);
  }
  override onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#over) return;
    this.#over = true;
    super.onResponseError(controller ?? NO_CONTROLLER, error);
  }
}
