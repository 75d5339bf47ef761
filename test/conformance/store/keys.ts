import assert from "node:assert/strict";
import { describe } from "node:test";
import type { Key } from "../../../src/store/store.js";
import { fails } from "../../support/fails.js";
import { at, type OpenStorePlace, storeTests } from "./place.js";

const newKey = (key: Partial<Key> = {}): Omit<Key, "id" | "created"> => ({
  application: "acme",
  name: "server",
  hash: "hash",
  prefix: "ugk_abcd",
  sealed: "sealed",
  rights: ["read", "admin"],
  expires: null,
  ...key,
});

export const keyTests = (open: OpenStorePlace) =>
  describe("keys, tokens", () => {
    const storeTest = storeTests(open);

    storeTest("a key is found by its hash and as it was made", async ({ store }) => {
      const key = await store.keys.create(newKey({ expires: "2026-02-01T01:00:00+01:00" }));
      assert.deepEqual(key, { ...newKey({ expires: "2026-02-01T00:00:00.000Z" }), id: key.id, created: at(0) });
      assert.deepEqual(await store.keys.byHash("hash"), key);
      assert.equal(await store.keys.byHash("HASH"), null);
      await assert.rejects(store.keys.create(newKey()), fails("data_conflict"));
    });

    storeTest("keys are listed by age, within their application", async ({ store }) => {
      await store.applications.create({ id: "other", name: "Other" });
      const first = await store.keys.create(newKey({ hash: "1" }));
      await store.keys.create(newKey({ hash: "2", application: "other" }));
      const third = await store.keys.create(newKey({ hash: "3" }));
      assert.deepEqual(await store.keys.list("acme"), [first, third]);
      assert.deepEqual(await store.keys.list("nobody"), []);
    });

    storeTest("only its own application deletes a key", async ({ store }) => {
      await store.applications.create({ id: "other", name: "Other" });
      const { id } = await store.keys.create(newKey());
      assert.equal(await store.keys.delete("other", id), false);
      assert.equal(await store.keys.delete("acme", id), true);
      assert.equal(await store.keys.delete("acme", id), false);
      assert.equal(await store.keys.byHash("hash"), null);
    });

    storeTest("a key needs an application, a token an account", async ({ store }) => {
      await assert.rejects(store.keys.create(newKey({ application: "nobody" })), fails("not_found"));
      await assert.rejects(store.tokens.create({ hash: "t", account: 7, expires: null }), fails("not_found"));
    });

    storeTest("tokens come in the order asked for, expired ones as they are", async ({ store, account, pass }) => {
      const { id } = await account();
      await store.tokens.create({ hash: "one", account: id, expires: null });
      await store.tokens.create({ hash: "two", account: id, expires: at(5) });
      pass(60);
      const one = { hash: "one", account: id, created: at(0), expires: null };
      const two = { hash: "two", account: id, created: at(0), expires: at(5) };
      assert.deepEqual(await store.tokens.byHashes(["two", "none", "one", "two"]), [two, null, one, two]);
      assert.deepEqual(await store.tokens.byHashes([]), []);
      await assert.rejects(store.tokens.create({ hash: "one", account: id, expires: null }), fails("data_conflict"));
      assert.equal(await store.tokens.delete("one"), true);
      assert.equal(await store.tokens.delete("one"), false);
      assert.deepEqual(await store.tokens.byHashes(["one", "two"]), [null, two]);
    });
  });
