import { ApiError } from "../../errors.js";
import type { ActivityQuery, StoredActivity } from "../../store/store.js";
import type { ConnectedAccount } from "../account.js";
import { sourceOf } from "./source.js";

/** Milliseconds that the service has to tell what happened until now; then what is kept is told. */
const PATIENCE = 10_000;

/**
 * So many of what happened in an account, after a number, the service asked first when they reach up to now. `upTo`: where to read on, even
 * if there are none.
 */
export const listActivity = async (
  account: ConnectedAccount,
  { limit, ...query }: Omit<ActivityQuery, "accounts">,
): Promise<{ items: StoredActivity[]; upTo: number; more: boolean }> => {
  checkFollowable(account);
  const { store, feeds } = account.session.unified;
  const asked = { ...query, accounts: [account.account], limit: limit + 1 };
  let read = await store.activity.read(asked);
  if (read.items.length <= limit) {
    await feeds.look(account.application, account.account, PATIENCE);
    read = await store.activity.read(asked);
  }
  const items = read.items.slice(0, limit);
  const more = read.items.length > limit;
  return { items, more, upTo: more ? (items.at(-1) as StoredActivity).number : read.upTo };
};

/** Throws for an account that cannot be followed, whatever happens in it. */
export const checkFollowable = (account: ConnectedAccount): void => {
  if (account.user !== undefined)
    throw new ApiError(
      "not_implemented",
      "What happens is told of an account, not of one of its organisation's users.",
    );
  account.checkUsable();
  sourceOf(account);
};
