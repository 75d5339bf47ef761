import type { Activity } from "../../schema/events/activity.js";
import { ApiError } from "../../src/errors.js";
import type { StoredActivity } from "../../src/store/store.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import type { Context } from "../context.js";
import type { ObjectRef } from "../objectRef.js";

/** A cursor is the number of an event among all that the server has told. */
export const toCursor = (number: number): string => String(number);
export const fromCursor = (cursor: string): number => {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new ApiError("invalid_parameters", "`after` is not a cursor of an activity.");
};

export const toActivity = (account: ConnectedAccount, stored: StoredActivity): Activity => {
  const { number, kind, api, type, object, user, ip, occurred } = stored;
  return {
    id: account.ref("events", "activity", String(number)),
    api: "events",
    type: "activity",
    kind,
    objectId: api === "meta" ? account.id : account.ref(api, type, object),
    user: user && { ...user, id: user.id === null ? null : account.ref("team", "person", user.id) },
    ip,
    occurred,
    cursor: toCursor(number),
    raw: null,
  };
};

/** Throws `not_found` for what is no longer kept. */
export const readActivity = async ({ session }: Context, { scope, native }: ObjectRef): Promise<Activity> => {
  const stored = /^\d{1,15}$/.test(native) ? await session.unified.store.activity.get(Number(native)) : null;
  if (stored?.account !== scope.account)
    throw new ApiError("not_found", "What happened is no longer kept (7 days, 10,000 events of an account).");
  return toActivity(scope, stored);
};
