import type { Page, Paging } from "../../connectors/connector.js";
import { toApiError } from "../../errors.js";
import type { ConnectedAccount } from "../account.js";
import type { UnifiedCollection } from "../collection.js";
import type { Session } from "../session.js";
import type { Answer } from "./answer.js";
import { merge } from "./merge.js";
import type { Order } from "./order.js";
import type { Source } from "./source.js";
import { TimeLimit } from "./timeLimit.js";

/** What every question has. */
export interface Asked {
  session: Session;
  accounts: readonly ConnectedAccount[];
  first: number;
  after: string | null;
  /** Milliseconds until accounts that have not answered are cut. */
  deadline: number;
  /** With the services' own objects. */
  raw: boolean;
  /**
   * Asks first pages of collections together with those that other questions of the same request ask for: the mails of fifty contacts
   * are one call. Such a call is not ended by the deadline, only no longer waited for.
   */
  firstPage?: FirstPage;
}

export type FirstPage = <Item, Query extends object>(
  collection: UnifiedCollection<Item, Query>,
  query: Query,
  limit: number,
) => Promise<Page<Item>>;

/** One list of an account. */
export interface List<Item> {
  /** Which of the account's lists: `email`, `calendar cal_3`. */
  key: string;
  read(account: ConnectedAccount, paging: Paging): Promise<Page<Item>>;
  /** The same first page by `firstPage`. Absent: the list is no collection's. */
  together?(account: ConnectedAccount, ask: FirstPage, limit: number): Promise<Page<Item>>;
}

/** A list of a collection, narrowed by a query. */
export const listOf = <Item, Query extends object>(
  key: string,
  collectionOf: (account: ConnectedAccount) => UnifiedCollection<Item, Query>,
  query: Query,
): List<Item> => ({
  key,
  read: (account, paging) => collectionOf(account).list({ ...query, ...paging }),
  together: (account, askTogether, limit) => askTogether(collectionOf(account), query, limit),
});

/** Asks each account for its lists, then all lists side by side. An account whose lists cannot be told fails as one. */
export const ask = async <Item>(
  question: string,
  { session, accounts, first, after, deadline, firstPage }: Asked,
  order: Order<Item>,
  listsOf: (account: ConnectedAccount) => readonly List<Item>[] | Promise<readonly List<Item>[]>,
): Promise<Answer<Item, ConnectedAccount>> => {
  const limit = new TimeLimit(deadline, session.signal);
  const began = performance.now();
  try {
    const sources = await Promise.all(
      accounts.map(async (account): Promise<Source<Item, ConnectedAccount>[]> => {
        try {
          const lists = await limit.run(async (signal) => listsOf(account.until(signal)));
          return lists.map((list) => toSource(account, list, firstPage));
        } catch (thrown) {
          limit.throwIfGone();
          return [unaskable(account, toApiError(thrown))];
        }
      }),
    );
    return await merge({
      question,
      sources: sources.flat(),
      order,
      first,
      after,
      deadline: Math.max(1, deadline - (performance.now() - began)),
      signal: session.signal,
    });
  } finally {
    limit.close();
  }
};

const toSource = <Item>(
  account: ConnectedAccount,
  { key, read, together }: List<Item>,
  firstPage: FirstPage | undefined,
): Source<Item, ConnectedAccount> => ({
  key: `${account.account}:${key}`,
  number: account.account,
  account,
  read: (paging, signal) =>
    paging.cursor === null && firstPage && together
      ? together(account, firstPage, paging.limit)
      : read(account.until(signal), paging),
});

/** Stands for an account of which not even the lists are known, so that it is named like any that fails. */
const unaskable = <Item>(account: ConnectedAccount, error: unknown): Source<Item, ConnectedAccount> => ({
  key: `${account.account}:`,
  number: account.account,
  account,
  read: () => Promise.reject(error),
});
