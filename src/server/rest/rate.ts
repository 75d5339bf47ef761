import { ApiError } from "../../errors.js";
import type { ConnectedAccount } from "../../unified/account.js";
import type { RestParts } from "./parts.js";

/** Source: the unified API, "Rate limit". */
export const checkRate = (
  { limiter, rate }: Pick<RestParts, "limiter" | "rate">,
  accounts: readonly ConnectedAccount[],
): void => {
  if (rate === 0) return;
  for (const { account } of accounts) {
    const limited = limiter.pass(`rest ${account}`, { count: rate, milliseconds: 1000 });
    if (!limited.passed)
      throw new ApiError("too_many_requests", `An account may be asked ${rate} times a second.`, {
        retryAfter: limited.wait / 1000,
      });
  }
};
