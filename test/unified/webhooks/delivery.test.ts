import assert from "node:assert/strict";
import { describe } from "node:test";
import { createWebhook, enableWebhook, findWebhook } from "../../../src/unified/applications/webhooks.js";
import { SCHEDULE } from "../../../src/unified/webhooks/schedule.js";
import { fails } from "../../support/fails.js";
import { Receiver } from "../../support/receiver.js";
import { happen, type Setting, webhookTest } from "./setting.js";

const many = async ({ account, unified }: Setting, count: number): Promise<number[]> => {
  const accounts: number[] = [];
  for (let index = 0; index < count; index++) accounts.push((await account()).id);
  for (const id of accounts) await happen(unified.store, id);
  return accounts;
};
const sorted = (numbers: Iterable<number>): number[] => [...numbers].sort((one, other) => one - other);

describe("F34: delivery", () => {
  webhookTest("a receiver that is down for a day is told everything afterwards", async (setting) => {
    const { session, unified, receiver, account, deliver, pass } = setting;
    await createWebhook(session, session.caller.application, receiver.url);
    const accounts = await many(setting, 30);
    receiver.answer = () => ({ status: 503 });
    for (let minutes = 0; minutes < 24 * 60; minutes += 10) {
      await deliver();
      pass(600);
      if (minutes === 600) {
        const { id } = await account();
        await happen(unified.store, id);
        accounts.push(id);
      }
    }
    assert.ok(receiver.received.length < 400, `${receiver.received.length} attempts in a day`);
    assert.deepEqual(await unified.store.deliveries.counts(), { waiting: 31, dead: 0 });
    receiver.answer = () => receiver.well;
    receiver.received.length = 0;
    pass(600);
    await deliver();
    assert.deepEqual(sorted(receiver.told), accounts, "all at once, each once");
    assert.deepEqual(await unified.store.deliveries.counts(), { waiting: 0, dead: 0 });
  });

  webhookTest(
    "attempts follow the schedule; then the webhook is disabled and keeps what it missed",
    async (setting) => {
      const { core, session, unified, receiver, account, deliver, pass } = setting;
      const { webhook } = await createWebhook(session, session.caller.application, receiver.url);
      const { id } = await account();
      await happen(unified.store, id);
      receiver.answer = () => ({ status: 500 });
      await deliver();
      for (const seconds of SCHEDULE) {
        const attempts = receiver.told.length;
        pass(seconds - 1);
        await deliver();
        assert.equal(receiver.told.length, attempts, "not earlier");
        pass(1);
        await deliver();
        assert.equal(receiver.told.length, attempts + 1);
      }
      assert.equal(new Set(receiver.received.slice(1).map(({ headers }) => headers["webhook-id"])).size, 1);
      const disabled = await findWebhook(session, session.caller.application, webhook.id);
      assert.deepEqual([disabled.active, disabled.disabledReason], [false, "It has failed for too long."]);
      assert.deepEqual(await unified.store.deliveries.counts(), { waiting: 0, dead: 1 });
      const actions = (await unified.store.audit.newest(core.application, 1)).map(({ action }) => action);
      assert.deepEqual(actions, ["webhook.disabled"]);
      const second = await account();
      await happen(unified.store, second.id);
      pass(1e6);
      await deliver();
      await assert.rejects(enableWebhook(session, session.caller.application, webhook.id), fails("bad_request"));
      receiver.answer = () => receiver.well;
      receiver.received.length = 0;
      await enableWebhook(session, session.caller.application, webhook.id);
      await deliver();
      assert.deepEqual(sorted(receiver.told), [id, second.id]);
    },
  );

  webhookTest("410 disables at once; a redirect is not followed", async (setting) => {
    const { session, unified, receiver, deliver } = setting;
    const trap = await Receiver.start(receiver.application);
    try {
      const { webhook } = await createWebhook(session, session.caller.application, receiver.url);
      await many(setting, 1);
      receiver.answer = () => ({ status: 307, headers: { location: trap.url } });
      await deliver();
      assert.equal((await findWebhook(session, session.caller.application, webhook.id)).active, true);
      receiver.answer = () => ({ status: 410 });
      setting.pass(5);
      await deliver();
      const disabled = await findWebhook(session, session.caller.application, webhook.id);
      assert.deepEqual([disabled.active, disabled.disabledReason], [false, "It answered 410 Gone."]);
      assert.deepEqual([receiver.told.length, trap.received], [2, []]);
      assert.deepEqual(await unified.store.deliveries.counts(), { waiting: 0, dead: 1 });
    } finally {
      await trap.close();
    }
  });

  webhookTest("a receiver that does not answer delays no other", async (setting) => {
    const { session, receiver, deliverer } = setting;
    const hanging = await Receiver.start(receiver.application);
    const bad = await Receiver.start(receiver.application);
    try {
      for (const { url } of [hanging, bad, receiver]) await createWebhook(session, session.caller.application, url);
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      hanging.answer = () => held.then(() => hanging.well);
      bad.answer = () => ({ status: 500 });
      const accounts = await many(setting, 100);
      await deliverer.look();
      while (receiver.told.length < accounts.length) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.deepEqual(sorted(receiver.told), accounts);
      assert.equal(hanging.told.length, 4, "so many at once");
      assert.ok(bad.told.length < 10, `${bad.told.length} before it is left alone`);
      release();
      await deliverer.settled();
      assert.deepEqual(sorted(hanging.told), accounts);
    } finally {
      await hanging.close();
      await bad.close();
    }
  });

  webhookTest("one account's delivery that fails for ever holds up no other", async (setting) => {
    const { session, unified, receiver, deliver, pass } = setting;
    const { webhook } = await createWebhook(session, session.caller.application, receiver.url);
    const [cursed, ...others] = (await many(setting, 10)) as [number, ...number[]];
    receiver.answer = ({ body }) => (body === `account=${cursed}` ? { status: 500 } : receiver.well);
    for (const seconds of [0, ...SCHEDULE]) {
      pass(seconds);
      await happen(unified.store, others[0] as number);
      await deliver();
    }
    assert.deepEqual(new Set(receiver.told), new Set([cursed, ...others]));
    assert.equal((await findWebhook(session, session.caller.application, webhook.id)).active, true);
    assert.deepEqual(await unified.store.deliveries.counts(), { waiting: 0, dead: 1 });
  });

  webhookTest("news while a delivery fails make another message of it", async (setting) => {
    const { session, unified, receiver, account, deliver, pass } = setting;
    await createWebhook(session, session.caller.application, receiver.url);
    const { id } = await account();
    await happen(unified.store, id);
    receiver.answer = () => ({ status: 500 });
    await deliver();
    await happen(unified.store, id);
    receiver.answer = () => receiver.well;
    pass(5);
    await deliver();
    const ids = receiver.received.slice(1).map(({ headers }) => headers["webhook-id"]);
    assert.equal(new Set(ids).size, 2);
  });

  webhookTest("what a process that stops has not heard of is told again, as the same message", async (setting) => {
    const { session, unified, receiver, account, deliverer, another, pass } = setting;
    await createWebhook(session, session.caller.application, receiver.url);
    await happen(unified.store, (await account()).id);
    receiver.answer = () => new Promise(() => undefined);
    await deliverer.look();
    while (receiver.told.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await deliverer.stop(20);
    assert.deepEqual(deliverer.counts, { delivered: 0, failed: 0, dead: 0 });
    receiver.answer = () => receiver.well;
    const next = await another();
    await next.look();
    await next.settled();
    assert.equal(receiver.told.length, 1, "its lease still holds");
    pass(61);
    await next.look();
    await next.settled();
    const ids = receiver.received.slice(1).map(({ headers }) => headers["webhook-id"]);
    assert.deepEqual([ids.length, new Set(ids).size], [2, 1]);
  });

  webhookTest("two processes tell each account once", async (setting) => {
    const { session, receiver, deliverer, another } = setting;
    await createWebhook(session, session.caller.application, receiver.url);
    const accounts = await many(setting, 200);
    const both = [deliverer, await another()];
    await Promise.all(both.map((one) => one.look()));
    await Promise.all(both.map((one) => one.settled()));
    assert.deepEqual(sorted(receiver.told), accounts);
    assert.equal(
      both.reduce((sum, { counts }) => sum + counts.delivered, 0),
      200,
    );
  });
});
