import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type OpenStorePlace, storeTests } from "./place.js";

export const openingTests = (open: OpenStorePlace) =>
  describe("opening", () => {
    const storeTest = storeTests(open);

    test("many start at once on nothing, and again on what is there", async () => {
      const place = await open(() => 0);
      try {
        const [first, ...others] = await Promise.all(Array.from({ length: 5 }, () => place.connect()));
        const made = await first?.applications.create({ id: "acme", name: "Acme" });
        others.push(await place.connect());
        for (const other of others) assert.deepEqual(await other.applications.get("acme"), made);
      } finally {
        await place.close();
      }
    });

    storeTest("what one connection commits, the others see", async ({ place, account }) => {
      const other = await place.connect();
      const { id } = await account();
      assert.equal((await other.accounts.getMany([id]))[0]?.id, id);
    });

    storeTest("a check reads and writes, time and again", async ({ store, pass }) => {
      await store.check();
      pass(1);
      await store.check();
    });
  });
