import { type ExecutionResult, GraphQLError, type GraphQLFormattedError } from "graphql";
import type { Logger } from "pino";
import type { Metrics } from "../metrics.js";
import type { ContextFor, ServerContext } from "./context.js";
import { DocumentErrors, type Documents } from "./documents.js";
import { type Audience, formatError, requestError } from "./errors.js";
import type { Executor } from "./executor.js";
import type { Seats } from "./seats.js";
import type { VigilTimes } from "./vigil.js";

/** What sockets and event streams need: they run operations without Apollo Server, by the same rules. */
export interface LiveParts<C extends ServerContext> {
  executor: Executor<C>;
  documents: Documents;
  contextFor: ContextFor<C>;
  seats: Seats;
  vigil: VigilTimes;
  /** Milliseconds that a query or mutation may take. */
  deadlineMs: number;
  log: Logger;
  metrics: Metrics;
}

/** A result as it is sent. */
export interface ToldResult {
  data?: ExecutionResult["data"];
  errors?: readonly GraphQLFormattedError[];
  extensions?: ExecutionResult["extensions"];
}

export const tellResult = ({ errors, ...result }: ExecutionResult, audience: Audience): ToldResult =>
  errors?.length ? { ...result, errors: errors.map((error) => formatError(error, audience)) } : result;

/** Whatever was thrown while an operation was taken in, as graphql errors. */
export const errorsOf = (thrown: unknown): readonly GraphQLError[] =>
  thrown instanceof DocumentErrors ? thrown.errors : [requestError(thrown)];

/** An error that a source of events threw. */
export const eventError = (thrown: unknown): GraphQLError =>
  thrown instanceof GraphQLError
    ? thrown
    : new GraphQLError("Internal error", {
        originalError: thrown instanceof Error ? thrown : new Error(String(thrown)),
      });
