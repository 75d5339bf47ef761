import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** One request as it arrived. */
export interface Arrived {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}
interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  socket: Socket;
}
/** What the service does with one request. */
export type Behaviour = (exchange: Exchange) => unknown;

/**
 * A service that misbehaves to order: the nth request is met by the nth behaviour, the last one by all that follow. It counts
 * what arrives.
 */
export class FaultService {
  readonly requests: Arrived[] = [];
  readonly sockets = new Set<Socket>();
  /** The most requests that were under way at once. */
  busiest = 0;
  #busy = 0;
  #arrived = 0;

  private constructor(
    readonly origin: string,
    private readonly server: ReturnType<typeof createServer>,
    private script: readonly Behaviour[],
  ) {}

  static async start(script: readonly Behaviour[], tls?: ServerOptions): Promise<FaultService> {
    let service: FaultService | undefined;
    const listener: RequestListener = (request, response) => void service?.meet(request, response);
    const server = tls ? createTlsServer(tls, listener) : createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    service = new FaultService(`${tls ? "https" : "http"}://127.0.0.1:${port}`, server, script);
    const { sockets } = service;
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
    });
    return service;
  }

  get count(): number {
    return this.requests.length;
  }

  /** A new script, counted from here. */
  play(...script: Behaviour[]): void {
    this.script = script;
    this.#arrived = 0;
    this.requests.length = 0;
  }

  async meet(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url: path = "", headers } = request;
    const arrived: Arrived = { method, path, headers, body: "" };
    this.requests.push(arrived);
    const behaviour = this.script[Math.min(this.#arrived++, this.script.length - 1)] as Behaviour;
    this.busiest = Math.max(this.busiest, ++this.#busy);
    response.once("close", () => this.#busy--);
    request.on("error", () => undefined);
    request.on("data", (chunk: Buffer) => {
      if (arrived.body.length < 65_536) arrived.body += chunk.toString("latin1");
    });
    try {
      await behaviour({ request, response, socket: request.socket });
    } catch {
      request.socket.destroy(); // The request broke off while it was read.
    }
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Resolves once a condition holds; fails after three seconds. */
export const until = async (condition: () => boolean): Promise<void> => {
  for (let waited = 0; !condition(); waited += 5) {
    if (waited > 3000) throw new Error("It did not come to pass");
    await delay(5);
  }
};
