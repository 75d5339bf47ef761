import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { readConfig } from "../../src/config.js";
import { type Serving, serve } from "../../src/serve.js";
import { createLog } from "../../src/server/log.js";
import { createWebhook, rotateWebhookSecret } from "../../src/unified/applications/webhooks.js";
import { Receiver } from "../support/receiver.js";
import { KEY } from "../support/serving.js";

const apiKey = KEY.replaceAll(" ", "-");

interface Root {
  root: { id: string };
}

const ask = async <Data>(url: string, query: string): Promise<Data> => {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `APIKey ${apiKey}` },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  assert.equal(errors, undefined);
  return data;
};

const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  for (const end = performance.now() + 30_000; !(await isSo()); await sleep(20))
    assert.ok(performance.now() < end, "it never came");
};

describe("webhooks of a running server", () => {
  test("what is done through the graph is told; no secret is in log, metrics or database", async () => {
    const data = await mkdtemp(join(tmpdir(), "unigraph-webhooks-"));
    const lines: string[] = [];
    const log = createLog({ level: "trace", destination: { write: (line) => void lines.push(line) } });
    const config = {
      ...readConfig({}),
      port: 0,
      data,
      seed: "none" as const,
      overloadMs: 0,
      secret: "a secret for tests that nobody keeps",
      apiKey,
      privateNetworks: ["127.0.0.0/8"],
    };
    let receiver: Receiver | undefined;
    let serving: Serving | undefined;
    try {
      serving = await serve(config, log);
      const { url, core } = serving;
      receiver = await Receiver.start(core.application);
      const session = core.unified.internal(core.application, new AbortController().signal);
      const { webhook, secret } = await createWebhook(session, session.caller.application, receiver.url);
      const next = await rotateWebhookSecret(session, session.caller.application, webhook.id);
      const { connectAccount } = await ask<{ connectAccount: { account: { id: string; storage: Root } } }>(
        url,
        `mutation { connectAccount(input: { service: "sandbox" }) { account { id storage { root { id } } } } }`,
      );
      const { id, storage } = connectAccount.account;
      const { account: number } = (await session.resolve(id)).scope;
      const { activity } = core.unified.store;
      await until(async () => (await activity.feed(number)).version > 0); // it is followed by now
      const create = (name: string) =>
        ask(
          url,
          `mutation { createFolder(input: { parent: "${storage.root.id}", name: "${name}" }) { folder { id } } }`,
        );
      // At least once: a busy machine may tell something again.
      const more = async () => {
        const before = receiver?.told.length ?? 0;
        await until(() => (receiver?.told.length ?? 0) > before);
      };
      await Promise.all([more(), create("one")]);
      receiver.answer = () => ({ status: 500, body: "Canary of a receiver" });
      await Promise.all([more(), create("two")]);
      receiver.answer = () => (receiver as Receiver).well;
      await more();
      assert.deepEqual([...new Set(receiver.told)], [number]);
      const { deliveries } = core.unified.store;
      await until(async () => (await deliveries.counts()).waiting === 0);
      const metrics = await (await fetch(`${url}/metrics`)).text();
      assert.match(metrics, /unigraph_webhook_deliveries_total\{outcome="delivered"\} [2-9]/);
      assert.match(metrics, /unigraph_webhook_deliveries_total\{outcome="failed"\} [1-9]/);
      assert.match(metrics, /unigraph_webhook_outbox\{state="waiting"\} 0/);
      const signatures = receiver.received.flatMap(({ headers }) => [
        headers["x-kloudless-signature"],
        ...String(headers["webhook-signature"]).split(" "),
      ]);
      await serving.close({ graceMs: 1_000 });
      await serving.closeCore();
      serving = undefined;
      const files = (await readdir(data)).filter((name) => name.startsWith("unigraph.sqlite"));
      const kept = (await Promise.all(files.map((name) => readFile(join(data, name), "latin1")))).join("");
      const told = lines.join("") + metrics + kept;
      for (const canary of [secret, next, apiKey, "Canary of a receiver", ...signatures])
        assert.ok(!told.includes(canary as string), canary as string);
    } finally {
      await serving?.close({ graceMs: 0 });
      await serving?.closeCore();
      await receiver?.close();
      await rm(data, { recursive: true, force: true });
    }
  });
});
