import { setImmediate } from "node:timers/promises";
import type { Activity } from "../../schema/events/activity.js";
import { ApiError } from "../../src/errors.js";
import type { Api } from "../../src/ids.js";
import type { ActivityQuery } from "../../src/store/store.js";
import { checkFollowable } from "../../src/unified/activity/list.js";
import { openAccount } from "../common/account.js";
import { type Context, renew } from "../context.js";
import { stream } from "../streams.js";
import { Following } from "./following.js";
import { fromCursor, toActivity } from "./read.js";

/** Events read from the store at once; what the caller may see is looked at anew for each batch. */
const BATCH = 100;
/** Milliseconds after which the accounts are looked at anew although nothing happened. */
const SELDOM = 30_000;
/** Accounts that one subscription follows at most. */
const MAXIMUM = 1000;

interface Asked {
  accounts?: string[] | null;
  after?: string | null;
  api?: Api[] | null;
  kind?: Activity["kind"][] | null;
}

/**
 * What happens in the accounts, from the store: the bus only says when to look, so a slow reader costs no memory. One that falls
 * behind what is kept is told so and ends. It ends as well when an account that it names can no longer be followed.
 */
export const watchActivity = async (
  context: Context,
  { accounts, after, api, kind }: Asked,
): Promise<AsyncIterableIterator<Activity>> => {
  const named = accounts ? await numbersOf(context, accounts) : null;
  return stream(context.signal, async (signal) => {
    const following = new Following(named, MAXIMUM, signal);
    const { activity } = context.session.unified.store;
    const first = await following.accounts(context);
    const from = after == null ? await following.now(context) : fromCursor(after);
    const filter = { apis: api ?? undefined, kinds: kind ?? undefined };
    // A cursor that is not good refuses the subscription.
    await activity.read({ accounts: [...first.keys()], after: from, ...filter, limit: 1 });
    return activities(context, following, from, filter);
  });
};

async function* activities(
  context: Context,
  following: Following,
  from: number,
  filter: Pick<ActivityQuery, "apis" | "kinds">,
): AsyncGenerator<Activity, void, void> {
  const { activity } = context.session.unified.store;
  for (let after = from; !following.signal.aborted; ) {
    renew(context);
    const accounts = await following.accounts(context);
    if (following.isOver) return;
    const { items, upTo, more } = await activity.read({
      accounts: [...accounts.keys()],
      after,
      ...filter,
      limit: BATCH,
    });
    for (const item of items) {
      const record = accounts.get(item.account)?.record;
      if (!record) continue;
      renew(context);
      yield toActivity(context.session.open(record), item);
    }
    after = upTo;
    if (!more) await following.bell.wait(SELDOM);
    else if (items.length === 0) await setImmediate();
  }
}

const numbersOf = async (context: Context, ids: string[]): Promise<Set<number>> => {
  if (ids.length > MAXIMUM)
    throw new ApiError("invalid_parameters", `At most ${MAXIMUM} accounts can be followed at once.`);
  const accounts = await Promise.all(ids.map((id) => openAccount(context, id)));
  for (const account of accounts) checkFollowable(account);
  return new Set(accounts.map(({ account }) => account));
};
