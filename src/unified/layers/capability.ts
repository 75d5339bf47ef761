import { ApiError } from "../../errors.js";
import type { Layer } from "../layer.js";

/** What a service lacks is said before any request, and so is that an account must not be used. */
export const capability: Layer = async ({ account, operation, exists }, next) => {
  account.checkUsable();
  if (!exists) throw new ApiError("not_implemented", `${account.connector.title} has no ${operation}.`);
  if (operation.startsWith("team.") && !account.record.admin)
    throw new ApiError("forbidden", "Only an administrator's account tells of its organisation.");
  return next();
};
