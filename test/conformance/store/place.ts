import { test } from "node:test";
import type { Account, NewAccount, Store } from "../../../src/store/store.js";

/** Where a store lives. Every test has a new and empty one. */
export interface StorePlace {
  /** Another process's view of it, brought up to date; all of them go by the clock given to `open`. */
  connect(): Promise<Store>;
  /** Closes what was connected, and clears up. */
  close(): Promise<void>;
}
export type OpenStorePlace = (now: () => number) => Promise<StorePlace>;

export interface Setting {
  store: Store;
  place: StorePlace;
  /** Moves the clock on by so many seconds. It stands still otherwise. */
  pass(seconds: number): void;
  /** An account of the application `acme`, which is there. */
  account(account?: Partial<NewAccount>): Promise<Account>;
}

const START = Date.UTC(2026, 0, 1);

/** ISO 8601, so many seconds after the clock's beginning. */
export const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

export const storeTests = (open: OpenStorePlace) => (title: string, work: (setting: Setting) => Promise<void>) =>
  test(title, async () => {
    let time = START;
    const place = await open(() => time);
    try {
      const store = await place.connect();
      await store.applications.create({ id: "acme", name: "Acme" });
      await work({
        store,
        place,
        pass: (seconds) => {
          time += Math.round(seconds * 1000);
        },
        account: (account) => store.accounts.create(newAccount(account), (id) => `sealed ${id}`),
      });
    } finally {
      await place.close();
    }
  });

export const newAccount = (account: Partial<NewAccount> = {}): NewAccount => ({
  application: "acme",
  service: "dropbox",
  name: "alice@example.com",
  settings: {},
  ...account,
});
