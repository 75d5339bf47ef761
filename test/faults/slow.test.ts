import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { Accounts } from "../../src/upstream/accountState.js";
import { AccountUpstream } from "../../src/upstream/accountUpstream.js";
import type { CallOptions } from "../../src/upstream/call.js";
import { Reads } from "../../src/upstream/reads.js";
import type { UpstreamRequest } from "../../src/upstream/upstream.js";
import { answering, type Wire } from "../layers/through.js";
import { after, answers, drip, dripHeaders, json, silence } from "./behaviours.js";
import { fails, openClient, startService, targetAt } from "./client.js";
import { until } from "./service.js";

/** Milliseconds; the bar is 100 on a quiet machine, and whatever else could end a request takes seconds. */
const SOON = 1000;

for (const [name, behaviour] of [
  ["a body that drips", drip(20)],
  ["headers that never end", dripHeaders(20)],
  ["silence", silence],
] as const)
  test(`F4: ${name} ends at the deadline with its socket`, async (t) => {
    const service = await startService(t, behaviour);
    const upstream = openClient(t).for(targetAt(service.origin, { deadlineMs: 300 }));
    const began = performance.now();
    await assert.rejects(upstream.json({ path: "/" }), fails("gateway_timeout"));
    const took = performance.now() - began;
    assert.ok(took >= 290 && took < 2000, `${took} ms`);
    assert.equal(service.count, 1);
    await until(() => service.sockets.size === 0);
  });

test("F4: a failure that drips its body does not hold up the next attempt", async (t) => {
  const dripping = ({ response }: Parameters<typeof silence>[0]) => {
    response.writeHead(503);
    response.write("{");
  };
  const service = await startService(t, dripping, json({ ok: true }));
  const upstream = openClient(t).for(targetAt(service.origin, { deadlineMs: 5000 }));
  assert.deepEqual(await upstream.json({ path: "/" }), { ok: true });
  assert.equal(service.count, 2);
});

test("a call that is known to be long has a deadline of its own, and its caller's going ends it all the same", async (t) => {
  const service = await startService(t, after(500, json({ ok: true })));
  const upstream = openClient(t).for(targetAt(service.origin, { deadlineMs: 100 }));
  const copying = { method: "PUT", path: "/" };
  await assert.rejects(upstream.json(copying), fails("gateway_timeout"));
  assert.deepEqual(await upstream.json({ ...copying, deadlineMs: 1500 }), { ok: true });
  service.play(silence);
  const began = performance.now();
  await assert.rejects(upstream.json({ ...copying, deadlineMs: 300 }), fails("gateway_timeout"));
  assert.ok(performance.now() - began >= 290);
  assert.equal(service.count, 1, "not begun anew");
  const signal = AbortSignal.timeout(50);
  await assert.rejects(upstream.json({ ...copying, deadlineMs: 60_000, signal }), fails("timed_out"));
  await until(() => service.sockets.size === 0);
});

test("how long silence is borne: half of the usual deadline where another attempt may follow, else all of it", async () => {
  const now = () => performance.now();
  const bearing = async (request: Partial<UpstreamRequest>, deadlineMs?: number) => {
    let seen: Dispatcher.DispatchOptions | undefined;
    const dispatch: Dispatcher.Dispatch = (options, handler) => {
      seen = options;
      return answering(200)(options as CallOptions, handler as Parameters<Wire>[1]) ?? true;
    };
    const machinery = { dispatch, now, accounts: new Accounts(now), reads: new Reads() };
    const target = targetAt("http://service.test", deadlineMs === undefined ? {} : { deadlineMs });
    await new AccountUpstream(target, machinery).text({ path: "/", ...request });
    assert.equal(seen?.headersTimeout, seen?.bodyTimeout);
    return seen?.headersTimeout;
  };
  assert.equal(await bearing({}), 15_000);
  assert.equal(await bearing({ method: "POST" }), 30_000);
  assert.equal(await bearing({ method: "PUT", deadlineMs: 60_000 }), 60_000);
  assert.equal(await bearing({ method: "PUT", deadlineMs: 60_000 }, 120_000), 120_000, "the account's is longer");
  assert.equal(await bearing({ method: "POST", deadlineMs: 24 * 3_600_000 }), 600_000, "no call is longer");
});

