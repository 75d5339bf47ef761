import type { ConnectionOf } from "../../schema/common/page.js";
import type { Activity } from "../../schema/events/activity.js";
import { ApiError } from "../../src/errors.js";
import type { Api } from "../../src/ids.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import { sourceOf } from "../../src/unified/activity/source.js";
import type { UnifiedApi } from "../../src/unified/api.js";
import { checkFirst, type PageArguments } from "../page.js";
import { fromCursor, toActivity, toCursor } from "./read.js";

/** Milliseconds that the service has to tell what happened until now; then what is kept is told. */
const PATIENCE = 10_000;

interface Asked extends PageArguments {
  api?: Api[] | null;
  kind?: Activity["kind"][] | null;
}

/**
 * One page of what happened in an account, the service asked first when the page reaches up to now. An edge's cursor is the event's own, and
 * `endCursor` is where to read on even if the page is empty.
 */
export const listActivity = async (
  { store, feeds }: UnifiedApi,
  account: ConnectedAccount,
  { first: asked, after, api, kind }: Asked,
): Promise<ConnectionOf<Activity>> => {
  const first = checkFirst(asked ?? 100);
  checkFollowable(account);
  const query = {
    accounts: [account.account],
    after: after == null ? null : fromCursor(after),
    apis: api ?? undefined,
    kinds: kind ?? undefined,
    limit: first + 1,
  };
  let read = await store.activity.read(query);
  if (read.items.length <= first) {
    await feeds.look(account.application, account.account, PATIENCE);
    read = await store.activity.read(query);
  }
  const nodes = read.items.slice(0, first).map((item) => toActivity(account, item));
  const hasNextPage = read.items.length > first;
  return {
    nodes,
    edges: nodes.map((node) => ({ cursor: node.cursor, node })),
    pageInfo: {
      hasNextPage,
      hasPreviousPage: after != null,
      startCursor: nodes[0]?.cursor ?? null,
      endCursor: hasNextPage ? (nodes.at(-1)?.cursor ?? null) : toCursor(read.upTo),
    },
    totalCount: null,
  };
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
