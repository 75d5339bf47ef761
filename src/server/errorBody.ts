import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError, type ErrorCode } from "../errors.js";
import { requestIdOf } from "./requestId.js";

/** The unified API's error, as every route but GraphQL's answers it. */
export interface ErrorBody {
  status_code: number;
  error_code: ErrorCode;
  message: string;
  /** Of the request. */
  id: string;
  conflicting_resource_id?: string;
}

export const errorBody = (error: ApiError, id: string): ErrorBody => ({
  status_code: error.status,
  error_code: error.code,
  message: error.message,
  id,
  ...(error.context.conflicting === undefined ? {} : { conflicting_resource_id: String(error.context.conflicting) }),
});

/** Headers that belong to an error. */
export const errorHeaders = (error: ApiError): Record<string, string> => ({
  ...(error.context.retryAfter === undefined ? {} : { "retry-after": String(Math.ceil(error.context.retryAfter)) }),
  ...(error.status === 401 ? { "www-authenticate": "Bearer" } : {}),
});

/** Answers on the bare response, before or beside any router. */
export const refuse = (request: IncomingMessage, response: ServerResponse, error: ApiError): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const text = JSON.stringify(errorBody(error, requestIdOf(request)));
  if (!request.complete) response.setHeader("connection", "close");
  response.writeHead(error.status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...errorHeaders(error),
  });
  response.end(text);
};

/** What went wrong in a route, as the caller may see it. Fastify's own refusals carry a `statusCode` below 500. */
export const routeError = (thrown: unknown): ApiError => {
  if (thrown instanceof ApiError) return thrown;
  const { statusCode, message } = Object(thrown) as { statusCode?: unknown; message?: string };
  if (statusCode === 413) return new ApiError("entity_too_large", "The body is too large.", {}, { cause: thrown });
  if (statusCode === 404) return new ApiError("not_found", "There is nothing here.", {}, { cause: thrown });
  if (statusCode === 503) return new ApiError("gateway_timeout", "The request took too long.", {}, { cause: thrown });
  if (typeof statusCode === "number" && statusCode >= 400 && statusCode < 500)
    return new ApiError("bad_request", `The request is malformed: ${message}`, {}, { cause: thrown });
  return new ApiError("internal_error", "Internal error", {}, { cause: thrown });
};
