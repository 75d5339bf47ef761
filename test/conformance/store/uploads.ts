import assert from "node:assert/strict";
import { describe } from "node:test";
import { fails } from "../../support/fails.js";
import { at, type OpenStorePlace, storeTests } from "./place.js";

const newUpload = (id: string, account: number, expires = at(3600)) => ({
  id,
  account,
  user: "mary",
  parent: "root",
  name: "big 😀.bin",
  size: 2 ** 40 + 1,
  mimeType: "application/octet-stream",
  overwrite: true,
  expires,
});

export const uploadTests = (open: OpenStorePlace) =>
  describe("uploads", () => {
    const storeTest = storeTests(open);

    storeTest("an upload is made, goes on and ends", async ({ store, account }) => {
      const { id: number } = await account();
      const upload = await store.uploads.create(newUpload("u", number));
      assert.deepEqual(upload, {
        ...newUpload("u", number),
        received: 0,
        number: null,
        session: null,
        receipts: [],
        file: null,
        created: at(0),
      });
      const session = { key: "k", part: 1, done: false, none: null };
      const receipts = [{ number: 1, receipt: '"etag"' }];
      await store.uploads.update("u", { received: 2 ** 40, session, receipts });
      await store.uploads.update("u", {});
      await store.uploads.update("u", { file: "native" });
      assert.deepEqual(await store.uploads.get("u"), {
        ...upload,
        received: 2 ** 40,
        session,
        receipts,
        file: "native",
      });
      await store.uploads.update("u", { session: null });
      assert.equal((await store.uploads.get("u"))?.session, null);
      assert.equal(await store.uploads.delete("u"), true);
      assert.equal(await store.uploads.delete("u"), false);
      assert.equal(await store.uploads.get("u"), null);
      await store.uploads.update("u", { received: 1 });
    });

    storeTest("those whose time is over, oldest first", async ({ store, account, pass }) => {
      const { id: number } = await account();
      for (const [id, seconds] of Object.entries({ later: 30, soon: 10, soonest: 5 }))
        await store.uploads.create(newUpload(id, number, at(seconds)));
      const ids = async (limit: number) => (await store.uploads.expired(limit)).map(({ id }) => id);
      assert.deepEqual(await ids(9), []);
      pass(10);
      assert.deepEqual(await ids(9), ["soonest", "soon"]);
      assert.deepEqual(await ids(1), ["soonest"]);
    });

    storeTest("those of one account into one folder, as long as they have time", async ({ store, account, pass }) => {
      const [one, other] = [await account(), await account()];
      await store.uploads.create({ ...newUpload("a", one.id, at(30)), parent: "" });
      await store.uploads.create({ ...newUpload("b", one.id, at(10)), parent: "" });
      await store.uploads.create({ ...newUpload("c", other.id, at(30)), parent: "" });
      await store.uploads.create(newUpload("d", one.id, at(30)));
      const ids = async (limit: number) => (await store.uploads.into(one.id, "", limit)).map(({ id }) => id);
      assert.deepEqual(await ids(9), ["a", "b"]);
      assert.deepEqual(await ids(1), ["a"]);
      pass(10);
      assert.deepEqual(await ids(9), ["a"]);
    });

    storeTest("no second of an id, none without an account", async ({ store, account }) => {
      const { id: number } = await account();
      await store.uploads.create(newUpload("u", number));
      await assert.rejects(store.uploads.create(newUpload("u", number)), fails("data_conflict"));
      await assert.rejects(store.uploads.create(newUpload("v", 999)), fails("not_found"));
    });

    storeTest("counted ones have numbers that none had before, and parts in any order", async ({ store, account }) => {
      const { id: number } = await account();
      const counted = (id: string) => store.uploads.create({ ...newUpload(id, number), counted: true });
      const [one, two] = [await counted("one"), await counted("two")];
      assert.ok((two.number as number) > (one.number as number));
      await store.uploads.delete("two");
      assert.ok(((await counted("three")).number as number) > (two.number as number));
      assert.equal((await store.uploads.byNumber(one.number as number))?.id, "one");
      assert.equal(await store.uploads.byNumber(two.number as number), null);
      await store.uploads.putPart("one", { number: 2, length: 7, receipt: "b" });
      await store.uploads.putPart("one", { number: 1, length: 5, receipt: "wrong" });
      await store.uploads.putPart("one", { number: 1, length: 9, receipt: "a" });
      assert.deepEqual(await store.uploads.parts("one"), [
        { number: 1, length: 9, receipt: "a" },
        { number: 2, length: 7, receipt: "b" },
      ]);
    });
  });
