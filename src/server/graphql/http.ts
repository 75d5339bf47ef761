import type { IncomingMessage, ServerResponse } from "node:http";
import { HeaderMap } from "@apollo/server";
import type { Logger } from "pino";
import { ApiError } from "../../errors.js";
import { readJson } from "../body.js";
import { requestIdOf } from "../requestId.js";
import type { createApollo, Landing } from "./apollo.js";
import type { ContextFor, ServerContext } from "./context.js";
import { formatError, httpStatus, requestError } from "./errors.js";

export interface GraphQLOverHttp<C extends ServerContext> {
  apollo: ReturnType<typeof createApollo<C>>;
  contextFor: ContextFor<C>;
  landing: Landing;
  /** Milliseconds that one operation may take. */
  deadlineMs: number;
  log: Logger;
}

/** Whether a browser came to look, rather than a program to ask. */
const looksAround = ({ method, headers, url = "" }: IncomingMessage): boolean =>
  method === "GET" && !url.includes("query=") && /^text\/html\b/.test(headers.accept ?? "");

/** GET and POST of GraphQL over HTTP, straight into Apollo Server. Source: https://graphql.github.io/graphql-over-http/draft/ */
export const graphqlOverHttp =
  <C extends ServerContext>({ apollo, contextFor, landing, deadlineMs, log }: GraphQLOverHttp<C>) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = requestIdOf(request);
    const audience = { requestId, log };
    if (landing === "explorer" && looksAround(request)) {
      response.writeHead(302, { location: "/explorer" }).end();
      return;
    }
    const signal = operationSignal(response, deadlineMs);
    try {
      const body = request.method === "POST" ? await readJson(request) : undefined;
      const context = async () => {
        try {
          const { authorization } = request.headers;
          return { began: performance.now(), context: await contextFor({ authorization, requestId, signal }) };
        } catch (error) {
          throw requestError(error);
        }
      };
      const answer = await apollo.audience.run(audience, () =>
        apollo.server.executeHTTPGraphQLRequest({
          httpGraphQLRequest: {
            method: (request.method ?? "").toUpperCase(),
            headers: headersOf(request),
            search: new URL(request.url ?? "", "http://localhost").search,
            body,
          },
          context,
        }),
      );
      const text = answer.body.kind === "complete" ? answer.body.string : "";
      for (const [name, value] of answer.headers) response.setHeader(name, value);
      // Apollo Sandbox comes from Apollo's servers, which our own policy would forbid.
      if (answer.headers.get("content-type") === "text/html") response.removeHeader("content-security-policy");
      send(response, answer.status ?? 200, text);
    } catch (thrown) {
      const error = requestError(thrown);
      response.setHeader("content-type", "application/json; charset=utf-8");
      // What is left of the body is not worth reading.
      if (!request.complete) response.setHeader("connection", "close");
      send(response, httpStatus(error) ?? 500, JSON.stringify({ errors: [formatError(error, audience)] }));
    }
  };

/** Fires when the client has gone before its answer, or when the time is up. */
export const operationSignal = (response: ServerResponse, deadlineMs: number): AbortSignal => {
  const controller = new AbortController();
  const late = () =>
    controller.abort(
      new ApiError("gateway_timeout", `The operation was stopped after ${Math.round(deadlineMs / 1000)} seconds.`),
    );
  const deadline = setTimeout(late, deadlineMs);
  response.once("close", () => {
    clearTimeout(deadline);
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
};

const send = (response: ServerResponse, status: number, text: string): void => {
  if (response.destroyed) return;
  if (!response.hasHeader("cache-control")) response.setHeader("cache-control", "no-store");
  response.writeHead(status, { "content-length": Buffer.byteLength(text) }).end(text);
};

const headersOf = ({ headers }: IncomingMessage): HeaderMap => {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(", ") : value);
  return map;
};
