import { ApiError } from "../../errors.js";
import type { Named } from "../../ids.js";
import type { ConnectedAccount } from "../account.js";

/** Those who can be seen in a trail: services, and people, whom every category names alike. */
const ACTORS: ReadonlySet<string> = new Set(["audit.actor", "team.person", "team.user"]);

/** Who acts in an account's trail, by a global id. */
export const actorOf = (account: ConnectedAccount, id: string): string =>
  actorNamed(account, account.ids.decode(account.application, id));

/** The same, or as the service itself names them. */
export const actorIn = (account: ConnectedAccount, id: string): string => {
  const named = account.ids.tryDecode(account.application, id);
  return named === null ? id : actorNamed(account, named);
};

/** What something was done to, by the global id of any object, or as the service itself names it. */
export const targetIn = (account: ConnectedAccount, id: string): string => {
  const named = account.ids.tryDecode(account.application, id);
  return named === null ? id : ownNamed(account, named).native;
};

const actorNamed = (account: ConnectedAccount, named: Named): string => {
  const { api, type, native } = ownNamed(account, named);
  if (ACTORS.has(`${api}.${type}`)) return native;
  throw new ApiError("invalid_resource_type", `This id is of the type ${type}, which is nobody who acts.`);
};

const ownNamed = (account: ConnectedAccount, named: Named): Named => {
  if (named.account === account.account && named.user === account.user) return named;
  throw new ApiError("not_found", "There is nothing with this id in this account.");
};
