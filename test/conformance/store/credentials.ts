import assert from "node:assert/strict";
import { describe } from "node:test";
import { at, type OpenStorePlace, storeTests } from "./place.js";

export const credentialTests = (open: OpenStorePlace) =>
  describe("credentials", () => {
    const storeTest = storeTests(open);

    storeTest("a newer version is saved over the one it came of, once", async ({ store, account }) => {
      const { credentials } = store;
      const { id } = await account();
      assert.equal(await credentials.swap(id, 2, "of a version that is not there"), false);
      const swaps = await Promise.all([1, 2, 3].map((number) => credentials.swap(id, 1, `new ${number}`)));
      assert.equal(swaps.filter(Boolean).length, 1);
      const saved = await credentials.get(id);
      assert.deepEqual([saved?.version, saved?.sealed, saved?.state], [2, `new ${swaps.indexOf(true) + 1}`, "valid"]);
      assert.equal(await credentials.swap(999, 1, "of nobody"), false);
      assert.equal(await credentials.get(999), null);
    });

    storeTest("one of many may renew, from wherever they ask", async ({ place, account }) => {
      const { id } = await account();
      const stores = await Promise.all([1, 2, 3, 4].map(() => place.connect()));
      const claims = await Promise.all(
        stores.map(({ credentials }, number) => credentials.claim(id, 1, `owner ${number}`, 30)),
      );
      const winner = claims.findIndex(({ claimed }) => claimed);
      assert.deepEqual(
        claims.map(({ claimed }) => claimed),
        stores.map((_, number) => number === winner),
      );
      for (const { credential } of claims)
        assert.deepEqual(
          [credential?.state, credential?.leaseOwner, credential?.leaseUntil],
          ["refreshing", `owner ${winner}`, at(30)],
        );
    });

    storeTest("a lease ends by the store's clock, and who takes it over is told", async ({ store, account, pass }) => {
      const { id } = await account();
      assert.equal((await store.credentials.claim(id, 1, "first", 30)).claimed, true);
      pass(29.999);
      assert.equal((await store.credentials.claim(id, 1, "second", 30)).claimed, false);
      pass(0.001);
      const { claimed, credential } = await store.credentials.claim(id, 1, "second", 30);
      assert.deepEqual([claimed, credential?.state, credential?.leaseOwner], [true, "uncertain", "second"]);
      assert.equal(await store.credentials.release(id, "first", "valid"), false);
      assert.equal((await store.credentials.get(id))?.leaseOwner, "second");
    });

    storeTest("who was overtaken cannot overwrite what is newer", async ({ store, account, pass }) => {
      const { id } = await account();
      await store.credentials.claim(id, 1, "paused", 30);
      pass(60);
      await store.credentials.claim(id, 1, "next", 30);
      assert.equal(await store.credentials.swap(id, 1, "newer"), true);
      assert.equal(await store.credentials.swap(id, 1, "older"), false);
      assert.equal(await store.credentials.release(id, "paused", "dead"), false);
      assert.deepEqual(await store.credentials.get(id), {
        account: id,
        version: 2,
        sealed: "newer",
        state: "valid",
        leaseOwner: null,
        leaseUntil: null,
        retryAt: null,
      });
    });

    storeTest("a lease is given for the current version alone", async ({ store, account }) => {
      const { id } = await account();
      await store.credentials.swap(id, 1, "second");
      const { claimed, credential } = await store.credentials.claim(id, 1, "late", 30);
      assert.deepEqual([claimed, credential?.version], [false, 2]);
      assert.deepEqual(await store.credentials.claim(999, 1, "nobody", 30), { claimed: false, credential: null });
    });

    storeTest("released for later, it waits until then", async ({ store, account, pass }) => {
      const { id } = await account();
      await store.credentials.claim(id, 1, "owner", 30);
      assert.equal(await store.credentials.release(id, "owner", "valid", 30), true);
      const waiting = await store.credentials.claim(id, 1, "eager", 30);
      assert.deepEqual(
        [waiting.claimed, waiting.credential?.state, waiting.credential?.retryAt],
        [false, "valid", at(30)],
      );
      pass(30);
      const { claimed, credential } = await store.credentials.claim(id, 1, "patient", 30);
      assert.deepEqual([claimed, credential?.state, credential?.retryAt], [true, "refreshing", null]);
    });

    storeTest("uncertainty stays until there is a newer version", async ({ store, account }) => {
      const { id } = await account();
      await store.credentials.claim(id, 1, "first", 30);
      await store.credentials.release(id, "first", "uncertain");
      assert.equal((await store.credentials.claim(id, 1, "second", 30)).credential?.state, "uncertain");
      await store.credentials.swap(id, 1, "new");
      assert.equal((await store.credentials.claim(id, 2, "third", 30)).credential?.state, "refreshing");
    });

    storeTest("what is dead is not renewed, only replaced", async ({ store, account, pass }) => {
      const { id } = await account();
      await store.credentials.claim(id, 1, "owner", 30);
      await store.credentials.release(id, "owner", "dead");
      pass(3600);
      const { claimed, credential } = await store.credentials.claim(id, 1, "again", 30);
      assert.deepEqual([claimed, credential?.state], [false, "dead"]);
      assert.equal(await store.credentials.swap(id, 1, "connected again"), true);
      assert.equal((await store.credentials.get(id))?.state, "valid");
    });
  });
