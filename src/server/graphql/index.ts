import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { allowAnyOrigin } from "../cors.js";
import type { Metrics } from "../metrics.js";
import { createApollo, type Landing } from "./apollo.js";
import type { ContextFor, ServerContext } from "./context.js";
import { Documents, type IntrospectionPolicy } from "./documents.js";
import { Executor, type ExecutorOptions, type Schemas } from "./executor.js";
import { graphqlOverHttp } from "./http.js";
import { type SeatLimits, Seats } from "./seats.js";
import { createSockets, type SocketLimits } from "./socket.js";
import { createStreams } from "./sse.js";
import type { VigilTimes } from "./vigil.js";

export interface GraphQLOptions<C extends ServerContext> extends ExecutorOptions {
  schemas: Schemas;
  contextFor: ContextFor<C>;
  introspection: IntrospectionPolicy;
  landing: Landing;
  /** Origins of pages, beside our own, that may open a WebSocket. */
  origins: readonly string[];
  log: Logger;
  metrics: Metrics;
  /** Other than `BOUNDS`, for tests. */
  bounds?: Partial<GraphQLBounds>;
}

export interface GraphQLBounds extends SocketLimits {
  /** Milliseconds that a query or mutation may take. */
  deadlineMs: number;
  seats: SeatLimits;
  vigil: VigilTimes;
}

export const BOUNDS: GraphQLBounds = {
  deadlineMs: 60_000,
  sockets: 20_000,
  operations: 100,
  initMs: 3000,
  pingMs: 12_000,
  seats: { key: 1000, other: 10 },
  vigil: { atLeast: 15_000, atMost: 28_000 },
};

/** Everything behind `/graphql`. */
export interface GraphQLEntry {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends what would never end by itself: sockets (1001) and event streams. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

export const createGraphQL = async <C extends ServerContext>(options: GraphQLOptions<C>): Promise<GraphQLEntry> => {
  const { schemas, contextFor, landing, log, metrics, origins } = options;
  const bounds = { ...BOUNDS, ...options.bounds };
  const executor = new Executor<C>(schemas, options);
  const documents = new Documents(schemas.public, options.introspection);
  const apollo = createApollo<C>({ executor, documents, landing, log, metrics });
  const seats = new Seats(bounds.seats);
  const live = { ...bounds, executor, documents, contextFor, seats, log, metrics };
  const sockets = createSockets<C>({ ...live, origins, limits: bounds });
  const streams = createStreams<C>(live);
  const overHttp = graphqlOverHttp<C>({ apollo, contextFor, landing, deadlineMs: bounds.deadlineMs, log });
  await apollo.server.start();
  return {
    handle: async (request, response) => {
      if (allowAnyOrigin(request, response)) return;
      const wantsEvents = request.headers.accept?.includes("text/event-stream");
      await (wantsEvents ? streams.handle(request, response) : overHttp(request, response));
    },
    upgrade: sockets.upgrade,
    drain: async () => {
      streams.close();
      await sockets.close("the server is shutting down");
    },
    close: () => apollo.server.stop(),
  };
};
