import assert from "node:assert/strict";
import { describe } from "node:test";
import { type OpenStorePlace, storeTests } from "./place.js";

export const pushTests = (open: OpenStorePlace) =>
  describe("pushes", () => {
    const storeTest = storeTests(open);

    storeTest("an id is new once for each service, in all processes", async ({ store, place }) => {
      const elsewhere = await place.connect();
      assert.deepEqual(
        [
          await store.pushes.take("slack", "a"),
          await elsewhere.pushes.take("slack", "a"),
          await store.pushes.take("github", "a"),
          await store.pushes.take("slack", "b"),
        ],
        [true, false, true, true],
      );
      const both = [store, elsewhere].map(({ pushes }) => pushes.take("slack", "c"));
      assert.deepEqual((await Promise.all(both)).sort(), [false, true]);
    });

    storeTest("ids are forgotten after a day, a few at a time", async ({ store, pass }) => {
      for (const id of ["a", "b", "c"]) await store.pushes.take("slack", id);
      pass(24 * 3600 - 1);
      await store.pushes.take("slack", "d");
      assert.equal(await store.pushes.sweep(2), false);
      pass(1);
      assert.deepEqual([await store.pushes.sweep(2), await store.pushes.sweep(2)], [true, false]);
      assert.deepEqual([await store.pushes.take("slack", "a"), await store.pushes.take("slack", "d")], [true, false]);
    });

    storeTest("accounts are found by what their service calls them", async ({ store, account }) => {
      await store.applications.create({ id: "other", name: "Other" });
      const one = await account({ service: "slack", subject: "T1" });
      const same = await account({ service: "slack", subject: "T1", application: "other" });
      const two = await account({ service: "slack", subject: "T2" });
      await account({ service: "github", subject: "T1" });
      await account({ service: "slack" });
      const numbers = (subjects: string[], limit = 10) => store.accounts.bySubjects("slack", subjects, limit);
      assert.deepEqual(await numbers(["T1"]), [one.id, same.id]);
      assert.deepEqual(await numbers(["T2", "T1", "T3"]), [one.id, same.id, two.id]);
      assert.deepEqual(await numbers(["T1", "T2"], 1), [one.id]);
      assert.deepEqual(await numbers([]), []);
    });
  });
