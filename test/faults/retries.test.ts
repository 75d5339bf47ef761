import assert from "node:assert/strict";
import { createServer } from "node:net";
import { Readable } from "node:stream";
import { test } from "node:test";
import { STATUS } from "../../src/errors.js";
import type { Explain, VersionedCredential } from "../../src/upstream/upstream.js";
import { answers, json, reset, status } from "./behaviours.js";
import { fails, newBook, openClient, startService, targetAt } from "./client.js";
import type { Behaviour } from "./service.js";

const SERVER_ERRORS = [
  500, 501, 502, 503, 504, 505, 506, 507, 508, 509, 510, 511, 520, 521, 522, 523, 524, 525, 526, 527, 529, 530, 540,
  561, 599,
];

test("F1: each of 25 statuses of a failing service is tried once more, and three times in all", async (t) => {
  const service = await startService(t, json({}));
  const client = openClient(t);
  for (const [index, code] of SERVER_ERRORS.entries()) {
    const upstream = client.for(targetAt(service.origin, { account: String(index) }));
    service.play(status(code), json({ ok: true }));
    assert.deepEqual(await upstream.json({ path: "/once" }), { ok: true }, String(code));
    assert.equal(service.count, 2, String(code));
    service.play(status(code));
    const expected = {
      501: "not_implemented",
      503: "service_not_available",
      504: "gateway_timeout",
      507: "insufficient_storage",
    }[code] as keyof typeof STATUS | undefined;
    await assert.rejects(upstream.json({ path: "/always" }), fails(expected ?? "bad_gateway"));
    assert.equal(service.count, 3, String(code));
  }
});

test("F1: statuses that the operator calls final are not retried", async (t) => {
  const service = await startService(t, status(501));
  const upstream = openClient(t, { finalStatuses: [501, 505, 507] }).for(targetAt(service.origin));
  await assert.rejects(upstream.json({ path: "/" }), fails("not_implemented"));
  assert.equal(service.count, 1);
});

test("F1: a status that the connector reads is its answer", async (t) => {
  const service = await startService(t, status(501));
  const answer = await openClient(t)
    .for(targetAt(service.origin))
    .text({ method: "PUT", path: "/", accept: [501] });
  assert.deepEqual([answer.status, service.count], [501, 1]);
});

test("F1: a POST is repeated only when it is marked, or carries an idempotency key", async (t) => {
  const service = await startService(t, json({}));
  const client = openClient(t);
  const attempts = async (request: object): Promise<number> => {
    service.play(status(503));
    // Each as an account of its own, with a budget of retries of its own.
    const upstream = client.for(targetAt(service.origin, { account: JSON.stringify(request) }));
    await assert.rejects(
      upstream.json({ method: "POST", path: "/", body: {}, ...request }),
      fails("service_not_available"),
    );
    return service.count;
  };
  assert.equal(await attempts({}), 1);
  assert.equal(await attempts({ method: "PATCH" }), 1);
  assert.equal(await attempts({ method: "PUT", repeatable: false }), 1);
  assert.equal(await attempts({ repeatable: true }), 3);
  assert.equal(await attempts({ headers: { "Idempotency-Key": "k" } }), 3);
  for (const method of ["PUT", "DELETE", "PROPFIND", "REPORT", "OPTIONS"])
    assert.equal(await attempts({ method }), 3, method);
});

test("F1: the same body is sent by every attempt, and a stream by one only", async (t) => {
  const service = await startService(t, status(503), status(503), json({ ok: true }));
  const upstream = openClient(t).for(targetAt(service.origin));
  await upstream.json({ method: "PUT", path: "/", body: { a: "é" } });
  assert.deepEqual(
    service.requests.map(({ body }) => Buffer.from(body, "latin1").toString()),
    ['{"a":"é"}', '{"a":"é"}', '{"a":"é"}'],
  );
  service.play(status(503));
  const body = Readable.from([Buffer.from("once")]);
  await assert.rejects(upstream.json({ method: "PUT", path: "/", body }), fails("service_not_available"));
  assert.equal(service.count, 1);
});

test("F1: a reset after the request was sent is retried like a status", async (t) => {
  const service = await startService(t, reset, json({ ok: true }));
  const upstream = openClient(t).for(targetAt(service.origin));
  assert.deepEqual(await upstream.json({ path: "/" }), { ok: true });
  assert.equal(service.count, 2);
  service.play(reset);
  await assert.rejects(upstream.json({ method: "POST", path: "/", body: {} }), fails("bad_gateway"));
  assert.equal(service.count, 1);
  await assert.rejects(upstream.json({ path: "/" }), fails("bad_gateway"));
  assert.equal(service.count, 4);
});

