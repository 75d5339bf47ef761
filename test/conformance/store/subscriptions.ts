import assert from "node:assert/strict";
import { describe } from "node:test";
import { at, type OpenStorePlace, storeTests } from "./place.js";

export const subscriptionTests = (open: OpenStorePlace) =>
  describe("subscriptions", () => {
    const storeTest = storeTests(open);

    storeTest("an account has one, until it is deleted", async ({ store, account, pass }) => {
      const [{ id: number }, other] = [await account(), await account()];
      const made = await store.subscriptions.create({ account: number, active: true });
      assert.deepEqual(made, { id: made?.id, account: number, active: true, created: at(0), modified: at(0) });
      assert.equal(await store.subscriptions.create({ account: number, active: false }), null);
      assert.deepEqual(await store.subscriptions.of(number), made);
      assert.equal(await store.subscriptions.of(other.id), null);
      pass(5);
      assert.deepEqual(await store.subscriptions.update(number, { active: false }), {
        ...made,
        active: false,
        modified: at(5),
      });
      assert.equal(await store.subscriptions.update(other.id, { active: false }), null);
      assert.equal(await store.subscriptions.delete(number), true);
      assert.equal(await store.subscriptions.delete(number), false);
    });
  });
