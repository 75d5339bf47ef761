import { HeaderMap } from "@apollo/server";
import { GraphQLError, type GraphQLFormattedError, Kind } from "graphql";
import type { Logger } from "pino";
import { ApiError, type ErrorCode } from "../../errors.js";

/** Where an error is told, and logged. */
export interface Audience {
  requestId: string;
  log: Logger;
}

/** Codes that Apollo Server and we give to errors in a request itself: their messages speak of the caller's own document. */
const DOCUMENT_CODES = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
  "BAD_REQUEST",
  "OPERATION_RESOLUTION_FAILURE",
  "PERSISTED_QUERY_NOT_FOUND",
  "PERSISTED_QUERY_NOT_SUPPORTED",
  "QUERY_TOO_COMPLEX",
  "INTROSPECTION_DISABLED",
]);

/**
 * What a caller is told of an error: an `ApiError` in full, an error of its own document in graphql's words, anything else as
 * "Internal error" with the id under which the log keeps the rest. No stack, host or secret gets past this list.
 */
export const formatError = (error: GraphQLError, audience: Audience): GraphQLFormattedError => {
  const { requestId, log } = audience;
  const known = apiErrorIn(error);
  if (known) return { ...placeOf(error), message: known.message, extensions: tell(known, audience) };
  const code = documentCode(error);
  if (code) {
    const statusCode = Math.max(400, httpStatus(error) ?? 400);
    const { cost } = error.extensions;
    const errorCode = ERROR_CODES[statusCode] ?? "bad_request";
    const extensions = { code, errorCode, statusCode, requestId, ...(cost === undefined ? {} : { cost }) };
    return { ...placeOf(error), message: withoutHints(error.message), extensions };
  }
  log.error({ requestId, path: error.path, error: error.originalError ?? error }, "an operation failed");
  const internal = { code: "INTERNAL_SERVER_ERROR", errorCode: "internal_error", statusCode: 500, requestId };
  return { ...placeOf(error), message: "Internal error", extensions: internal };
};

/** Anything thrown while a request was taken in, as an error whose HTTP status Apollo Server follows. */
export const requestError = (thrown: unknown): GraphQLError => {
  if (thrown instanceof GraphQLError) return thrown;
  if (!(thrown instanceof ApiError)) return new GraphQLError("Internal error", { originalError: asError(thrown) });
  const headers = new HeaderMap();
  if (thrown.status === 401) headers.set("www-authenticate", "Bearer");
  if (thrown.context.retryAfter !== undefined) headers.set("retry-after", String(Math.ceil(thrown.context.retryAfter)));
  // Apollo Server's shape of `http`; another package in the tree declares it otherwise for all.
  const extensions: Record<string, unknown> = { http: { status: thrown.status, headers } };
  return new GraphQLError(thrown.message, { originalError: thrown, extensions });
};

/** The status that a refused request answers with. */
export const httpStatus = ({ extensions }: GraphQLError): number | undefined =>
  (extensions.http as { status?: number } | undefined)?.status;

const ERROR_CODES: Readonly<Record<number, ErrorCode>> = {
  405: "method_not_allowed",
  406: "not_acceptable",
  413: "entity_too_large",
};

const tell = (error: ApiError, { requestId, log }: Audience): Record<string, unknown> => {
  const { service, account, operation, retryAfter, conflicting } = error.context;
  const fields = { requestId, service, account, operation, errorCode: error.code };
  if (error.status >= 500) log.warn({ ...fields, error }, "an operation failed");
  else log.debug({ ...fields, error }, "an operation was refused");
  return {
    code: error.code.toUpperCase(),
    errorCode: error.code,
    statusCode: error.status,
    ...(service === undefined ? {} : { service }),
    ...(account === undefined ? {} : { account }),
    ...(operation === undefined ? {} : { operation }),
    requestId,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(conflicting === undefined ? {} : { conflictingResourceId: String(conflicting) }),
  };
};

const apiErrorIn = (error: GraphQLError): ApiError | undefined => {
  let inner: unknown = error;
  while (inner instanceof GraphQLError) inner = inner.originalError;
  if (inner instanceof ApiError) return inner;
  // A reader that fell behind (`tasks/bus.ts`): entries may not know that module.
  if (inner instanceof Error && inner.name === "Overrun")
    return new ApiError(
      "too_many_requests",
      "This subscription fell too far behind; read the state again and resubscribe.",
    );
  return undefined;
};

/** An error with a path comes of a resolver, unless graphql itself refused an argument's value at run time. */
const documentCode = ({
  path,
  nodes,
  message,
  originalError,
  extensions: { code },
}: GraphQLError): string | undefined => {
  if (path !== undefined)
    return isGraphQLs(originalError) && message.startsWith('Argument "') ? "BAD_USER_INPUT" : undefined;
  if (typeof code === "string" && DOCUMENT_CODES.has(code)) return code;
  return nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION ? "BAD_USER_INPUT" : undefined;
};

const isGraphQLs = (error: unknown): boolean => error === undefined || error instanceof GraphQLError;

/** Suggestions would tell the schema, one misspelling at a time. */
const withoutHints = (message: string): string => message.replace(/ ?Did you mean(.+?)\?$/, "");

const placeOf = (error: GraphQLError): Pick<GraphQLFormattedError, "locations" | "path"> => ({
  ...(error.locations ? { locations: error.locations } : {}),
  ...(error.path ? { path: error.path } : {}),
});

const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error("something that is no error was thrown", { cause: thrown });