test("an upload lives as long as it moves, longer than its deadline", async (t) => {
  const service = await startService(t, answers(200, '{"ok":true}'));
  const upstream = openClient(t).for(targetAt(service.origin, { deadlineMs: 500 }));
  async function* slowly() {
    for (let part = 0; part < 8; part++) {
      await delay(100);
      yield Buffer.from("part");
    }
  }
  assert.deepEqual(await upstream.json({ method: "POST", path: "/", body: Readable.from(slowly()) }), { ok: true });
  assert.equal(service.requests[0]?.body, "part".repeat(8));
});

test("an upload that stops moving ends at the deadline", async (t) => {
  const service = await startService(t, answers(200));
  const upstream = openClient(t).for(targetAt(service.origin, { deadlineMs: 150 }));
  const body = new Readable({ read: () => undefined });
  body.push("begun");
  await assert.rejects(upstream.json({ method: "POST", path: "/", body }), fails("gateway_timeout"));
  assert.equal(body.destroyed, true);
  await until(() => service.sockets.size === 0);
});

test("F20: a caller that goes ends the request at once", async (t) => {
  const service = await startService(t, silence);
  const client = openClient(t);
  for (const end of ["target", "request"] as const) {
    const controller = new AbortController();
    const { signal } = controller;
    const upstream = client.for(targetAt(service.origin, end === "target" ? { signal } : {}));
    const answered = upstream.json({ path: "/", ...(end === "request" ? { signal } : {}) });
    await until(() => service.sockets.size === 1);
    const began = performance.now();
    controller.abort();
    await assert.rejects(answered, fails("timed_out"));
    await until(() => service.sockets.size === 0);
    assert.ok(performance.now() - began < SOON);
  }
  assert.equal(service.count, 2);
});

test("F20: a reader that goes ends its download at once", async (t) => {
  const endless = ({ response }: Parameters<typeof silence>[0]) => {
    response.writeHead(200);
    Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(65_536);
      })(),
    ).pipe(response);
  };
  const service = await startService(t, endless);
  const client = openClient(t);
  const controller = new AbortController();
  for (const leave of [(body: Readable) => body.destroy(), () => controller.abort()]) {
    const { body } = await client.for(targetAt(service.origin, { signal: controller.signal })).stream({ path: "/" });
    body.on("error", () => undefined);
    await new Promise((resolve) => body.once("data", resolve));
    const began = performance.now();
    leave(body);
    await until(() => service.sockets.size === 0);
    assert.ok(performance.now() - began < SOON);
  }
});

test("F20: who is gone before the request leaves, sends nothing; listeners do not pile up", async (t) => {
  const service = await startService(t, json({}));
  const upstream = openClient(t);
  await assert.rejects(
    upstream.for(targetAt(service.origin, { signal: AbortSignal.abort() })).json({ path: "/" }),
    fails("timed_out"),
  );
  assert.equal(service.count, 0);
  const { signal } = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
    listeners++;
    addEventListener.apply(signal, given);
  };
  signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
    listeners--;
    removeEventListener.apply(signal, given);
  };
  const patient = upstream.for(targetAt(service.origin, { signal }));
  await Promise.all(Array.from({ length: 50 }, (_, number) => patient.json({ path: `/${number}` })));
  const { body } = await patient.stream({ path: "/" });
  await new Promise((resolve) => body.resume().once("close", resolve));
  assert.equal(listeners, 0);
});

test("memory stays flat while a download waits for its reader", async (t) => {
  let sent = 0;
  const service = await startService(t, ({ response }) => {
    response.writeHead(200);
    Readable.from(
      (function* () {
        for (; sent < 2 ** 30; sent += 65_536) yield Buffer.alloc(65_536);
      })(),
    ).pipe(response);
  });
  const { body } = await openClient(t).for(targetAt(service.origin)).stream({ path: "/" });
  body.on("error", () => undefined);
  await new Promise((resolve) => body.once("readable", resolve));
  await delay(200);
  assert.ok(sent < 32 * 2 ** 20, `${sent} bytes were taken though nobody read`);
  body.destroy();
});
