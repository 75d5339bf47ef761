import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { Webhook } from "standardwebhooks";
import type { Caller } from "../../../src/auth/caller.js";
import { createApiKey, revokeApiKey } from "../../../src/unified/applications/apiKeys.js";
import {
  createWebhook,
  deleteWebhook,
  enableWebhook,
  findWebhook,
  listWebhooks,
  readWebhookSecret,
  rotateWebhookSecret,
} from "../../../src/unified/applications/webhooks.js";
import { fails } from "../../support/fails.js";
import type { Received } from "../../support/receiver.js";
import { happen, webhookTest } from "./setting.js";

/** As a receiver does it. Throws where the signature is not that of the secret. */
const verify = (secret: string, { body, headers }: Received): void =>
  void new Webhook(secret).verify(body, headers as Record<string, string>, { jsonParse: false });

/** As the receivers of the old API do it. */
const kloudless = (key: string, { body }: Received): string => createHmac("sha256", key).update(body).digest("base64");

describe("webhooks", () => {
  webhookTest("a receiver is tested, then its webhook is there", async ({ core, session, receiver }) => {
    const { webhook, secret } = await createWebhook(session, session.caller.application, receiver.url);
    assert.deepEqual([webhook.url, webhook.application, webhook.active], [receiver.url, core.application, true]);
    const [request, ...others] = receiver.received as [Received];
    assert.deepEqual([request.body, others], ["account=", []]);
    assert.equal(request.headers["content-type"], "application/x-www-form-urlencoded");
    verify(secret, request);
    assert.equal(request.headers["x-kloudless-signature"], kloudless(core.firstKey as string, request));
    assert.deepEqual(await listWebhooks(session, session.caller.application), [webhook]);
    assert.deepEqual(await findWebhook(session, session.caller.application, webhook.id), webhook);
    assert.equal(await readWebhookSecret(session, session.caller.application, webhook.id), secret);
    await assert.rejects(createWebhook(session, session.caller.application, receiver.url), fails("data_conflict"));
    await deleteWebhook(session, session.caller.application, webhook.id);
    assert.deepEqual(await listWebhooks(session, session.caller.application), []);
    await assert.rejects(deleteWebhook(session, session.caller.application, webhook.id), fails("not_found"));
  });

  webhookTest("a receiver that answers wrongly is refused", async ({ core, session, receiver }) => {
    const answers = [
      { status: 200, body: "ok" },
      { status: 200, body: "" },
      { status: 200, body: `${core.application}${"x".repeat(100_000)}` },
      { status: 201, body: core.application },
      { status: 500, body: core.application },
      { status: 302, headers: { location: "/elsewhere" }, body: core.application },
    ];
    for (const answer of answers) {
      receiver.answer = () => answer;
      await assert.rejects(
        createWebhook(session, session.caller.application, receiver.url),
        fails("bad_request"),
        JSON.stringify(answer),
      );
    }
    assert.equal(receiver.received.length, answers.length, "no redirect was followed");
    assert.deepEqual(await listWebhooks(session, session.caller.application), []);
    receiver.answer = () => ({ status: 200, body: `${core.application}\n` });
    await createWebhook(session, session.caller.application, receiver.url);
  });

  webhookTest(
    "S14: private addresses are refused at set-up, whatever their spelling, and at send",
    async ({ unified, session, receiver, account, deliver }) => {
      const { port } = new URL(receiver.url);
      for (const host of [
        `127.0.0.1:${port}`,
        `localhost:${port}`,
        `[::ffff:127.0.0.1]:${port}`,
        "10.0.0.1",
        "2130706433",
      ])
        for (const scheme of ["http", "https"])
          await assert.rejects(
            createWebhook(session, session.caller.application, `${scheme}://${host}/hook`),
            fails("bad_request"),
            host,
          );
      // As if its name had led elsewhere when it was set up.
      const { id } = await unified.store.webhooks.create(
        { application: session.caller.application, url: receiver.url },
        (number) =>
          unified.webhookSecrets.seal(
            { application: session.caller.application, id: number },
            unified.webhookSecrets.create(),
          ),
      );
      await happen(unified.store, (await account()).id);
      await deliver();
      assert.equal(receiver.received.length, 0);
      assert.equal((await unified.store.webhooks.get(id))?.failures, 1);
    },
    { privateNetworks: [] },
  );

  webhookTest(
    "addresses that are none, rights that lack, a neighbour's webhook",
    async ({ core, session, receiver }) => {
      for (const url of [
        "",
        "hook",
        "ftp://127.0.0.1/",
        receiver.url.replace("//", "//user:word@"),
        `${receiver.url}#part`,
        `${receiver.url}?${"x".repeat(2048)}`,
      ])
        await assert.rejects(
          createWebhook(session, session.caller.application, url),
          fails("bad_request"),
          url.slice(0, 60),
        );
      const { webhook } = await createWebhook(session, session.caller.application, receiver.url);
      const as = (caller: Partial<Caller>) =>
        session.unified.session({ ...session.caller, ...caller }, new AbortController().signal);
      const reader = as({ rights: new Set(["read", "write", "raw"]) });
      const neighbour = as({ application: "neighbour" });
      for (const [other, code] of [
        [reader, "forbidden"],
        [neighbour, "not_found"],
      ] as const)
        for (const act of [findWebhook, deleteWebhook, enableWebhook, readWebhookSecret, rotateWebhookSecret])
          await assert.rejects(act(other, webhook.application, webhook.id), fails(code), act.name);
      await assert.rejects(createWebhook(reader, session.caller.application, `${receiver.url}/2`), fails("forbidden"));
      await assert.rejects(async () => listWebhooks(reader, session.caller.application), fails("forbidden"));
      for (let count = 1; count < 10; count++)
        await createWebhook(session, session.caller.application, `${receiver.url}/${count}`);
      await assert.rejects(
        createWebhook(session, session.caller.application, `${receiver.url}/10`),
        fails("bad_request"),
      );
      assert.equal((await listWebhooks(session, session.caller.application)).length, 10);
      assert.equal(core.application, webhook.application);
    },
  );

  webhookTest("H1: what happens is told, signed in both ways; a burst once", async (setting) => {
    const { core, unified, session, receiver, account, deliver } = setting;
    const { secret } = await createWebhook(session, session.caller.application, receiver.url);
    const { id } = await account();
    for (let count = 0; count < 20; count++) await happen(unified.store, id);
    await deliver();
    assert.deepEqual(receiver.told, [id]);
    const request = receiver.received[1] as Received;
    assert.equal(request.body, `account=${id}`);
    verify(secret, request);
    assert.equal(request.headers["x-kloudless-signature"], kloudless(core.firstKey as string, request));
    assert.throws(() => verify(secret, { ...request, body: `account=${id + 1}` }));
    assert.throws(() => verify(unified.webhookSecrets.create(), request));
    await deliver();
    assert.deepEqual(receiver.told, [id], "once");
    await happen(unified.store, id);
    await deliver();
    assert.deepEqual(receiver.told, [id, id]);
    assert.notEqual(receiver.received[1]?.headers["webhook-id"], receiver.received[2]?.headers["webhook-id"]);
  });

  webhookTest("a secret is replaced: for a day both sign", async ({ unified, session, receiver, account, deliver }) => {
    const { webhook, secret } = await createWebhook(session, session.caller.application, receiver.url);
    const next = await rotateWebhookSecret(session, session.caller.application, webhook.id);
    assert.notEqual(next, secret);
    await happen(unified.store, (await account()).id);
    await deliver();
    const request = receiver.received[1] as Received;
    assert.equal(String(request.headers["webhook-signature"]).split(" ").length, 2);
    verify(secret, request);
    verify(next, request);
    const record = await findWebhook(session, session.caller.application, webhook.id);
    const day = 24 * 3_600_000;
    assert.deepEqual(unified.webhookSecrets.valid(record, Date.now() + day + 1), [next]);
    assert.equal(await readWebhookSecret(session, session.caller.application, webhook.id), next);
  });

  webhookTest("the oldest key that is good signs; without one none does", async (setting) => {
    const { core, session, unified, receiver } = setting;
    const expires = new Date(Date.now() + 200).toISOString();
    const short = await createApiKey(session, core.application, { name: "short", rights: ["read"], expires });
    const second = await createApiKey(session, core.application, { name: "second", rights: ["read"] });
    const [first] = await unified.store.keys.list(core.application);
    await revokeApiKey(session, core.application, first?.id as number);
    const signatureAt = async (path: string) => {
      await createWebhook(session, session.caller.application, receiver.url + path);
      const request = receiver.received.at(-1) as Received;
      return [request.headers["x-kloudless-signature"], request] as const;
    };
    const [one, asked] = await signatureAt("/1");
    assert.equal(one, kloudless(short.key, asked));
    await new Promise((resolve) => setTimeout(resolve, 250));
    const [other, again] = await signatureAt("/2");
    assert.equal(other, kloudless(second.key, again));
    for (const { id } of await unified.store.keys.list(core.application))
      await revokeApiKey(session, core.application, id);
    assert.equal((await signatureAt("/3"))[0], undefined);
  });

  test("the signature of the old API is the documented one", () => {
    // HMAC-SHA256 in base64 over the raw body, by `printf 'account=123' | openssl dgst -sha256 -hmac key -binary | base64`.
    const request = { body: "account=123", headers: {}, path: "" };
    assert.equal(kloudless("key", request), "LKJ5RFo8X1TI25g4nN9VWHwfwVWrfdv3LnrNR0hNjBs=");
  });
});
