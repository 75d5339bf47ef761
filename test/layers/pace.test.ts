import assert from "node:assert/strict";
import type { IncomingHttpHeaders } from "node:http";
import { mock, type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { ApiError } from "../../src/errors.js";
import { allowanceOf } from "../../src/upstream/allowance.js";
import { Pace } from "../../src/upstream/pace.js";
import type { Budget } from "../../src/upstream/upstream.js";
import { after, answers, json, status } from "../faults/behaviours.js";
import { fails, newBook, openClient, startService, targetAt } from "../faults/client.js";

/** A pace on a clock that the test moves. */
const paced = (t: TestContext, budget: Budget) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  let now = 0;
  const queue = new Pace(budget, () => now);
  const begun: string[] = [];
  return {
    queue,
    begun,
    pass(milliseconds: number) {
      for (let step = 0; step < milliseconds; step++) {
        now++;
        mock.timers.tick(1);
      }
    },
    ask(name: string, background = false, deadline = Number.POSITIVE_INFINITY) {
      if (queue.enter()) return void begun.push(name);
      const waiter = { background, go: () => void begun.push(name) };
      queue.wait(waiter, deadline);
      return waiter;
    },
  };
};

test("as many at once as allowed, then in order of arrival, interactive first", (t) => {
  const { queue, begun, ask } = paced(t, { concurrency: 2 });
  for (const name of ["a", "b", "c"]) ask(name);
  ask("slow 1", true);
  ask("slow 2", true);
  ask("d");
  assert.deepEqual(begun, ["a", "b"]);
  for (let turn = 0; turn < 6; turn++) queue.leave();
  assert.deepEqual(begun, ["a", "b", "c", "d", "slow 1", "slow 2"]);
  assert.equal(queue.idle, true);
});

test("never more than the rate in any span, and no slower", (t) => {
  const { queue, begun, ask, pass } = paced(t, { concurrency: 100, rate: { requests: 3, seconds: 1 } });
  for (let number = 0; number < 8; number++) ask(String(number));
  assert.equal(begun.length, 3);
  pass(999);
  assert.equal(begun.length, 3);
  pass(1);
  assert.equal(begun.length, 6);
  pass(1000);
  assert.equal(begun.length, 8);
  assert.equal(queue.queued, 0);
});

test("who cannot have a turn in time is told when, at once; who leaves makes room", (t) => {
  const { queue, ask, pass, begun } = paced(t, { concurrency: 100, rate: { requests: 1, seconds: 10 } });
  ask("a");
  assert.throws(
    () => ask("b", false, 5000),
    fails("too_many_service_requests", ({ context }) => assert.equal(context.retryAfter, 10)),
  );
  const c = ask("c");
  assert.ok(c);
  queue.leaveQueue(c);
  ask("d");
  pass(10_000);
  assert.deepEqual(begun, ["a", "d"]);
});

test("the queue has an end", (t) => {
  const { ask } = paced(t, { concurrency: 1 });
  for (let number = 0; number < 1001; number++) ask(String(number));
  assert.throws(() => ask("one too many"), ApiError);
});

test("what the service tells is kept: nothing leaves while nothing is left", (t) => {
  const { queue, begun, ask, pass } = paced(t, { concurrency: 10 });
  queue.learn({ limit: 100, remaining: 7, reset: 5 });
  ask("a");
  assert.deepEqual([queue.limits?.limit, queue.limits?.remaining, queue.limits?.queued], [100, 7, 0]);
  assert.match(String(queue.limits?.resets), /^\d{4}-.*Z$/);
  queue.learn({ limit: 100, remaining: 0, reset: 5 });
  ask("b");
  assert.deepEqual([begun, queue.limits?.queued], [["a"], 1]);
  pass(5000);
  assert.deepEqual([begun, queue.limits?.remaining, queue.limits?.resets], [["a", "b"], 100, null]);
});

