import assert from "node:assert/strict";
import { describe } from "node:test";
import { disconnectAccount, updateAccount } from "../../../src/unified/accounts.js";
import { createWebhook, deleteWebhook } from "../../../src/unified/applications/webhooks.js";
import { Follower } from "../../../src/unified/webhooks/follower.js";
import { webhookTest } from "./setting.js";

describe("following for webhooks", () => {
  webhookTest("accounts are followed from their webhook's first day to its last", async ({ core, receiver }) => {
    const { session, unified } = core;
    const follower = new Follower(unified);
    const running = async (): Promise<number> => {
      await follower.look();
      return unified.feeds.counts.running;
    };
    const accounts = [await core.connect("sandbox"), await core.connect("sandbox"), await core.connect("sandbox")];
    assert.equal(await running(), 0);
    const { webhook } = await createWebhook(session, session.caller.application, receiver.url);
    assert.equal(await running(), 3);
    assert.equal(await running(), 3, "each once");
    const another = await core.connect("sandbox");
    assert.equal(await running(), 4);
    await updateAccount(another, { enabled: false });
    await disconnectAccount(accounts[0]!);
    assert.equal(await running(), 2);
    await deleteWebhook(session, session.caller.application, webhook.id);
    assert.equal(await running(), 0);
    await createWebhook(session, session.caller.application, receiver.url);
    assert.equal(await running(), 2);
    follower.stop();
    assert.equal(unified.feeds.counts.running, 0);
    assert.equal(await running(), 0, "stopped for good");
  });
});
