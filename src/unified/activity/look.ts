import type { Change } from "../../connectors/connector.js";
import { ApiError } from "../../errors.js";
import type { NewActivity } from "../../store/store.js";
import type { ConnectedAccount } from "../account.js";
import { type Source, sourceOf } from "./source.js";

export interface Look {
  /** What the store has now and had not before. */
  told: number;
  /** There is more to be read at once. */
  more: boolean;
  /** The service had forgotten where we were. */
  gap: boolean;
}

/**
 * One look at an account's service: what happened since the feed's cursor goes to the store, together with the cursor behind it. The
 * first one only finds out where the feed stands.
 */
export const look = async (account: ConnectedAccount): Promise<Look> => {
  account.checkUsable();
  const { activity } = account.session.unified.store;
  const { version, cursor } = await activity.feed(account.account);
  const { happened, next, more, gap } = await read(account, sourceOf(account), cursor);
  if (happened.length === 0 && next === cursor) return { told: 0, more, gap };
  const appended = await activity.append(account.account, version, next, happened);
  // Somebody else has read the same and was first: we go on from where they are.
  return { told: happened.length, more: appended === null || more, gap };
};

const read = async (
  account: ConnectedAccount,
  source: Source,
  cursor: string | null,
): Promise<{ happened: NewActivity[]; next: string; more: boolean; gap: boolean }> => {
  try {
    const { changes, ...rest } = await source.changes(cursor);
    // A service may tell of categories that the account was not connected for.
    const own = changes.filter(({ api }) => api === "meta" || account.offers(api));
    return { happened: own.map(toActivity), ...rest, gap: false };
  } catch (error) {
    if (cursor === null || !(error instanceof ApiError) || error.code !== "invalid_parameters") throw error;
    const { next, more } = await source.changes(null);
    return { happened: [gapOf(account)], next, more, gap: true };
  }
};

/** What was missed, nobody knows: it is said of the account itself, so that its readers look at everything anew. */
const gapOf = ({ account }: ConnectedAccount): NewActivity => ({
  kind: "OTHER",
  api: "meta",
  type: "account",
  object: String(account),
  user: null,
  ip: null,
  occurred: new Date().toISOString(),
});

const toActivity = ({ kind, api, type, id, occurred, user, ip }: Change): NewActivity => ({
  kind,
  api,
  type,
  object: id,
  user: user ? { id: user.id?.native ?? null, name: user.name, email: user.email } : null,
  ip: ip ?? null,
  // A time that nobody can read must not stop the feed.
  occurred: Number.isNaN(Date.parse(occurred)) ? new Date().toISOString() : occurred,
});
