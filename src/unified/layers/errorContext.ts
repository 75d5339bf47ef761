import { ApiError } from "../../errors.js";
import type { Layer } from "../layer.js";

/** Says where a failure happened, once, so no connector has to; a connector's own mistake is an unreadable answer. */
export const errorContext: Layer = (call, next) =>
  next().catch((cause: unknown) => {
    const where = {
      service: call.account.connector.service,
      account: call.account.id.valueOf(),
      operation: call.operation,
    };
    throw cause instanceof ApiError
      ? cause.within(where)
      : new ApiError("bad_gateway", "The service's answer could not be read.", where, { cause });
  });
