import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { ApiError } from "../../src/errors.js";
import type { CredentialSource } from "../../src/upstream/upstream.js";
import { after, answers, json, status } from "./behaviours.js";
import { fails, newBook, openClient, startService, targetAt } from "./client.js";
import type { Behaviour } from "./service.js";

/** Tokens `t1`, `t2` …, each used up by its renewal, as a service with single-use refresh tokens has them. */
const rotating = () => {
  let version = 1;
  const bearer = () => ({ credential: { scheme: "bearer" as const, token: `t${version}` }, version });
  const source = {
    renewals: 0,
    current: async () => bearer(),
    async renew(refused: number) {
      source.renewals++;
      assert.equal(refused, version);
      await delay(20);
      version++;
      return bearer();
    },
  };
  return source satisfies CredentialSource;
};
const accepting =
  (token: string): Behaviour =>
  (exchange) =>
    (exchange.request.headers.authorization === `Bearer ${token}` ? json({ ok: true }) : status(401))(exchange);

test("F10: a hundred requests at the expiry make one renewal and a hundred answers", async (t) => {
  const service = await startService(t, accepting("t2"));
  const credentials = rotating();
  const client = openClient(t);
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, number) =>
      client.for(targetAt(service.origin, { credentials })).json({ path: `/${number}` }),
    ),
  );
  assert.equal(answers.length, 100);
  assert.equal(credentials.renewals, 1);
  const old = service.requests.filter(({ headers }) => headers.authorization === "Bearer t1").length;
  assert.equal(service.count, 100 + old);
});

test("F10: a POST is repeated too, for it was refused before it was done; a stream that was read is not", async (t) => {
  const service = await startService(t, accepting("t2"));
  const client = openClient(t);
  const first = rotating();
  await client
    .for(targetAt(service.origin, { credentials: first }))
    .json({ method: "POST", path: "/", body: { a: 1 } });
  assert.deepEqual(
    service.requests.map(({ body }) => body),
    ['{"a":1}', '{"a":1}'],
  );
  const second = { ...rotating(), renewals: 0 };
  const upstream = client.for(targetAt(service.origin, { account: "2", credentials: second }));
  const body = Readable.from([Buffer.from("once")]);
  await assert.rejects(upstream.json({ method: "POST", path: "/", body }), fails("service_unauthorized"));
});

test("a credential that is refused again is told, after one renewal", async (t) => {
  const service = await startService(t, status(401));
  const credentials = rotating();
  const upstream = openClient(t).for(targetAt(service.origin, { credentials }));
  await assert.rejects(upstream.json({ path: "/" }), fails("service_unauthorized"));
  assert.deepEqual([service.count, credentials.renewals], [2, 1]);
});

test("a renewal that fails is told as it is; a credential that has none is refused at once", async (t) => {
  const service = await startService(t, status(401));
  const client = openClient(t);
  const renew = () => Promise.reject(new ApiError("service_unauthorized", "Connect the account again."));
  const credentials = { ...rotating(), renew };
  await assert.rejects(client.for(targetAt(service.origin, { credentials })).json({ path: "/" }), {
    message: "Connect the account again.",
  });
  const fixed = { current: rotating().current };
  await assert.rejects(
    client.for(targetAt(service.origin, { account: "2", credentials: fixed })).json({ path: "/" }),
    fails("service_unauthorized"),
  );
  assert.equal(service.count, 2);
});

test("who leaves during a renewal, leaves at once", async (t) => {
  const service = await startService(t, status(401));
  const controller = new AbortController();
  const renew = () => {
    controller.abort();
    return new Promise<never>(() => undefined);
  };
  const upstream = openClient(t).for(targetAt(service.origin, { credentials: { ...rotating(), renew } }));
  await assert.rejects(upstream.json({ path: "/", signal: controller.signal }), fails("timed_out"));
});

test("what a store throws instead of a credential is ours, not the service's", async (t) => {
  const service = await startService(t, json({}));
  const current = () => Promise.reject(new Error("no such row"));
  const upstream = openClient(t).for(targetAt(service.origin, { credentials: { current } }));
  for (const method of ["GET", "POST"])
    await assert.rejects(upstream.json({ method, path: "/" }), fails("internal_error"));
  assert.equal(service.count, 0);
});

test("reads in flight are one, as long as they are the same in everything", async (t) => {
  const service = await startService(t, async (exchange) => {
    await delay(30);
    await json({ n: service.count })(exchange);
  });
  const client = openClient(t);
  const book = newBook();
  const at = (more = {}) => client.for(targetAt(service.origin, { book, ...more }));
  const same = await Promise.all(Array.from({ length: 20 }, () => at().json({ path: "/a" })));
  assert.equal(new Set(same.map((answer) => JSON.stringify(answer))).size, 1);
  assert.deepEqual([service.count, book.calls, book.joined], [1, 1, 19]);
  service.play(json({}));
  const version2 = { current: async () => ({ credential: { scheme: "none" as const }, version: 2 }) };
  await Promise.all([
    at().json({ path: "/a" }),
    at({ account: "2" }).json({ path: "/a" }),
    at({ user: "u" }).json({ path: "/a" }),
    at({ credentials: version2 }).json({ path: "/a" }),
    at({ headers: { "x-extra": "1" } }).json({ path: "/a" }),
    at({ query: { x: "1" } }).json({ path: "/a" }),
    at().text({ path: "/a" }),
    at().json({ method: "PROPFIND", path: "/a", body: "<a/>" }),
    at().json({ method: "PROPFIND", path: "/a", body: "<b/>" }),
    at().json({ method: "PROPFIND", path: "/a", body: "<b/>" }),
    at().json({ method: "POST", path: "/a", body: { q: 1 }, repeatable: true }),
    at().json({ method: "POST", path: "/a", body: { q: 1 }, repeatable: true }),
    at().json({ method: "POST", path: "/a", body: { q: 1 } }),
    at().json({ method: "POST", path: "/a", body: { q: 1 } }),
  ]);
  assert.equal(service.count, 12);
});

test("one who leaves does not take the others along; the last one ends the request", async (t) => {
  const service = await startService(t, after(100, json({ ok: true })));
  const upstream = openClient(t).for(targetAt(service.origin));
  const first = new AbortController();
  const leaving = upstream.json({ path: "/", signal: first.signal });
  const staying = upstream.json({ path: "/" });
  await delay(30);
  first.abort();
  await assert.rejects(leaving, fails("timed_out"));
  assert.deepEqual(await staying, { ok: true });
  assert.equal(service.count, 1);
});

test("a read after a write is not given what was asked before it", async (t) => {
  let version = 1;
  const slowRead: Behaviour = async (exchange) => {
    const seen = version;
    await delay(80);
    await json({ version: seen })(exchange);
  };
  const service = await startService(t, (exchange) => {
    if (exchange.request.method === "GET") return slowRead(exchange);
    version++;
    return answers(204)(exchange);
  });
  const upstream = openClient(t).for(targetAt(service.origin));
  const before = upstream.json({ path: "/" });
  await delay(20);
  await upstream.json({ method: "DELETE", path: "/x" });
  assert.deepEqual(await upstream.json({ path: "/" }), { version: 2 });
  assert.deepEqual(await before, { version: 1 });
});
