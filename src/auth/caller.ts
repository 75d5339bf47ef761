import type { Account, AccountFilter, Right } from "../store/store.js";

/** Who asks: an application's server, the holder of accounts' tokens, or one end user's session. */
export interface Caller {
  application: string;
  kind: "key" | "token" | "session";
  rights: ReadonlySet<Right>;
  /** Bearer tokens: these accounts, in the order of the tokens, and no others. */
  accounts: readonly number[] | null;
  /** Session: this person's accounts and no others. */
  endUser: string | null;
  /** Names the caller in logs and limits without telling a secret. */
  name: string;
}

export const mayUse = (caller: Caller, account: Account): boolean =>
  account.application === caller.application &&
  (caller.accounts === null || caller.accounts.includes(account.id)) &&
  (caller.endUser === null || account.endUser === caller.endUser);

/** The accounts that a caller may see, as a filter of the store. */
export const visibleTo = (caller: Caller): AccountFilter => ({
  application: caller.application,
  ...(caller.accounts ? { ids: caller.accounts } : {}),
  ...(caller.endUser === null ? {} : { endUser: caller.endUser }),
});
