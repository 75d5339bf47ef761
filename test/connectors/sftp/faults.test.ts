import assert from "node:assert/strict";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { after, before, describe, type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ROOT } from "../../../src/connectors/connector.js";
import { Session } from "../../../src/unified/session.js";
import { FaultProxy } from "../../faults/proxy.js";
import { until } from "../../faults/service.js";
import { install } from "../../servers/install.js";
import { keyFields, openssh } from "../../servers/openssh.js";
import { type Server, start } from "../../servers/server.js";
import { bytesOf, contentOf, sha256, streamOf } from "../../support/bytes.js";
import { type TestCore, testCore } from "../../support/core.js";
import { fails } from "../../support/fails.js";

/** What is live is what is left when all else has been collected. */
const collector = (): (() => void) => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
};

const LARGE = 64 * 2 ** 20;

describe("sftp: networks that break", { skip: await install(openssh) }, () => {
  let server: Server;
  let core: TestCore;
  before(async () => {
    server = await start(openssh);
    await writeFile(join(server.files, "large.bin"), streamOf(LARGE));
  });
  after(() => server?.stop());

  const through = async (t: TestContext) => {
    core = await testCore();
    t.after(() => core.close());
    const proxy = await FaultProxy.start(t, server.port);
    const fields = { host: "127.0.0.1", port: String(proxy.port), folder: server.files, ...keyFields };
    const account = await core.connect("sftp", fields);
    await account.storage.get({ type: "folder", id: ROOT });
    return { proxy, account, storage: account.storage };
  };

  test("memory stays as it is while large files go up and down", async (t) => {
    const { storage } = await through(t);
    const collect = collector();
    const live = () => {
      collect();
      const { external, heapUsed } = process.memoryUsage();
      return external + heapUsed;
    };
    const before = live();
    const samples: number[] = [];
    const timer = setInterval(() => samples.push(live() - before), 1000);
    const file = { parent: ROOT, name: "memory.bin", size: 2 * LARGE, ifExists: "fail" } as const;
    await storage.upload(file, streamOf(2 * LARGE));
    const { body } = await storage.download("/memory.bin");
    let seen = 0;
    for await (const chunk of body) seen += (chunk as Buffer).length;
    clearInterval(timer);
    assert.equal(seen, 2 * LARGE);
    // Half of them: on a busy machine what has been collected is given back late.
    const median = samples.sort((one, other) => one - other)[samples.length >> 1] ?? 0;
    assert.ok(median < LARGE / 4, `${median} bytes more than before`);
  });

  test("F7: a reset midway ends a download with an error, never as if it were whole; the next one is", async (t) => {
    const { proxy, storage } = await through(t);
    const { body, length } = await storage.download("/large.bin");
    let seen = 0;
    body.on("data", (chunk: Buffer) => {
      seen += chunk.length;
      if (seen > 2 ** 20) proxy.reset();
    });
    await assert.rejects(finished(body), fails("bad_gateway"));
    assert.ok(length === LARGE && seen < LARGE);
    assert.equal(sha256(await contentOf((await storage.download("/large.bin")).body)), sha256(bytesOf(LARGE)));
  });

  test("F7: a reset while nobody reads is told to who reads on", async (t) => {
    const { proxy, storage } = await through(t);
    const { body } = await storage.download("/large.bin");
    await new Promise((read) => body.once("readable", read));
    body.read(10);
    await delay(100);
    proxy.reset();
    await delay(50);
    await assert.rejects(contentOf(body), fails("bad_gateway"));
  });

  test("F7: a reset midway ends an upload with an error, and nothing of it stays", async (t) => {
    const { proxy, storage } = await through(t);
    const source = streamOf(LARGE);
    let sent = 0;
    source.on("data", (chunk: Buffer) => {
      sent += chunk.length;
      if (sent > LARGE / 4) proxy.reset();
    });
    const file = { parent: ROOT, name: "broken.bin", size: LARGE, ifExists: "fail" } as const;
    await assert.rejects(storage.upload(file, source), fails("bad_gateway"));
    assert.deepEqual(await readdir(server.files), ["large.bin", "memory.bin"]);
  });

  test("F4: a network that swallows everything: told at the deadline, the sockets destroyed, and then it goes on", async (t) => {
    const { proxy, account } = await through(t);
    const { client } = core.unified;
    const connections = client.connections({ ...account.target(), deadlineMs: 300 }, account.record.settings);
    const { connector } = account;
    const context = { ...account.context("storage", false), connections };
    proxy.isBlackhole = true;
    const began = performance.now();
    await assert.rejects(connector.storage!.get(context, { type: "folder", id: ROOT }), fails("gateway_timeout"));
    assert.ok(performance.now() - began < 800);
    await until(() => proxy.pairs.size === 0);
    proxy.isBlackhole = false;
    await connector.storage!.get(context, { type: "folder", id: ROOT });
  });

  test("F4: a download that nothing comes of is told at the deadline; one that nobody reads is left alone", async (t) => {
    const { proxy, account } = await through(t);
    const connections = core.unified.client.connections(
      { ...account.target(), deadlineMs: 300 },
      account.record.settings,
    );
    const context = { ...account.context("storage", false), connections };
    const { body } = await account.connector.storage!.download!(context, "/large.bin");
    await new Promise((read) => body.once("readable", read));
    await delay(700);
    assert.equal(body.destroyed, false);
    proxy.isBlackhole = true;
    await assert.rejects(contentOf(body), fails("gateway_timeout"));
  });

  test("F20: callers that leave downloads and uploads at any moment leave nothing", async (t) => {
    const { account } = await through(t);
    for (let cycle = 0; cycle < 30; cycle++) {
      const leaving = new AbortController();
      const session = new Session(core.unified, core.session.caller, leaving.signal);
      const { storage } = session.open(account.record);
      const name = `leaving ${cycle}`;
      const work = Promise.allSettled([
        storage.download("/large.bin").then(({ body }) => finished(body.resume())),
        storage.upload({ parent: ROOT, name, size: LARGE, ifExists: "fail" }, streamOf(LARGE)),
        storage.list(ROOT, { cursor: null, limit: 10 }),
      ]);
      await delay(Math.random() * 40);
      leaving.abort();
      await work;
    }
    await account.storage.get({ type: "folder", id: ROOT });
    const left = (await readdir(server.files)).filter((name) => name.startsWith("."));
    assert.deepEqual(
      left.filter((name) => name.startsWith(".unigraph")),
      [],
    );
    assert.ok(core.unified.client.openConnections <= 2);
  });
});
