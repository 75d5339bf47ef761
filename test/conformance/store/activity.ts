import assert from "node:assert/strict";
import { describe } from "node:test";
import { ACTIVITY_KEPT, type NewActivity, type Store } from "../../../src/store/store.js";
import { fails } from "../../support/fails.js";
import { at, type OpenStorePlace, storeTests } from "./place.js";

const happened = (object: string, change: Partial<NewActivity> = {}): NewActivity => ({
  kind: "ADD",
  api: "storage",
  type: "file",
  object,
  user: null,
  ip: null,
  occurred: at(0),
  ...change,
});
const gap = (account: number) => happened(String(account), { kind: "OTHER", api: "meta", type: "account" });

/** Appends to where the feed stands. */
const add = async ({ activity }: Store, account: number, ...objects: (string | NewActivity)[]): Promise<number> => {
  const { version } = await activity.feed(account);
  const news = objects.map((one) => (typeof one === "string" ? happened(one) : one));
  const appended = await activity.append(account, version, `cursor ${version + 1}`, news);
  assert.ok(appended);
  return appended.last;
};
/** Names of objects after a number, all windows of the reading passed. */
const read = async (
  { activity }: Store,
  accounts: number[],
  after: number | null,
  rest: Partial<Parameters<Store["activity"]["read"]>[0]> = {},
): Promise<string[]> => {
  const objects: string[] = [];
  for (let from = after; ; ) {
    const { items, upTo, more } = await activity.read({ accounts, after: from, limit: 1000, ...rest });
    objects.push(...items.map(({ object }) => object));
    if (!more) return objects;
    from = upTo;
  }
};