test("an answer tells whether an attempt before had left, as far as that is not known to have failed", async (t) => {
  const service = await startService(t, json({}));
  const upstream = openClient(t).for(targetAt(service.origin));
  const told = async (...script: Behaviour[]) => {
    service.play(...script);
    const { repeated } = await upstream.text({ method: "PUT", path: "/", accept: [412] });
    const { repeated: streamed, body } = await upstream.stream({ method: "PUT", path: "/", accept: [412] });
    body.destroy();
    return [repeated, streamed];
  };
  assert.deepEqual(await told(status(412)), [false, false]);
  assert.deepEqual(await told(reset, status(412), reset, status(412)), [true, true]);
  assert.deepEqual(await told(status(503), status(201), status(500), status(201)), [true, true]);
  const known = async (): Promise<VersionedCredential> => ({ credential: { scheme: "none" }, version: 1 });
  const renewing = targetAt(service.origin, { credentials: { current: known, renew: known } });
  service.play(status(401), json({}));
  const renewed = await openClient(t).for(renewing).text({ method: "PUT", path: "/" });
  assert.equal(renewed.repeated, false, "what was refused for its credential was not done");
  assert.equal(service.count, 2);
});

test("a DELETE that was repeated has done it when nothing is there any more; one that was not finds nothing", async (t) => {
  const service = await startService(t, json({}));
  const upstream = openClient(t).for(targetAt(service.origin));
  const remove = { method: "DELETE", path: "/" };
  for (const gone of [404, 410]) {
    service.play(reset, answers(gone, "<html>nothing</html>"));
    assert.deepEqual([(await upstream.text(remove)).status, service.count], [gone, 2]);
    service.play(status(503), answers(gone, "<html>nothing</html>"));
    assert.equal(await upstream.json(remove), null);
    service.play(status(gone));
    await assert.rejects(upstream.text(remove), fails("not_found"));
    assert.equal(service.count, 1);
  }
  service.play(reset, status(404));
  await assert.rejects(upstream.text({ path: "/" }), fails("not_found"));
  service.play(reset, status(409));
  await assert.rejects(upstream.text(remove), fails("data_conflict"));
});

test("a refused connection is tried three times by any method, even with a stream", async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const attempts: (string | null)[] = [];
  const client = openClient(t, { observe: ({ error }) => attempts.push(error) });
  const upstream = client.for(targetAt(`http://127.0.0.1:${port}`));
  const body = Readable.from([Buffer.from("once")]);
  await assert.rejects(upstream.json({ method: "POST", path: "/", body }), fails("service_not_available"));
  assert.deepEqual(attempts, ["ECONNREFUSED", "ECONNREFUSED", "ECONNREFUSED"]);
  assert.equal(client.counts.retries.connect, 2);
  assert.equal(body.destroyed, true);
});

test("F2: every form of Retry-After, exactly one call", async (t) => {
  const date = "Wed, 21 Oct 2015 07:28:00 GMT";
  const forms: [string | undefined, Record<string, string>, number | undefined][] = [
    ["7", {}, 7],
    [" 7 ", {}, 7],
    ["0", {}, 0],
    ["1.2", {}, 2],
    // By the service's own clock, however wrong.
    ["Wed, 21 Oct 2015 07:29:30 GMT", { date }, 90],
    ["Wednesday, 21-Oct-15 07:28:05 GMT", { date }, 5],
    ["Wed, 21 Oct 2015 07:27:00 GMT", { date }, 0],
    [new Date(Date.now() + 60_000).toUTCString(), {}, 60],
    ["soon", {}, undefined],
    ["-5", {}, undefined],
    ["7 seconds", {}, undefined],
    ["", {}, undefined],
    [undefined, {}, undefined],
  ];
  const service = await startService(t, json({}));
  const client = openClient(t);
  for (const [index, [value, headers, expected]] of forms.entries()) {
    service.play(status(429, { ...headers, ...(value === undefined ? {} : { "retry-after": value }) }));
    const upstream = client.for(targetAt(service.origin, { account: String(index) }));
    await assert.rejects(
      upstream.json({ path: "/" }),
      fails("too_many_service_requests", ({ context, status: told }) => {
        assert.equal(told, 429);
        const close =
          expected !== undefined && context.retryAfter !== undefined && Math.abs(context.retryAfter - expected) <= 1;
        assert.ok(close || context.retryAfter === expected, `${value} was read as ${context.retryAfter}`);
        assert.equal("retryAfter" in context, expected !== undefined);
      }),
    );
    assert.equal(service.count, 1, value);
  }
});

