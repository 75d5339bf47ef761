import assert from "node:assert/strict";
import { describe } from "node:test";
import type { Flow } from "../../../src/store/store.js";
import { fails } from "../../support/fails.js";
import { at, type OpenStorePlace, storeTests } from "./place.js";

const newFlow = (flow: Partial<Flow> = {}): Omit<Flow, "created"> => ({
  hash: "flow",
  application: "acme",
  service: "dropbox",
  cookie: "cookie",
  sealed: "sealed",
  expires: at(600),
  ...flow,
});

export const connectingTests = (open: OpenStorePlace) =>
  describe("flows, codes", () => {
    const storeTest = storeTests(open);

    storeTest("a flow is read until its time is over, and taken once", async ({ store, pass }) => {
      await store.flows.create(newFlow(), 5);
      assert.deepEqual(await store.flows.get("flow"), { ...newFlow(), created: at(0) });
      const taken = await Promise.all([1, 2, 3].map(() => store.flows.take("flow")));
      assert.deepEqual(taken.filter(Boolean), [{ ...newFlow(), created: at(0) }]);
      assert.equal(await store.flows.get("flow"), null);
      await store.flows.create(newFlow(), 5);
      pass(600);
      assert.equal(await store.flows.get("flow"), null);
      assert.equal(await store.flows.take("flow"), null);
    });

    storeTest("a flow of nobody becomes the first browser's, and no other's", async ({ store }) => {
      await store.flows.create(newFlow({ cookie: null }), 5);
      assert.deepEqual(
        (await Promise.all(["one", "two"].map((cookie) => store.flows.bind("flow", cookie)))).filter(Boolean),
        [true],
      );
      const { cookie } = (await store.flows.get("flow")) as Flow;
      assert.equal(await store.flows.bind("flow", String(cookie)), true);
      assert.equal(await store.flows.bind("flow", "three"), false);
      assert.equal(await store.flows.bind("none", "one"), false);
    });

    storeTest("those whose time is over go, and of too many the oldest", async ({ store, pass }) => {
      await store.flows.create(newFlow({ hash: "short", expires: at(1) }), 5);
      pass(2);
      for (let count = 0; count < 5; count++)
        await store.flows.create(newFlow({ hash: `flow ${count}`, expires: at(600 + count / 1000) }), 5);
      assert.notEqual(await store.flows.get("flow 0"), null);
      await store.flows.create(newFlow({ hash: "one more", expires: at(700) }), 5);
      assert.equal(await store.flows.get("flow 0"), null);
      assert.notEqual(await store.flows.get("flow 1"), null);
    });

    storeTest("a code is taken once, within its time", async ({ store, account, pass }) => {
      const { id } = await account();
      const code = { hash: "code", application: "acme", account: id, redirectUri: "https://x", endUser: "mary" };
      await store.codes.create({ ...code, expires: at(600) });
      const taken = await Promise.all([1, 2].map(() => store.codes.take("code")));
      assert.deepEqual(taken.filter(Boolean), [{ ...code, created: at(0), expires: at(600) }]);
      await store.codes.create({ ...code, expires: at(600) });
      pass(600);
      assert.equal(await store.codes.take("code"), null);
      await assert.rejects(store.codes.create({ ...code, account: 999, expires: at(900) }), fails("not_found"));
      await assert.rejects(store.flows.create(newFlow({ application: "nobody" }), 5), fails("not_found"));
    });
  });
