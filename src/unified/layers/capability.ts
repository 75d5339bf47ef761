import { ApiError } from "../../errors.js";
import type { Layer } from "../layer.js";

/** What a service lacks is said before any request, and so is that an account is switched off. */
export const capability: Layer = (call, next) => {
  const { record, connector } = call.account;
  if (!record.enabled) return Promise.reject(new ApiError("forbidden", "This account is disabled."));
  if (!record.active)
    return Promise.reject(
      new ApiError("service_unauthorized", `${connector.title} refuses this account's credential; connect it again.`),
    );
  if (!call.exists)
    return Promise.reject(new ApiError("not_implemented", `${connector.title} has no ${call.operation}.`));
  return next();
};
