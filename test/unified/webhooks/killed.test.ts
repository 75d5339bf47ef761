import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { describe } from "node:test";
import { createWebhook } from "../../../src/unified/applications/webhooks.js";
import type { TestCore } from "../../support/core.js";
import { happen, webhookTest } from "./setting.js";

const begin = async ({ config, application }: TestCore): Promise<ChildProcess> => {
  const child = fork(new URL("./process.js", import.meta.url), {
    env: {
      UNIGRAPH_OVERLOAD_MS: "0",
      UNIGRAPH_DATA: config.data,
      UNIGRAPH_SECRET: config.secret,
      UNIGRAPH_APP_ID: application,
      UNIGRAPH_PRIVATE_NETWORKS: config.privateNetworks.join(),
      UNIGRAPH_SEED: "none",
    },
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  assert.deepEqual((await once(child, "message"))[0], "open");
  return child;
};

describe("F34: SIGKILL between", () => {
  webhookTest("a request and its answer, twice: every account is told, none is lost", async (setting) => {
    const { core, unified, session, receiver, account, deliver, pass } = setting;
    await createWebhook(session, session.caller.application, receiver.url);
    const accounts: number[] = [];
    for (let count = 0; count < 60; count++) accounts.push((await account()).id);
    for (const id of accounts) await happen(unified.store, id);
    for (const enough of [10, 25]) {
      const child = await begin(core);
      const killed = once(child, "exit");
      receiver.answer = () => {
        if (receiver.told.length >= enough) child.kill("SIGKILL");
        return receiver.well;
      };
      child.send("go");
      assert.equal((await killed)[1], "SIGKILL");
      assert.ok(receiver.told.length < accounts.length, "some were left");
      const { waiting } = await unified.store.deliveries.counts();
      assert.ok(waiting >= accounts.length - new Set(receiver.told).size, "what was not told waits");
    }
    receiver.answer = () => receiver.well;
    pass(120); // the leases of the dead run out
    await deliver();
    assert.deepEqual(new Set(receiver.told), new Set(accounts));
    assert.ok(receiver.told.length <= accounts.length + 2 * 4, "twice only what was under way");
    assert.deepEqual(await unified.store.deliveries.counts(), { waiting: 0, dead: 0 });
  });
});
