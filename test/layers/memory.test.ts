import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type MemoryHandler, memoryDispatcher } from "../../src/upstream/transports/memory.js";
import type { Target } from "../../src/upstream/upstream.js";
import { fails, openClient, targetAt } from "../faults/client.js";

const ORIGIN = "http://memory.invalid";
const JSON_TYPE = { "content-type": "application/json" };
const serve = (t: TestContext, handler: MemoryHandler, target: Partial<Target> = {}) => {
  const client = openClient(t, { privateNetworks: [], routes: new Map([[ORIGIN, memoryDispatcher(handler)]]) });
  return client.for(targetAt(ORIGIN, target));
};

test("a request arrives with all it has, and its answer comes back", async (t) => {
  const upstream = serve(t, async ({ method, path, headers, body }) => ({
    status: 200,
    headers: JSON_TYPE,
    body: JSON.stringify({ method, path, type: headers["content-type"], body: await text(body) }),
  }));
  assert.deepEqual(await upstream.json({ method: "POST", path: "/a?b=1", body: { c: "é" } }), {
    method: "POST",
    path: "/a?b=1",
    type: "application/json",
    body: '{"c":"é"}',
  });
  assert.equal(await serve(t, async () => ({ status: 204, headers: {}, body: "" })).json({ path: "/" }), null);
});

test("all layers apply: retries, renewal, refusals, joining", async (t) => {
  const seen: (string | undefined)[] = [];
  let failures = 1;
  const credential = (version: number) => ({
    credential: { scheme: "bearer" as const, token: `t${version}` },
    version,
  });
  const upstream = serve(
    t,
    async ({ path, headers }) => {
      seen.push(headers.authorization);
      if (headers.authorization === "Bearer t1") return { status: 401, headers: {}, body: "" };
      if (failures-- > 0) return { status: 503, headers: {}, body: "down" };
      if (path === "/missing") return { status: 404, headers: JSON_TYPE, body: '{"code":"gone"}' };
      return { status: 200, headers: JSON_TYPE, body: "{}" };
    },
    {
      credentials: { current: async () => credential(1), renew: async () => credential(2) },
      explain: (_, body) => ((body as { code: string }).code === "gone" ? "locked" : undefined),
    },
  );
  await assert.rejects(upstream.json({ path: "/missing" }), fails("locked"));
  assert.deepEqual(seen, ["Bearer t1", "Bearer t2", "Bearer t1", "Bearer t2"]);
  seen.length = 0;
  await Promise.all([upstream.json({ path: "/x" }), upstream.json({ path: "/x" })]);
  assert.equal(seen.length, 2);
});

test("bodies stream both ways, no faster than they are read", async (t) => {
  const upstream = serve(t, async ({ body }) => ({ status: 200, headers: {}, body }));
  let made = 0;
  const source = Readable.from(
    (function* () {
      for (; made < 64 * 2 ** 20; made += 65_536) yield Buffer.alloc(65_536, 1);
    })(),
  );
  const { body } = await upstream.stream({ method: "PUT", path: "/", body: source });
  await delay(50);
  assert.ok(made < 4 * 2 ** 20, `${made} bytes were made though nobody read`);
  let size = 0;
  for await (const chunk of body) size += chunk.length;
  assert.equal(size, 64 * 2 ** 20);
});

test("an answer that waits while its reader has paused comes whole", async (t) => {
  const large = Buffer.alloc(300_000, 7);
  const upstream = serve(t, async () => ({ status: 200, headers: {}, body: large }));
  const { body } = await upstream.stream({ path: "/" });
  await delay(10);
  assert.deepEqual(await buffer(body), large);
});

test("who leaves is noticed by the service at once", async (t) => {
  const controller = new AbortController();
  let noticed = 0;
  const upstream = serve(
    t,
    ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          noticed++;
          reject(signal.reason);
        });
        controller.abort();
      }),
    { signal: controller.signal },
  );
  await assert.rejects(upstream.json({ path: "/" }), fails("timed_out"));
  assert.equal(noticed, 1);
});

test("a reader that leaves ends the body at its source", async (t) => {
  const endless = new Readable({ read: () => undefined });
  endless.push("begun");
  const { body } = await serve(t, async () => ({ status: 200, headers: {}, body: endless })).stream({ path: "/" });
  body.destroy();
  await delay(5);
  assert.equal(endless.destroyed, true);
});

test("a service that breaks is a broken connection, and ends no stream cleanly", async (t) => {
  let calls = 0;
  const broken = serve(t, async () => {
    calls++;
    throw new Error("a bug of the service");
  });
  await assert.rejects(broken.json({ path: "/" }), fails("bad_gateway"));
  assert.equal(calls, 3);
  const half = new Readable({ read: () => undefined });
  half.push("half");
  const { body } = await serve(t, async () => ({ status: 200, headers: {}, body: half })).stream({ path: "/" });
  half.destroy(new Error("cut"));
  await assert.rejects(text(body), fails("bad_gateway"));
});

test("an upload that lies about its length, breaks off, or is not wanted", async (t) => {
  const reading = serve(t, async ({ body }) => ({ status: 200, headers: JSON_TYPE, body: await text(body) }));
  for (const content of ["abc", "abcdefg"]) {
    const request = {
      method: "PUT",
      path: "/",
      headers: { "content-length": "5" },
      body: Readable.from([Buffer.from(content)]),
    };
    await assert.rejects(reading.json(request), fails("request_failed"));
  }
  const breaking = new Readable({ read: () => undefined });
  breaking.push("begun");
  setTimeout(() => breaking.destroy(new Error("the disk is gone")), 5);
  await assert.rejects(reading.json({ method: "PUT", path: "/", body: breaking }), fails("request_failed"));
  const unread = Readable.from([Buffer.alloc(1_000_000), Buffer.alloc(1_000_000)]);
  const refusing = serve(t, async () => ({ status: 413, headers: {}, body: "" }));
  await assert.rejects(refusing.json({ method: "PUT", path: "/", body: unread }), fails("entity_too_large"));
  await delay(5);
  assert.equal(unread.destroyed, true);
});
