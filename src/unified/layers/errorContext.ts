import { ApiError } from "../../errors.js";
import { gone } from "../../upstream/failure.js";
import type { Call, Layer } from "../layer.js";

/** Says where a failure happened, once, so no connector has to; a connector's own mistake is an unreadable answer. */
export const errorContext: Layer = (call, next) =>
  next().catch((cause: unknown) => {
    throw explain(call, cause);
  });

/** Whatever went wrong within an operation, as its caller is told. */
export const explain = ({ account, operation }: Pick<Call, "account" | "operation">, cause: unknown): ApiError => {
  const where = { service: account.connector.service, account: account.id.valueOf(), operation };
  if (cause instanceof ApiError) return cause.within(where);
  // What the connector waited for with its signal: Node tells that this one has fired, and why by its own cause.
  if (cause instanceof Error && cause.name === "AbortError") return gone(cause.cause ?? cause).within(where);
  return new ApiError("bad_gateway", "The service's answer could not be read.", where, { cause });
};