export const activityTests = (open: OpenStorePlace) =>
  describe("activity", () => {
    const storeTest = storeTests(open);

    storeTest("what happened is kept as it was told, with the feed's cursor", async ({ store, account }) => {
      const { id } = await account();
      assert.deepEqual(await store.activity.feed(id), { version: 0, cursor: null });
      const one = happened("a 😀\n", {
        kind: "MOVE",
        api: "crm",
        type: "contact",
        user: { id: "u", name: null, email: "dana@example.com" },
        ip: "203.0.113.9",
        occurred: at(-3),
      });
      assert.deepEqual(await store.activity.append(id, 0, "first", []), { last: 0 });
      assert.deepEqual(await store.activity.append(id, 1, "second", [one, happened("b")]), { last: 2 });
      assert.deepEqual(await store.activity.feed(id), { version: 2, cursor: "second" });
      const { items, upTo } = await store.activity.read({ accounts: [id], after: null, limit: 10 });
      assert.deepEqual(items, [
        { number: 1, account: id, ...one },
        { number: 2, account: id, ...happened("b") },
      ]);
      assert.equal(upTo, 2);
      assert.deepEqual(await store.activity.get(1), items[0]);
      assert.equal(await store.activity.get(3), null);
    });

    storeTest("of many who read on from one version, one appends", async ({ store, place, account }) => {
      const { id } = await account();
      const stores = [store, await place.connect(), await place.connect()];
      for (let version = 0; version < 20; version++) {
        const told = await Promise.all(
          stores.map(({ activity }, index) => activity.append(id, version, `${index}`, [happened(`${version}`)])),
        );
        assert.equal(told.filter((one) => one !== null).length, 1);
        const winner = told.findIndex((one) => one !== null);
        assert.deepEqual(await store.activity.feed(id), { version: version + 1, cursor: `${winner}` });
      }
      assert.deepEqual(
        await read(store, [id], null),
        Array.from({ length: 20 }, (_, index) => `${index}`),
      );
      assert.equal(await store.activity.append(id, 3, "late", [happened("late")]), null);
      assert.equal(await store.activity.newest(), 20);
    });

    storeTest("one sequence over all accounts, so one cursor resumes over many", async ({ store, account }) => {
      const [one, other, third] = [(await account()).id, (await account()).id, (await account()).id];
      await add(store, one, "a");
      await add(store, other, "b", "c");
      const middle = await add(store, third, "hidden");
      await add(store, one, "d");
      await add(store, other, "e");
      assert.deepEqual(await read(store, [one, other], 0), ["a", "b", "c", "d", "e"]);
      assert.deepEqual(await read(store, [one, other], middle), ["d", "e"]);
      assert.deepEqual(await read(store, [other], middle), ["e"]);
      assert.deepEqual(await read(store, [], 0), []);
      assert.deepEqual(new Set(await store.activity.stirred(middle)), new Set([one, other]));
      assert.deepEqual(await store.activity.stirred(await store.activity.newest()), []);
    });

    storeTest("in order and limited: the next read goes on from `upTo`", async ({ store, account }) => {
      const { id } = await account();
      await add(store, id, "a", "b", "c");
      const first = await store.activity.read({ accounts: [id], after: 0, limit: 2 });
      assert.deepEqual([first.items.map(({ object }) => object), first.upTo], [["a", "b"], 2]);
      const second = await store.activity.read({ accounts: [id], after: first.upTo, limit: 2 });
      assert.deepEqual([second.items.map(({ object }) => object), second.upTo], [["c"], 3]);
    });

    storeTest("by api and kind, and a gap whatever is asked for", async ({ store, account }) => {
      const { id } = await account();
      await add(store, id, "a", happened("b", { kind: "DELETE" }), happened("c", { api: "crm" }), gap(id), "d");
      const none = String(id);
      assert.deepEqual(await read(store, [id], 0, { apis: ["crm"] }), ["c", none]);
      assert.deepEqual(await read(store, [id], 0, { kinds: ["DELETE"] }), ["b", none]);
      assert.deepEqual(await read(store, [id], 0, { apis: ["storage"], kinds: ["ADD"] }), ["a", none, "d"]);
      assert.deepEqual(await read(store, [id], 0, { apis: ["email"], kinds: [] }), [none]);
      const { items, upTo } = await store.activity.read({ accounts: [id], after: 4, apis: ["crm"], limit: 9 });
      assert.deepEqual([items, upTo], [[], 5], "what a filter passed over is not looked through again");
    });

    storeTest("many rows of others between two of ours", async ({ store, account }) => {
      const [one, other, third] = [(await account()).id, (await account()).id, (await account()).id];
      await add(store, one, "a");
      await add(store, third, ...Array.from({ length: 7_000 }, (_, index) => `${index}`));
      await add(store, other, "b");
      assert.deepEqual(await read(store, [one, other], 0), ["a", "b"]);
      assert.deepEqual(await read(store, [other], 0), ["b"]);
    });

    storeTest("after seven days it is dropped, and a cursor before it is refused", async ({ store, account, pass }) => {
      const [one, other] = [(await account()).id, (await account()).id];
      await add(store, one, "a", "b");
      pass(24 * 3600);
      await add(store, one, "c");
      assert.equal(await store.activity.sweep(100), false);
      pass(6 * 24 * 3600);
      for (let more = true; more; ) more = await store.activity.sweep(1);
      assert.deepEqual(await read(store, [one], null), ["c"]);
      assert.deepEqual(await read(store, [one], 2), ["c"]);
      await assert.rejects(store.activity.read({ accounts: [one, other], after: 1, limit: 9 }), (error: Error) => {
        assert.match(error.message, /no longer kept/);
        return fails("invalid_parameters")(error);
      });
      assert.deepEqual(await read(store, [other], 1), [], "another account has lost nothing");
    });

    storeTest("of one account no more than are kept, the oldest go", async ({ store, account }) => {
      const [one, other] = [(await account()).id, (await account()).id];
      await add(store, other, "kept");
      const names = Array.from({ length: ACTIVITY_KEPT + 20 }, (_, index) => `${index}`);
      await add(store, one, ...names.slice(0, ACTIVITY_KEPT - 5));
      await add(store, one, ...names.slice(ACTIVITY_KEPT - 5));
      for (let more = true; more; ) more = await store.activity.sweep(7);
      assert.deepEqual(await read(store, [one], null), names.slice(20));
      assert.deepEqual(await read(store, [other], null), ["kept"]);
      await assert.rejects(read(store, [one], 1), fails("invalid_parameters"));
      // More at once than are kept at all.
      const last = await add(store, one, ...names);
      assert.deepEqual(await read(store, [one], last - ACTIVITY_KEPT), names.slice(20));
      await assert.rejects(read(store, [one], last - ACTIVITY_KEPT - 1), fails("invalid_parameters"));
    });

    storeTest("a cursor that was never given out is refused", async ({ store, account }) => {
      const { id } = await account();
      const last = await add(store, id, "a");
      const ahead = { accounts: [id], after: last + 1, limit: 1 };
      await assert.rejects(store.activity.read(ahead), fails("invalid_parameters"));
    });

    storeTest("it goes with its account, and its numbers are not used again", async ({ store, account }) => {
      const { id } = await account();
      const last = await add(store, id, "a");
      await store.accounts.delete(id);
      assert.equal(await store.activity.get(last), null);
      assert.deepEqual(await store.activity.feed(id), { version: 0, cursor: null });
      await assert.rejects(store.activity.append(id, 0, "c", [happened("b")]), fails("not_found"));
      const { id: next } = await account();
      assert.equal(await add(store, next, "c"), last + 1);
    });
  });