test("F2: after a 429 nothing leaves before the time has come, and is told so", async (t) => {
  const service = await startService(t, status(429, { "retry-after": "90" }), json({}));
  const upstream = openClient(t).for(targetAt(service.origin));
  await assert.rejects(upstream.json({ path: "/" }), fails("too_many_service_requests"));
  await assert.rejects(
    upstream.json({ path: "/" }),
    fails("too_many_service_requests", ({ context }) => assert.equal(context.retryAfter, 90)),
  );
  assert.equal(service.count, 1);
});

test("a service that is down gets a tenth more calls, not three times as many", async (t) => {
  const service = await startService(t, status(503));
  const client = openClient(t, { now: () => 1e6 });
  const upstream = client.for(targetAt(service.origin));
  for (let call = 0; call < 200; call++)
    await assert.rejects(upstream.json({ path: `/${call}` }), fails("service_not_available"));
  assert.equal(service.count, 200 + 20);
  assert.ok(client.counts.retryBudgetExhausted > 0);
});

test("a 5xx that asks for longer than the deadline is told at once", async (t) => {
  const service = await startService(t, status(503, { "retry-after": "120" }));
  const upstream = openClient(t).for(targetAt(service.origin));
  const told = fails("service_not_available", ({ context }) => assert.equal(context.retryAfter, 120));
  await assert.rejects(upstream.json({ path: "/" }), told);
  assert.equal(service.count, 1);
});

test("400 to 499 are final, each with its code", async (t) => {
  const service = await startService(t, json({}));
  const upstream = openClient(t).for(targetAt(service.origin));
  for (const code of [400, 402, 403, 404, 405, 406, 408, 409, 410, 412, 413, 415, 418, 422, 423, 425, 451, 499]) {
    service.play(status(code));
    await assert.rejects(upstream.json({ path: "/" }), (error: { code: keyof typeof STATUS }) => error.code in STATUS);
    assert.equal(service.count, 1, String(code));
  }
});

test("a refusal is explained by its body, which does not reach the caller", async (t) => {
  const secret = "sk_live_0123456789abcdef0123456789";
  const service = await startService(t, answers(409, JSON.stringify({ tag: "conflict", secret })));
  const seen: unknown[] = [];
  const explain: Explain = (code, body) => {
    seen.push(code, body);
    return "naming_conflict";
  };
  await assert.rejects(
    openClient(t).for(targetAt(service.origin, { explain })).json({ path: "/" }),
    fails("naming_conflict", (error) => {
      assert.doesNotMatch(`${error.message} ${String(error.cause)}`, /sk_live/);
      assert.match(String(error.cause), /409 .*conflict/);
    }),
  );
  assert.deepEqual(seen, [409, { tag: "conflict", secret }]);
});

test("a long refusal is read in part, and an explanation that breaks is none", async (t) => {
  const service = await startService(t, answers(400, "x".repeat(500_000), { "content-type": "text/plain" }));
  let length = 0;
  const explain: Explain = (_, body) => {
    length = String(body).length;
    throw new Error("not as expected");
  };
  const upstream = openClient(t).for(targetAt(service.origin, { explain }));
  await assert.rejects(upstream.json({ path: "/" }), fails("request_failed"));
  assert.ok(length >= 65_536 && length < 262_144, String(length));
});

test("a status that the connector reads itself is not thrown", async (t) => {
  const service = await startService(t, answers(404, "gone"), answers(302, "", { location: "/elsewhere" }));
  const upstream = openClient(t).for(targetAt(service.origin));
  const { status: code, text } = await upstream.text({ path: "/", accept: [404] });
  assert.deepEqual([code, text], [404, "gone"]);
  const redirect = await upstream.text({ path: "/" });
  assert.deepEqual([redirect.status, redirect.headers.location], [302, "/elsewhere"]);
  await assert.rejects(upstream.json({ path: "/" }), fails("bad_gateway"));
});

test("the book tells what really left", async (t) => {
  const service = await startService(t, status(503), json({}));
  const book = newBook();
  await openClient(t).for(targetAt(service.origin, { book })).json({ path: "/" });
  assert.equal(book.calls, 2);
  assert.ok(book.ms > 0);
});
