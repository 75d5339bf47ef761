import assert from "node:assert/strict";
import { test } from "node:test";
import type { Config } from "../../../src/config.js";
import { openSqliteStore } from "../../../src/store/sqlite.js";
import type { Account, NewActivity, Store } from "../../../src/store/store.js";
import { UnifiedApi } from "../../../src/unified/api.js";
import type { Session } from "../../../src/unified/session.js";
import { Deliverer } from "../../../src/unified/webhooks/deliverer.js";
import { type TestCore, testCore } from "../../support/core.js";
import { Receiver } from "../../support/receiver.js";

export interface Setting {
  core: TestCore;
  /** As the program has it, but by a clock that stands still. */
  unified: UnifiedApi;
  session: Session;
  receiver: Receiver;
  deliverer: Deliverer;
  /** Moves the clock on by so many seconds. */
  pass(seconds: number): void;
  account(): Promise<Account>;
  /** Begins what is due, and waits for its end. */
  deliver(): Promise<void>;
  /** Another process's: with its own connection to the store. */
  another(): Promise<Deliverer>;
}

const news: NewActivity = {
  kind: "ADD",
  api: "storage",
  type: "file",
  object: "a",
  user: null,
  ip: null,
  occurred: "2026-01-01T00:00:00Z",
};

/** Something happens in an account, as its feed tells it. */
export const happen = async ({ activity }: Store, account: number): Promise<void> => {
  const { version } = await activity.feed(account);
  await activity.append(account, version, `cursor ${version}`, [news]);
};

export const addAccount = ({ accounts }: Store, application: string): Promise<Account> =>
  accounts.create({ application, service: "sandbox", name: "dana", settings: {} }, () => "sealed");

/** With real requests over loopback to a real receiver. */
export const webhookTest = (title: string, work: (setting: Setting) => Promise<void>, change: Partial<Config> = {}) =>
  test(title, { timeout: 60_000 }, async () => {
    let time = Date.now();
    const now = () => time;
    const core = await testCore(change);
    const receiver = await Receiver.start(core.application);
    const opened: Store[] = [];
    const clocked = async (): Promise<UnifiedApi> => {
      const store = await openSqliteStore({ file: `${core.config.data}/unigraph.sqlite`, now });
      opened.push(store);
      return new UnifiedApi({ ...core.unified, store });
    };
    const failures: unknown[] = [];
    const fail = (error: unknown): void => void failures.push(error);
    try {
      const unified = await clocked();
      const deliverer = new Deliverer(unified, fail, now);
      await work({
        core,
        unified,
        session: unified.internal(core.application, new AbortController().signal),
        receiver,
        deliverer,
        pass: (seconds) => {
          time += seconds * 1000;
        },
        account: () => addAccount(unified.store, core.application),
        deliver: async () => {
          await deliverer.look();
          await deliverer.settled();
        },
        another: async () => new Deliverer(await clocked(), fail, now),
      });
      assert.deepEqual(failures, []);
    } finally {
      for (const store of opened) await store.close();
      await receiver.close();
      await core.close();
    }
  });
