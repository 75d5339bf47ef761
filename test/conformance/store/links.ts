import assert from "node:assert/strict";
import { describe } from "node:test";
import { fails } from "../../support/fails.js";
import { at, type OpenStorePlace, storeTests } from "./place.js";

const newLink = (id: string, account: number) => ({
  id,
  account,
  file: "/Ünï.txt",
  direct: true,
  password: "salt:hash",
  expires: at(3600),
});

export const linkTests = (open: OpenStorePlace) =>
  describe("links", () => {
    const storeTest = storeTests(open);

    storeTest("a link is made, read, changed and deleted", async ({ store, account, pass }) => {
      const { id: number } = await account();
      const link = await store.links.create(newLink("one", number));
      assert.deepEqual(link, { ...newLink("one", number), active: true, created: at(0), modified: at(0) });
      assert.deepEqual(await store.links.get("one"), link);
      pass(5);
      const changed = { ...link, active: false, password: null, modified: at(5) };
      assert.deepEqual(await store.links.update("one", { active: false, password: null }), changed);
      assert.deepEqual(await store.links.update("one", { expires: null }), { ...changed, expires: null });
      assert.equal(await store.links.update("none", { active: false }), null);
      assert.equal(await store.links.delete("one"), true);
      assert.equal(await store.links.delete("one"), false);
      assert.equal(await store.links.get("one"), null);
    });

    storeTest("newest first, in pages, even of one moment", async ({ store, account, pass }) => {
      const [{ id: number }, other] = [await account(), await account()];
      for (const id of ["b", "c", "a"]) await store.links.create(newLink(id, number));
      await store.links.create(newLink("of another account", other.id));
      pass(1);
      for (const id of ["y", "z", "x"]) await store.links.create(newLink(id, number));
      const listed: string[][] = [];
      for (let after: string | null = null; ; ) {
        const page = await store.links.list(number, { after, limit: 2 });
        listed.push(page.map(({ id }) => id));
        if (page.length === 0) break;
        after = page.at(-1)?.id ?? null;
      }
      assert.deepEqual(listed, [["z", "y"], ["x", "c"], ["b", "a"], []]);
    });

    storeTest("active ones alone", async ({ store, account }) => {
      const { id: number } = await account();
      for (const id of ["a", "b"]) await store.links.create(newLink(id, number));
      await store.links.update("a", { active: false });
      const ids = async (active: boolean) =>
        (await store.links.list(number, { after: null, limit: 9, active })).map(({ id }) => id);
      assert.deepEqual([await ids(true), await ids(false)], [["b"], ["a"]]);
    });

    storeTest("a page after a link that is gone, or of another account, is refused", async ({ store, account }) => {
      const [one, other] = [await account(), await account()];
      await store.links.create(newLink("theirs", other.id));
      for (const after of ["gone", "theirs"])
        await assert.rejects(store.links.list(one.id, { after, limit: 2 }), fails("invalid_parameters"));
    });

    storeTest("of several accounts, in pages that are counted, in any order", async ({ store, account, pass }) => {
      const [one, other, third] = [await account(), await account(), await account()];
      for (const [id, owner] of [
        ["a", one],
        ["b", other],
        ["c", one],
        ["d", third],
      ] as const) {
        await store.links.create(newLink(id, owner.id));
        pass(1);
      }
      await store.links.update("a", { active: false });
      const ids = async (offset: number, by: "created" | "modified", descending: boolean, active?: boolean) => {
        const order = { by, descending };
        const page = await store.links.page([one.id, other.id], { offset, limit: 2, active, order });
        return [page.total, ...page.items.map(({ id }) => id)];
      };
      assert.deepEqual(await ids(0, "created", true), [3, "c", "b"]);
      assert.deepEqual(await ids(2, "created", true), [3, "a"]);
      assert.deepEqual(await ids(0, "modified", true), [3, "a", "c"]);
      assert.deepEqual(await ids(0, "created", false, true), [2, "b", "c"]);
      assert.deepEqual(await ids(4, "created", true), [3]);
    });
  });
