import { randomUUID } from "node:crypto";
import type { FastifyPluginAsync } from "fastify";
import { pino } from "pino";
import type { Caller } from "../../../src/auth/caller.js";
import { ApiError } from "../../../src/errors.js";
import type { ContextFor, ServerContext } from "../../../src/server/graphql/context.js";
import { createGraphQL, type GraphQLOptions } from "../../../src/server/graphql/index.js";
import { Health } from "../../../src/server/health.js";
import { createHttpServer, type HttpOptions, type HttpServer } from "../../../src/server/http.js";
import { createLog } from "../../../src/server/log.js";
import { Metrics } from "../../../src/server/metrics.js";
import type { AccountBook } from "../../../src/upstream/upstream.js";
import { createTestSchema, typeOf } from "./schema.js";

export interface Started {
  url: string;
  http: HttpServer;
  metrics: Metrics;
  health: Health;
  /** Lines of the log. */
  lines: string[];
  /** Tokens that count: `key` is an API key, `token` an account's. Delete one to revoke it. */
  valid: Set<string>;
  /** Contexts that were asked for. */
  contexts: () => number;
  post(query: string | object, options?: PostOptions): Promise<Answer>;
  close(): Promise<void>;
}
export interface PostOptions {
  variables?: unknown;
  operationName?: string;
  headers?: Record<string, string>;
}
export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of every shape.
  body: any;
}

type Options = Partial<
  Pick<GraphQLOptions<ServerContext>, "introspection" | "landing" | "origins" | "bounds" | "warmUp">
> &
  Partial<Pick<HttpOptions, "content" | "times" | "secure">> & {
    routes?: FastifyPluginAsync[];
    checks?: Record<string, () => Promise<void>>;
  };

const book = (): AccountBook => ({ account: "acc", service: "sandbox", calls: 2, joined: 1, waitedMs: 3.4, ms: 10.6 });

export const startServer = async (options: Options = {}): Promise<Started> => {
  const lines: string[] = [];
  const log = createLog({ level: "debug", destination: { write: (line) => void lines.push(line) } });
  const metrics = new Metrics();
  const health = new Health(options.checks ?? {}, 500);
  const valid = new Set(["key", "token"]);
  let contexts = 0;
  const contextFor: ContextFor<ServerContext> = async ({ authorization, requestId, signal }) => {
    contexts++;
    if (authorization === undefined) throw new ApiError("authentication_required", "Give an Authorization header.");
    const word = authorization.replace(/^Bearer /, "");
    if (!valid.has(word)) throw new ApiError("invalid_token", "The token is unknown or has expired.");
    const kind: Caller["kind"] = word === "key" ? "key" : "token";
    const caller: Caller = { application: "a", kind, rights: new Set(), accounts: null, endUser: null, name: word };
    const books = [book()];
    return { caller, requestId, signal, books: () => books, warnings: [] };
  };
  const graphql = await createGraphQL({
    schemas: { public: await createTestSchema(), fast: await createTestSchema() },
    typeOf,
    contextFor,
    introspection: "everyone",
    landing: "none",
    origins: [],
    ...options,
    log,
    metrics,
  });
  const http = await createHttpServer({
    graphql,
    routes: options.routes ?? [],
    content: options.content ?? [],
    health,
    metrics,
    log,
    secure: options.secure ?? false,
    ...(options.times ? { times: options.times } : {}),
  });
  const url = await http.listen({ host: "127.0.0.1", port: 0 });
  return {
    url,
    http,
    metrics,
    health,
    lines,
    valid,
    contexts: () => contexts,
    post: async (query, { variables, operationName, headers } = {}) => {
      const body = typeof query === "string" ? { query, variables, operationName } : query;
      const response = await fetch(`${url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: "key", ...headers },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : null };
    },
    close: async () => {
      await http.close({ graceMs: 0 });
      health.close();
    },
  };
};

export const silent = pino({ level: "silent" });
export const callerOf = (name: string, kind: Caller["kind"] = "token"): Caller => ({
  application: "a",
  kind,
  rights: new Set(),
  accounts: null,
  endUser: null,
  name,
});
export const contextOf = (signal = new AbortController().signal): ServerContext => ({
  caller: callerOf("test"),
  requestId: randomUUID(),
  signal,
  books: () => [],
  warnings: [],
});

/** Waits until something holds; it fails after five seconds. */
export const until = async (holds: () => boolean, what: string): Promise<void> => {
  for (let tries = 0; tries < 500; tries++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`it never came that ${what}`);
};
