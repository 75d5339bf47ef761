import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type FastifyBaseLogger, type FastifyInstance, type FastifyPluginAsync, fastify, LogController } from "fastify";
import type { Logger } from "pino";
import { ApiError } from "../errors.js";
import { answerClientError } from "./clientError.js";
import { allowAnyOrigin } from "./cors.js";
import { refuse, routeError } from "./errorBody.js";
import type { GraphQLEntry } from "./graphql/index.js";
import { refuseUpgrade } from "./graphql/upgrade.js";
import type { Health } from "./health.js";
import { sendError } from "./json.js";
import { limitTime } from "./limitTime.js";
import type { Metrics } from "./metrics.js";
import { requestIdOf } from "./requestId.js";

export interface HttpOptions {
  graphql: GraphQLEntry;
  /** Everything but GraphQL; each in a scope of its own. */
  routes: readonly FastifyPluginAsync[];
  /** Beginnings of paths under which bytes stream: no limit on the time of a request, readable from any page. */
  content: readonly string[];
  health: Health;
  metrics: Metrics;
  log: Logger;
  /** Clients reach us by https. */
  secure: boolean;
  /** Other than `TIMES`, for tests. */
  times?: Partial<typeof TIMES>;
}

/** Milliseconds. */
export const TIMES = {
  /** For a request's head, and for all of it. */
  head: 15_000,
  request: 30_000,
  /** Between two looks for connections whose time is over. */
  look: 5000,
  /** Of silence on a connection that is in use; longer than an operation may take. */
  silence: 90_000,
  keepAlive: 65_000,
};

export interface HttpServer {
  /** Gives the address: `http://127.0.0.1:4000`. */
  listen(options: { host: string; port: number }): Promise<string>;
  /**
   * Not ready at once. After `settleMs`, the time that load balancers need to notice: no new connections, sockets and streams are
   * told to go, and what is under way has `graceMs` to end. Resolves when nothing is left.
   */
  close(times: { graceMs: number; settleMs?: number }): Promise<void>;
}

export const createHttpServer = async (options: HttpOptions): Promise<HttpServer> => {
  const { graphql, health } = options;
  const times = { ...TIMES, ...options.times };
  let node: Server | undefined;
  const app = fastify({
    serverFactory: (route) => {
      node = createNodeServer(options, times, route);
      return node;
    },
    clientErrorHandler: (error, socket) => answerClientError(error, socket as Socket),
    loggerInstance: options.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    bodyLimit: 2 ** 20,
    // An id alone may have 8,192 characters; node bounds the whole of a request's head to 16 KiB.
    // Clients of the REST API write slashes twice and at the end, and follow no redirect with a body.
    routerOptions: { maxParamLength: 2 ** 14, ignoreDuplicateSlashes: true, ignoreTrailingSlash: true },
    exposeHeadRoutes: true,
    forceCloseConnections: false,
  });
  tellErrors(app, options.log);
  await app.register(operatorRoutes(options));
  for (const route of options.routes) await app.register(route);
  await app.ready();
  if (!node) throw new TypeError("fastify made no server");
  const server = node;
  return {
    listen: ({ host, port }) =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, () => {
          server.off("error", reject);
          health.begin();
          const { address, family, port: taken } = server.address() as AddressInfo;
          resolve(`http://${family === "IPv6" ? `[${address}]` : address}:${taken}`);
        });
      }),
    close: async ({ graceMs, settleMs = 0 }) => {
      health.drain();
      if (settleMs > 0) await sleep(settleMs);
      const closed = new Promise<void>((resolve) => {
        if (server.listening) server.close(() => resolve());
        else resolve();
      });
      const impatience = setTimeout(() => server.closeAllConnections(), graceMs);
      // Connections that fall idle are not used again; a client may keep one open for a minute.
      const sweep = setInterval(() => server.closeIdleConnections(), 100);
      server.closeIdleConnections();
      await graphql.drain();
      await closed;
      clearTimeout(impatience);
      clearInterval(sweep);
      await graphql.close();
      await app.close();
    },
  };
};

