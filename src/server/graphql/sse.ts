import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ExecutionResult } from "graphql";
import { ApiError } from "../../errors.js";
import { checkJson, JSON_DEPTH, parseJson, readJson } from "../body.js";
import { requestIdOf } from "../requestId.js";
import type { ServerContext } from "./context.js";
import { type Audience, formatError, httpStatus } from "./errors.js";
import { errorsOf, eventError, type LiveParts, tellResult } from "./live.js";
import { keepVigil } from "./vigil.js";

/** Milliseconds between comments that keep proxies from closing a quiet stream. */
const PING = 12_000;

interface Asked {
  query: string;
  operationName?: unknown;
  variables?: unknown;
}

export interface Streams {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Ends every stream. */
  close(): void;
}

/**
 * GraphQL over server-sent events, one connection for each operation ("distinct connections mode").
 * Source: https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
 */
export const createStreams = <C extends ServerContext>(parts: LiveParts<C>): Streams => {
  const { contextFor, seats, vigil, log } = parts;
  const open = new Set<AbortController>();

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const audience = { requestId: requestIdOf(request), log };
    const { authorization } = request.headers;
    const stop = new AbortController();
    const leave: (() => void)[] = [];
    response.once("close", () => stop.abort());
    open.add(stop);
    try {
      const asked = await readOperation(request);
      const context = await contextFor({ authorization, requestId: audience.requestId, signal: stop.signal });
      leave.push(seats.take(context.caller));
      const result = await run(parts, asked, context, request.method);
      const ended = (): void => stop.abort();
      leave.push(keepVigil(contextFor, { authorization, requestId: audience.requestId }, vigil, ended));
      await stream(response, resultsOf(result, audience, stop.signal));
    } catch (error) {
      refuse(response, error, audience);
    } finally {
      stop.abort();
      open.delete(stop);
      for (const step of leave) step();
    }
  };

  return {
    handle,
    close: () => {
      for (const stop of open) stop.abort();
    },
  };
};

const run = async <C extends ServerContext>(
  { executor, documents, metrics }: LiveParts<C>,
  asked: Asked,
  context: C,
  method: string | undefined,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> => {
  const { document, operation } = documents.prepare(asked, context.caller);
  if (operation.operation === "mutation" && method === "GET")
    throw new ApiError("method_not_allowed", "A GET request cannot change anything.");
  const toRun = {
    document,
    operationName: asked.operationName as string | null | undefined,
    variables: asked.variables as Record<string, unknown> | null | undefined,
    context,
  };
  if (operation.operation !== "subscription") return executor.execute(toRun);
  metrics.subscriptions.inc();
  return executor.subscribe(toRun);
};

/** Ends when the signal fires; an error of the source is its last result. */
async function* resultsOf(
  result: AsyncIterableIterator<ExecutionResult> | ExecutionResult,
  audience: Audience,
  signal: AbortSignal,
): AsyncGenerator<object, void, void> {
  if (!(Symbol.asyncIterator in result)) return yield tellResult(result, audience);
  const stop = (): void => void result.return?.();
  signal.addEventListener("abort", stop, { once: true });
  try {
    for await (const one of result) yield tellResult(one, audience);
  } catch (error) {
    if (!signal.aborted) yield { errors: [formatError(eventError(error), audience)] };
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

/** Asks for the next result only when the last one has left. */
const stream = async (response: ServerResponse, results: AsyncIterable<object>): Promise<void> => {
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
  });
  response.write(":\n\n");
  const ping = setInterval(() => {
    if (!response.writableNeedDrain) response.write(":\n\n");
  }, PING);
  const closed = new AbortController();
  response.once("close", () => closed.abort());
  try {
    for await (const result of results) {
      const more = response.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
      if (!more) await once(response, "drain", { signal: closed.signal });
    }
    response.end("event: complete\ndata:\n\n");
  } catch (error) {
    if (!closed.signal.aborted) throw error;
  } finally {
    clearInterval(ping);
  }
};

const readOperation = async (request: IncomingMessage): Promise<Asked> => {
  const asked = request.method === "POST" ? await readJson(request) : readSearch(request.url ?? "");
  const { query, operationName, variables } = Object(asked) as Partial<Asked>;
  if (typeof query !== "string" || query === "")
    throw new ApiError("bad_request", "Give a GraphQL document as `query`.");
  if (operationName != null && typeof operationName !== "string")
    throw new ApiError("bad_request", "`operationName` must be a string.");
  if (variables != null && (typeof variables !== "object" || Array.isArray(variables)))
    throw new ApiError("bad_request", "`variables` must be an object.");
  checkJson(variables, JSON_DEPTH);
  return { query, operationName, variables };
};

const readSearch = (url: string): Record<string, unknown> => {
  const { searchParams } = new URL(url, "http://localhost");
  const variables = searchParams.get("variables");
  return {
    query: searchParams.get("query"),
    operationName: searchParams.get("operationName"),
    variables: variables === null ? null : parseJson(variables),
  };
};

const refuse = (response: ServerResponse, thrown: unknown, audience: Audience): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const errors = errorsOf(thrown);
  const status = errors.map(httpStatus).find((one) => one !== undefined) ?? 500;
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
  response.end(JSON.stringify({ errors: errors.map((error) => formatError(error, audience)) }));
};
