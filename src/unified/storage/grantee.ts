import { granteeOf } from "../../connectors/connector.js";
import { ApiError } from "../../errors.js";
import type { ConnectedAccount } from "../account.js";

/** Whom a permission is for: the id of a permission, of a person, or the service's own. */
export const granteeIn = ({ ids, application, account }: ConnectedAccount, grantee: string): string => {
  const named = ids.tryDecode(application, grantee);
  if (named === null) return grantee;
  if (named.account === account && named.api === "team") return named.native;
  if (named.account === account && named.type === "permission") return granteeOf(named.native);
  throw new ApiError(
    "invalid_resource_type",
    "This is the id neither of a permission nor of a person of this account.",
  );
};
