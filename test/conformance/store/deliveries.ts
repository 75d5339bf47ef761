import assert from "node:assert/strict";
import { describe } from "node:test";
import type { FailedDelivery, NewActivity, Store, Webhook } from "../../../src/store/store.js";
import { at, type OpenStorePlace, type Setting, storeTests } from "./place.js";

const news: NewActivity = {
  kind: "ADD",
  api: "storage",
  type: "file",
  object: "a",
  user: null,
  ip: null,
  occurred: at(0),
};

/** Something happens in an account. The number of it. */
const happen = async ({ activity }: Store, account: number): Promise<number> => {
  const { version } = await activity.feed(account);
  const appended = await activity.append(account, version, `cursor ${version}`, [news]);
  assert.ok(appended);
  return appended.last;
};

const webhookOf = async (store: Store, path = "", application = "acme"): Promise<Webhook> => {
  await store.applications.update(application, { eventsEnabled: true });
  return store.webhooks.create({ application, url: `https://hooks.example.com/${path}` }, () => "sealed");
};

const due = ({ deliveries }: Store, except: number[] = []) => deliveries.due({ except, limit: 10 });
const claim = ({ deliveries }: Store, webhook: number, owner = "me", limit = 10) =>
  deliveries.claim(webhook, { owner, seconds: 60, limit, probeAfter: 3 });

const outcome = (change: Partial<FailedDelivery> = {}): FailedDelivery => ({
  status: 500,
  retryAfter: 300,
  pause: 0,
  disable: null,
  ...change,
});