type Route = (request: IncomingMessage, response: ServerResponse) => void;

const createNodeServer = (options: HttpOptions, times: typeof TIMES, route: Route): Server => {
  const { graphql, content, health, metrics, log } = options;
  const server = createServer({
    headersTimeout: times.head,
    // Applies to every route alike; uploads may take longer, so `limitTime` stands in for it.
    requestTimeout: 0,
    keepAliveTimeout: times.keepAlive,
    connectionsCheckingInterval: times.look,
  });
  server.setTimeout(times.silence);
  server.maxRequestsPerSocket = 10_000;
  server.on("request", (request, response) => {
    const path = pathOf(request);
    const isContent = content.some((beginning) => path.startsWith(beginning));
    const isGraphQL = path === "/graphql";
    begin(request, response, options);
    measure(metrics, routeOf(path, isContent), request, response);
    if (health.draining) response.setHeader("connection", "close");
    if (!isContent) limitTime(request, response, times.request);
    if (isContent && allowAnyOrigin(request, response)) return;
    if (health.overloaded && !OPERATORS.has(path))
      return refuse(request, response, new ApiError("service_not_available", "We are overloaded.", { retryAfter: 1 }));
    if (!isGraphQL) return route(request, response);
    graphql.handle(request, response).catch((error: unknown) => {
      log.error({ requestId: requestIdOf(request), error }, "a request failed");
      refuse(request, response, routeError(error));
    });
  });
  server.on("upgrade", (request, socket, head) => {
    if (pathOf(request) === "/graphql") graphql.upgrade(request, socket, head);
    else refuseUpgrade(socket, "404 Not Found");
  });
  return server;
};

const OPERATORS = new Set(["/healthz", "/readyz", "/metrics"]);

/** As metrics name it. */
const routeOf = (path: string, isContent: boolean): string => {
  if (path === "/graphql") return "graphql";
  if (path.startsWith("/v1/")) return "rest";
  return isContent ? "content" : "other";
};

const pathOf = ({ url = "/" }: IncomingMessage): string => {
  const end = url.search(/[?#]/);
  return end === -1 ? url : url.slice(0, end);
};

/** Headers of every answer. Pages bring a policy of their own. */
const begin = (request: IncomingMessage, response: ServerResponse, { secure }: HttpOptions): void => {
  response.setHeader("x-request-id", requestIdOf(request));
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("referrer-policy", "no-referrer");
  response.setHeader("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  if (secure) response.setHeader("strict-transport-security", "max-age=31536000; includeSubDomains");
};

const measure = (metrics: Metrics, route: string, request: IncomingMessage, response: ServerResponse): void => {
  const began = performance.now();
  response.once("close", () => {
    const seconds = (performance.now() - began) / 1000;
    metrics.request({ route, method: request.method ?? "", status: response.statusCode, seconds });
  });
};

const tellErrors = (app: FastifyInstance, log: Logger): void => {
  app.setErrorHandler((thrown, request, reply) => {
    const error = routeError(thrown);
    const entry = { requestId: request.id, method: request.method, route: request.routeOptions.url, error: thrown };
    if (error.status >= 500) log.error(entry, "a request failed");
    else log.debug(entry, "a request was refused");
    return sendError(reply, error);
  });
  app.setNotFoundHandler((_, reply) => sendError(reply, new ApiError("not_found", "There is nothing here.")));
};

/** For those who run us. None of them tells anything of a caller. */
const operatorRoutes =
  ({ health, metrics }: HttpOptions): FastifyPluginAsync =>
  async (app) => {
    app.get("/healthz", async (_, reply) =>
      reply.header("cache-control", "no-store").send({ ok: true, lagMs: Math.round(health.lag) }),
    );
    app.get("/readyz", async (_, reply) => {
      const readiness = await health.readiness();
      return reply
        .code(readiness.ready ? 200 : 503)
        .header("cache-control", "no-store")
        .send(readiness);
    });
    app.get("/metrics", async (_, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  };