test("the ways to spell a limit", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  const seconds = now / 1000;
  const told = { limit: 100, remaining: 4, reset: 30 };
  for (const headers of [
    { "ratelimit-limit": "100", "ratelimit-remaining": "4", "ratelimit-reset": "30" },
    { "ratelimit-limit": "100, 100;w=60", "ratelimit-remaining": "4", "ratelimit-reset": "30" },
    { ratelimit: "limit=100, remaining=4, reset=30" },
    { ratelimit: '"default";r=4;t=30', "ratelimit-policy": '"default";q=100;w=60' },
    { "x-ratelimit-limit": "100", "x-ratelimit-remaining": "4", "x-ratelimit-reset": String(seconds + 30) },
    { "x-ratelimit-limit": "100", "x-ratelimit-remaining": "4", "x-ratelimit-reset": String(now + 30_000) },
    { "x-rate-limit-limit": "100", "x-rate-limit-remaining": "4", "x-rate-limit-reset": "2026-01-01T00:00:30Z" },
    { "x-ratelimit-limit": "100", "x-ratelimit-remaining": "4", "x-ratelimit-reset-after": "29.5" },
  ])
    assert.deepEqual(allowanceOf({ ...headers } as IncomingHttpHeaders, now), told, JSON.stringify(headers));
  assert.equal(allowanceOf({}, now), undefined);
  assert.deepEqual(allowanceOf({ "x-ratelimit-remaining": "many" }, now), {});
});

test("each attempt waits its turn; waiting is written in the book and seen by the account", async (t) => {
  const service = await startService(t, after(20, json({})));
  const client = openClient(t);
  const book = newBook();
  const budget = { concurrency: 2 };
  const upstream = client.for(targetAt(service.origin, { budget, book }));
  const all = Promise.all(Array.from({ length: 8 }, (_, number) => upstream.json({ path: `/${number}` })));
  await delay(5);
  assert.equal(client.rateLimit("1")?.queued, 6);
  await all;
  assert.equal(service.busiest, 2);
  assert.equal(book.calls, 8);
  assert.ok(book.waitedMs >= 20 + 20 + 40 + 40);
  assert.equal(client.rateLimit("1"), null);
  assert.equal(client.rateLimit("2"), null);
});

test("who waits for its turn until the deadline is told when to come back", async (t) => {
  const service = await startService(t, after(400, json({})));
  const client = openClient(t);
  const budget = { concurrency: 1 };
  const first = client.for(targetAt(service.origin, { budget })).json({ path: "/1" });
  await assert.rejects(
    client.for(targetAt(service.origin, { budget, deadlineMs: 100 })).json({ path: "/2" }),
    fails("too_many_service_requests", ({ context }) => assert.equal(context.retryAfter, 1)),
  );
  await first;
  assert.equal(service.count, 1);
});

test("what a service tells of its limits reaches the account", async (t) => {
  const service = await startService(
    t,
    json({}, { "x-ratelimit-limit": "60", "x-ratelimit-remaining": "59", "x-ratelimit-reset": "30" }),
  );
  const client = openClient(t);
  await client.for(targetAt(service.origin)).json({ path: "/" });
  const { resets, ...limits } = client.rateLimit("1") ?? {};
  assert.deepEqual(limits, { limit: 60, remaining: 59, queued: 0 });
  assert.ok(Math.abs(Date.parse(String(resets)) - Date.now() - 30_000) < 2000);
});

test("a download gives up its turn with its head, so a copy within one account cannot stop itself", async (t) => {
  const service = await startService(t, answers(200, Buffer.alloc(1_000_000)), answers(200, "{}"));
  const upstream = openClient(t).for(targetAt(service.origin, { budget: { concurrency: 1 } }));
  const { body } = await upstream.stream({ path: "/from" });
  await upstream.json({ method: "PUT", path: "/to", body });
  assert.equal(service.count, 2);
});

test("accounts do not wait for each other", async (t) => {
  const service = await startService(t, status(429, { "retry-after": "60" }), json({ ok: true }));
  const client = openClient(t);
  await assert.rejects(client.for(targetAt(service.origin)).json({ path: "/" }));
  assert.deepEqual(await client.for(targetAt(service.origin, { account: "2" })).json({ path: "/" }), { ok: true });
});
