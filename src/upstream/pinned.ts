import type { TLSSocket } from "node:tls";
import type { Agent, buildConnector } from "undici";
import { toApiError } from "../errors.js";
import { Untrusted } from "./certificate.js";
import type { Dialler } from "./transports/dial.js";
import type { Trust } from "./transports/transport.js";

export interface Agents {
  calls: Agent;
  transfers: Agent;
}

/** Fingerprints whose agents are kept; one that is idle has no sockets, for undici closes those. */
const MOST = 256;

/** Connections that trust one certificate each: nobody else's go over them, and theirs go over no others. */
export class Pinned {
  /** By fingerprint, the last used one last. */
  readonly #agents = new Map<string, Agents>();
  readonly #retired = new Set<Agents>();
  readonly #closing = new AbortController();

  constructor(
    private readonly dialler: Dialler,
    private readonly agentsWith: (connect: buildConnector.connector) => Agents,
  ) {}

  /** Over TLS only. */
  find(fingerprint: string): Agents {
    const agents = this.#agents.get(fingerprint) ?? this.agentsWith(this.#connect(fingerprint));
    this.#agents.delete(fingerprint);
    this.#agents.set(fingerprint, agents);
    for (const [oldest, unused] of this.#agents) {
      if (this.#agents.size <= MOST) break;
      this.#agents.delete(oldest);
      this.#retire(unused);
    }
    return agents;
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    const all = [...this.#agents.values(), ...this.#retired];
    await Promise.all(all.flatMap(({ calls, transfers }) => [calls.destroy(), transfers.destroy()]));
  }

  get size(): number {
    return this.#agents.size;
  }

  /** What is under way on them goes on to its end. */
  #retire(agents: Agents): void {
    this.#retired.add(agents);
    const forget = () => this.#retired.delete(agents);
    Promise.all([agents.calls.close(), agents.transfers.close()]).then(forget, forget);
  }

  #connect(fingerprint: string): buildConnector.connector {
    return (place, done) => {
      dialTls(this.dialler, place, this.#closing.signal, { fingerprint }).then(
        (socket) => done(null, socket),
        (error: Error) => done(asOfHttp(error), null),
      );
    };
  }
}

/** TLS to a host as URLs spell it. Throws `Untrusted`, and what the dialler throws. */
export const dialTls = async (
  dialler: Dialler,
  { hostname, port }: { hostname: string; port: string },
  signal: AbortSignal,
  trust?: Trust,
): Promise<TLSSocket> => {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const socket = await dialler.dial(host, Number(port || 443), signal);
  return dialler.secure(socket, host, signal, trust);
};

/** What broke is judged and told as it is on all other connections of HTTP: by the system's own error. */
const asOfHttp = (error: Error): Error =>
  error instanceof Untrusted || !(error.cause instanceof Error) ? toApiError(error) : error.cause;