export const deliveryTests = (open: OpenStorePlace) =>
  describe("deliveries", () => {
    const storeTest = storeTests(open);

    /** Two accounts in which something has happened, and a webhook that is to be told. */
    const prepared = async ({ store, account }: Setting) => {
      const webhook = await webhookOf(store);
      const [one, other] = [await account(), await account()];
      await happen(store, one.id);
      await happen(store, other.id);
      return { webhook: webhook.id, one: one.id, other: other.id };
    };

    storeTest("what happens is due to each webhook of the application, in the same write", async (setting) => {
      const { store, account } = setting;
      await store.applications.create({ id: "other", name: "Other" });
      const { id } = await account();
      await happen(store, id); // before there is a webhook
      const [first, second] = [await webhookOf(store, "1"), await webhookOf(store, "2")];
      await webhookOf(store, "", "other");
      assert.deepEqual(await due(store), []);
      await store.activity.append(id, 1, "moved on", []);
      assert.deepEqual(await due(store), [], "nothing happened");
      const newest = await happen(store, id);
      assert.deepEqual(await due(store), [first.id, second.id]);
      assert.deepEqual(await due(store, [first.id]), [second.id]);
      const delivery = { webhook: first.id, account: id, newest, created: at(0), attempts: 0 };
      assert.deepEqual(await claim(store, first.id), [{ ...delivery, nextAttempt: at(0), lastStatus: null }]);
      assert.equal(await store.activity.append(id, 1, "late", [news]), null);
      const quiet = await account();
      await store.applications.update("acme", { eventsEnabled: false });
      await happen(store, quiet.id);
      assert.equal((await store.deliveries.counts()).waiting, 2, "nobody wants events");
    });

    storeTest("a burst is one delivery, and what comes while it is sent another", async (setting) => {
      const { store, account, pass } = setting;
      const webhook = await webhookOf(store);
      const { id } = await account();
      for (let count = 0; count < 50; count++) await happen(store, id);
      const [delivery, ...others] = await claim(store, webhook.id);
      assert.deepEqual([delivery?.newest, others], [50, []]);
      pass(1);
      assert.equal(await happen(store, id), 51);
      assert.ok(delivery);
      assert.equal(await store.deliveries.delivered(delivery, "me", false), true);
      const [next] = await claim(store, webhook.id);
      assert.deepEqual([next?.newest, next?.created], [51, at(1)]);
      assert.ok(next);
      assert.equal(await store.deliveries.delivered(next, "me", false), true);
      assert.deepEqual(await store.deliveries.list(webhook.id, { after: 0, limit: 10 }), []);
    });

    storeTest("of two claimants each gets others, and a lease that ran out is taken over", async (setting) => {
      const { store, place, pass } = setting;
      const { webhook, one, other } = await prepared(setting);
      const elsewhere = await place.connect();
      const [mine] = await claim(store, webhook, "me", 1);
      const [theirs] = await claim(elsewhere, webhook, "they", 1);
      assert.deepEqual([mine?.account, theirs?.account], [one, other]);
      assert.deepEqual([await claim(store, webhook), await due(store)], [[], []]);
      pass(61);
      const taken = await claim(elsewhere, webhook, "later");
      assert.deepEqual(
        taken.map(({ account }) => account),
        [one, other],
      );
      assert.ok(mine);
      assert.equal(await store.deliveries.delivered(mine, "me", false), false);
      assert.equal(await store.deliveries.failed(mine, "me", outcome()), false);
      for (const delivery of taken) assert.ok(await elsewhere.deliveries.delivered(delivery, "later", false));
      assert.deepEqual(await store.deliveries.counts(), { waiting: 0, dead: 0 });
    });

    storeTest("a failure waits for its next attempt, then for none", async (setting) => {
      const { store, account, pass } = setting;
      const webhook = await webhookOf(store);
      const { id } = await account();
      await happen(store, id);
      const [first] = await claim(store, webhook.id);
      assert.ok(first);
      assert.equal(await store.deliveries.failed(first, "me", outcome({ retryAfter: 300 })), true);
      assert.deepEqual(await due(store), []);
      const failing = await store.webhooks.get(webhook.id);
      assert.deepEqual([failing?.failures, failing?.failingSince, failing?.active], [1, at(0), true]);
      pass(300);
      assert.deepEqual(await due(store), [webhook.id]);
      const [second] = await claim(store, webhook.id);
      assert.deepEqual([second?.attempts, second?.lastStatus], [1, 500]);
      assert.ok(second);
      await store.deliveries.failed(second, "me", outcome({ status: null, retryAfter: null }));
      assert.equal((await store.webhooks.get(webhook.id))?.failingSince, at(0));
      pass(1_000_000);
      assert.deepEqual([await due(store), await store.deliveries.counts()], [[], { waiting: 0, dead: 1 }]);
      await happen(store, id);
      const [revived] = await claim(store, webhook.id);
      assert.deepEqual([revived?.attempts, revived?.newest], [0, 2]);
      assert.ok(revived);
      await store.deliveries.delivered(revived, "me", false);
      const well = await store.webhooks.get(webhook.id);
      assert.deepEqual([well?.failures, well?.failingSince], [0, null]);
    });

    storeTest(
      "one that fails in a row is probed once in a pause, by one of all; then told all at once",
      async (setting) => {
        const { store, place, pass } = setting;
        const { webhook } = await prepared(setting);
        const elsewhere = await place.connect();
        for (let failures = 1; failures <= 3; failures++) {
          const [delivery] = await claim(store, webhook, "me", 1);
          assert.ok(delivery);
          const pause = failures < 3 ? 0 : 30;
          await store.deliveries.failed(delivery, "me", outcome({ retryAfter: 0, pause }));
        }
        assert.deepEqual([await due(store), await claim(store, webhook)], [[], []]);
        pass(30);
        assert.deepEqual(await due(store), [webhook]);
        const probe = await claim(store, webhook);
        assert.equal(probe.length, 1);
        assert.deepEqual([await due(elsewhere), await claim(elsewhere, webhook, "they")], [[], []]);
        await store.deliveries.failed(probe[0]!, "me", outcome({ retryAfter: 7200, pause: 30 }));
        pass(30);
        const [again] = await claim(elsewhere, webhook, "they");
        assert.ok(again);
        assert.notEqual(again.account, probe[0]?.account);
        await elsewhere.deliveries.delivered(again, "they", true);
        const rest = await claim(store, webhook);
        assert.deepEqual(
          rest.map(({ account }) => account),
          [probe[0]?.account],
          "not two hours later",
        );
      },
    );

    storeTest("a disabled webhook keeps what it misses until it is enabled", async (setting) => {
      const { store, account } = setting;
      const { webhook, one, other } = await prepared(setting);
      const [delivery] = await claim(store, webhook, "me", 1);
      assert.ok(delivery);
      await store.deliveries.failed(delivery, "me", outcome({ status: 410, disable: "Gone." }));
      const disabled = await store.webhooks.get(webhook);
      assert.deepEqual([disabled?.active, disabled?.disabledReason], [false, "Gone."]);
      const third = await account();
      await happen(store, third.id);
      await happen(store, one);
      assert.deepEqual([await due(store), await claim(store, webhook)], [[], []]);
      assert.deepEqual(await store.deliveries.counts(), { waiting: 0, dead: 3 });
      const page = { after: one, limit: 1 };
      assert.deepEqual(
        (await store.deliveries.list(webhook, page)).map(({ account: of, nextAttempt }) => [of, nextAttempt]),
        [[other, null]],
      );
      const enabled = await store.webhooks.enable(webhook);
      assert.deepEqual([enabled?.active, enabled?.failures, enabled?.disabledReason], [true, 0, null]);
      assert.deepEqual(
        (await claim(store, webhook)).map(({ account: of, attempts }) => [of, attempts]),
        [one, other, third.id].map((of) => [of, 0]),
      );
    });

    storeTest("deliveries go with their account and their webhook", async (setting) => {
      const { store } = setting;
      const { webhook, one } = await prepared(setting);
      await store.accounts.delete(one);
      assert.deepEqual(await store.deliveries.counts(), { waiting: 1, dead: 0 });
      await store.webhooks.delete("acme", webhook);
      assert.deepEqual(await store.deliveries.counts(), { waiting: 0, dead: 0 });
    });
  });
