import type { ConnectionOf } from "../../schema/common/page.js";
import type { Activity } from "../../schema/events/activity.js";
import type { Api } from "../../src/ids.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import { listActivity } from "../../src/unified/activity/list.js";
import { checkFirst, type PageArguments } from "../page.js";
import { fromCursor, toActivity, toCursor } from "./read.js";

interface Asked extends PageArguments {
  api?: Api[] | null;
  kind?: Activity["kind"][] | null;
}

/** One page of what happened in an account. An edge's cursor is the event's own. */
export const activityConnection = async (
  account: ConnectedAccount,
  { first, after, api, kind }: Asked,
): Promise<ConnectionOf<Activity>> => {
  const { items, upTo, more } = await listActivity(account, {
    limit: checkFirst(first ?? 100),
    after: after == null ? null : fromCursor(after),
    apis: api ?? undefined,
    kinds: kind ?? undefined,
  });
  const nodes = items.map((item) => toActivity(account, item));
  return {
    nodes,
    edges: nodes.map((node) => ({ cursor: node.cursor, node })),
    pageInfo: {
      hasNextPage: more,
      hasPreviousPage: after != null,
      startCursor: nodes[0]?.cursor ?? null,
      endCursor: toCursor(upTo),
    },
    totalCount: null,
  };
};
