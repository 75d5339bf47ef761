import type { Page, Paging } from "../../connectors/connector.js";
import { ApiError } from "../../errors.js";
import type { ConnectedAccount } from "../../unified/account.js";

/**
 * One page of several accounts' lists, each account's in turn. Its cursor says where each account goes on; one whose list has ended is
 * not asked again. An account that fails makes the question fail: a list that is missing one looks like a whole one.
 */
export const together = async <Item>(
  accounts: readonly ConnectedAccount[],
  { cursor, limit }: Paging,
  ask: (account: ConnectedAccount, paging: Paging) => Promise<Page<Item>>,
): Promise<Page<Item>> => {
  const [only] = accounts;
  if (only && accounts.length === 1) return ask(only, { cursor, limit });
  const positions = cursor === null ? null : readPositions(cursor);
  const open = accounts.filter(({ account }) => positions === null || positions[account] !== undefined);
  const share = Math.max(1, Math.floor(limit / Math.max(1, open.length)));
  const pages = await Promise.all(
    open.map((account) => ask(account, { cursor: positions?.[account.account] ?? null, limit: share })),
  );
  const next = open.flatMap(({ account }, index) => {
    const position = pages[index]?.next;
    return position == null ? [] : [[account, position]];
  });
  return {
    items: pages.flatMap(({ items }) => items),
    next: next.length === 0 ? null : JSON.stringify(Object.fromEntries(next)),
  };
};

const readPositions = (cursor: string): Record<string, string> => {
  try {
    const positions: unknown = JSON.parse(cursor);
    if (
      typeof positions === "object" &&
      positions !== null &&
      Object.values(positions).every((one) => typeof one === "string")
    )
      return positions as Record<string, string>;
  } catch {
    // Told below.
  }
  throw new ApiError("invalid_parameters", "`page` is not a `next_page` of this list.");
};
