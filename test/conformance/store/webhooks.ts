import assert from "node:assert/strict";
import { describe } from "node:test";
import { fails } from "../../support/fails.js";
import { at, type OpenStorePlace, storeTests } from "./place.js";

const URL = "https://hooks.example.com/in";

export const webhookTests = (open: OpenStorePlace) =>
  describe("webhooks", () => {
    const storeTest = storeTests(open);
    const create = { application: "acme", url: URL };

    storeTest("a webhook is found as it was made, within its application", async ({ store }) => {
      await store.applications.create({ id: "other", name: "Other" });
      const webhook = await store.webhooks.create(create, (id) => `sealed ${id}`);
      assert.deepEqual(webhook, {
        id: webhook.id,
        ...create,
        active: true,
        sealed: `sealed ${webhook.id}`,
        failures: 0,
        failingSince: null,
        pausedUntil: null,
        disabledReason: null,
        created: at(0),
        modified: at(0),
      });
      const second = await store.webhooks.create({ ...create, url: `${URL}/2` }, () => "sealed");
      await store.webhooks.create({ ...create, application: "other" }, () => "sealed");
      assert.deepEqual(await store.webhooks.get(webhook.id), webhook);
      assert.deepEqual(await store.webhooks.list("acme"), [webhook, second]);
      assert.equal(await store.webhooks.get(999), null);
    });

    storeTest("one address once, of an application that is there", async ({ store }) => {
      await store.webhooks.create(create, () => "sealed");
      await assert.rejects(
        store.webhooks.create(create, () => "sealed"),
        fails("data_conflict"),
      );
      await assert.rejects(
        store.webhooks.create({ ...create, application: "nobody" }, () => "sealed"),
        fails("not_found"),
      );
    });

    storeTest("a secret is sealed anew; only its own application deletes a webhook", async ({ store, pass }) => {
      await store.applications.create({ id: "other", name: "Other" });
      const { id } = await store.webhooks.create(create, () => "sealed");
      pass(5);
      const resealed = await store.webhooks.reseal(id, "anew");
      assert.deepEqual([resealed?.sealed, resealed?.modified], ["anew", at(5)]);
      assert.equal(await store.webhooks.delete("other", id), false);
      assert.equal(await store.webhooks.delete("acme", id), true);
      assert.equal(await store.webhooks.delete("acme", id), false);
      assert.deepEqual([await store.webhooks.reseal(id, "x"), await store.webhooks.enable(id)], [null, null]);
      const next = await store.webhooks.create(create, () => "sealed");
      assert.ok(next.id > id, "numbers are never used again");
    });

    storeTest("followed are the accounts that may be asked, where there is an active webhook", async (setting) => {
      const { store, account } = setting;
      await store.applications.create({ id: "other", name: "Other" });
      const [first, off, dead, last] = [await account(), await account(), await account(), await account()];
      await account({ application: "other" });
      await store.accounts.update(off.id, { enabled: false });
      await store.accounts.update(dead.id, { active: false });
      assert.deepEqual(await store.webhooks.followed({ after: 0, limit: 10 }), []);
      const { id } = await store.webhooks.create(create, () => "sealed");
      assert.deepEqual(await store.webhooks.followed({ after: 0, limit: 10 }), [], "nobody wants events");
      await store.applications.update("acme", { eventsEnabled: true });
      const followed = [first, last].map((one) => ({ id: one.id, application: "acme" }));
      assert.deepEqual(await store.webhooks.followed({ after: 0, limit: 10 }), followed);
      assert.deepEqual(await store.webhooks.followed({ after: 0, limit: 1 }), followed.slice(0, 1));
      assert.deepEqual(await store.webhooks.followed({ after: first.id, limit: 10 }), followed.slice(1));
      await store.webhooks.delete("acme", id);
      assert.deepEqual(await store.webhooks.followed({ after: 0, limit: 10 }), []);
    });
  });
