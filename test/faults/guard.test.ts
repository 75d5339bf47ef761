import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import type { ApiError } from "../../src/errors.js";
import { UpstreamClient } from "../../src/upstream/client.js";
import { memoryDispatcher } from "../../src/upstream/transports/memory.js";
import type { Target } from "../../src/upstream/upstream.js";
import { answers, json } from "./behaviours.js";
import { fails, openClient, startService, targetAt } from "./client.js";

const VENDOR = "https://api.vendor.test";
const HOSTS = ["api.vendor.test", "content.vendor.test", ".sharded.vendor.test"];

/** A client that reaches the vendor in process: what arrives there has passed the guard. */
const vendor = (
  hosts: readonly string[] = [VENDOR, "https://content.vendor.test", "https://eu.sharded.vendor.test"],
) => {
  const arrived: { path: string; headers: Record<string, string>; method: string }[] = [];
  const dispatcher = memoryDispatcher(async ({ path, headers, method }) => {
    arrived.push({ path, headers, method });
    return { status: 200, headers: { "content-type": "application/json" }, body: "{}" };
  });
  const client = new UpstreamClient({
    routes: new Map(hosts.map((origin) => [origin, dispatcher])),
    lookup: async () => [{ address: "93.184.216.34", family: 4 }],
  });
  return { client, arrived };
};
const target = (more: Partial<Target> = {}) => targetAt(VENDOR, { hosts: HOSTS, ...more });

test("S1: the service's own hosts are reached, by URL or by path", async () => {
  const { client, arrived } = vendor();
  for (const uri of [
    "/files?x=1",
    `${VENDOR}/files`,
    "https://content.vendor.test/a%2Fb",
    "https://eu.sharded.vendor.test/",
    "/a/../b/%2e%2e/c",
  ])
    assert.equal((await client.raw(target(), { method: "GET", uri })).status, 200, uri);
  assert.deepEqual(
    arrived.map(({ path }) => path),
    ["/files?x=1", "/files", "/a%2Fb", "/", "/c"],
  );
});

const ELSEWHERE = [
  "https://evil.test/",
  "https://evilapi.vendor.test/",
  "https://api.vendor.test.evil.test/",
  "https://vendor.test/",
  "https://sharded.vendor.test/",
  "https://evilsharded.vendor.test/",
  "https://api.vendor.test@127.0.0.1/",
  "https://user:secret@api.vendor.test/",
  "https://api.vendor.test./",
  "https://api。vendor.test/",
  "HTTPS://API.VENDOR.TEST/",
  "https://api.vendor.test:22/",
  "https://api.vendor.test:8443/",
  "http://api.vendor.test/",
  "https://api.vendor.test:443@evil.test/",
  "https:\\\\evil.test/",
  "//evil.test/x",
  "/\\evil.test/x",
  "\\\\evil.test",
  "/\t/evil.test/x",
  "//api.vendor.test:22/",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "https://",
  "files",
  "",
];
test("S2, S3: nothing else is, however it is written", async () => {
  const { client, arrived } = vendor();
  for (const uri of ELSEWHERE) {
    const told = (error: ApiError) => error.code === "forbidden" || error.code === "bad_request";
    await assert.rejects(client.raw(target(), { method: "GET", uri }), told, uri);
    // A connector's own URLs (a `next` link) are compared as parsed: capitals and odd dots name the same host.
    if (!/API|。/.test(uri)) await assert.rejects(client.for(target()).json({ path: uri }), told, uri);
  }
  assert.equal(arrived.length, 0);
});

const LITERALS = [
  "127.0.0.1",
  "127.1",
  "2130706433",
  "0x7f000001",
  "0177.0.0.1",
  "0",
  "[::1]",
  "[::]",
  "[::ffff:127.0.0.1]",
  "[::127.0.0.1]",
  "[64:ff9b::7f00:1]",
  "[2002:7f00:1::]",
  "169.254.169.254",
  "10.0.0.1",
  "172.16.0.1",
  "192.168.0.1",
  "[fd00::1]",
  "[fe80::1]",
  "100.64.0.1",
  "198.18.0.1",
  "192.0.2.1",
  "224.0.0.1",
  "255.255.255.255",
];
test("S4, S14: private addresses are refused before any socket, even as the account's own origin", async (t) => {
  const attempts: (string | null)[] = [];
  const client = openClient(t, { privateNetworks: [], observe: ({ error }) => attempts.push(error) });
  for (const host of LITERALS)
    for (const scheme of ["http", "https"]) {
      await assert.rejects(client.for(targetAt(`${scheme}://${host}`)).json({ path: "/" }), fails("forbidden"), host);
      await assert.rejects(client.fetch(`${scheme}://${host}/`), fails("forbidden"), host);
    }
  // Not by a failed connection, but by the guard.
  assert.deepEqual(new Set(attempts), new Set(["forbidden"]));
});

test("S5: the operator opens a network, and no other", async (t) => {
  const service = await startService(t, json({ ok: true }));
  const port = new URL(service.origin).port;
  const client = openClient(t, { privateNetworks: ["127.0.0.1/32", "fd00::/8"] });
  assert.deepEqual(await client.for(targetAt(service.origin)).json({ path: "/" }), { ok: true });
  await assert.rejects(client.for(targetAt(`http://127.0.0.2:${port}`)).json({ path: "/" }), fails("forbidden"));
  assert.throws(() => new UpstreamClient({ privateNetworks: ["everything"] }));
});

test("S6: a redirect is never followed", async (t) => {
  const service = await startService(t, json({}));
  const client = openClient(t);
  for (const location of ["/there", "http://127.0.0.1:1/", "https://evil.test/", service.origin]) {
    service.play(answers(302, "", { location }));
    await assert.rejects(client.for(targetAt(service.origin)).json({ path: "/" }), fails("bad_gateway"));
    const { status, headers } = await client.raw(targetAt(service.origin), { method: "GET", uri: "/" });
    assert.deepEqual([status, headers.location], [302, location]);
    const response = await client.fetch(`${service.origin}/`);
    assert.deepEqual([response.status, response.headers.get("location")], [302, location]);
    assert.equal(service.count, 3);
  }
});

test("S7: what frames a message or proves an identity is not a caller's to say", async () => {
  const { client, arrived } = vendor();
  const headers = Object.fromEntries(
    [
      "Host",
      "Transfer-Encoding",
      "Content-Length",
      "Connection",
      "Upgrade",
      "TE",
      "Trailer",
      "Expect",
      "Keep-Alive",
      "Proxy-Authorization",
      "X-Forwarded-For",
      "X-Forwarded-Host",
      "Forwarded",
      "Authorization",
      "Cookie",
    ].map((name) => [name, "evil"]),
  );
  const credentials = {
    current: async () => ({ credential: { scheme: "bearer" as const, token: "ours" }, version: 1 }),
  };
  const kept = { ...headers, "X-Kept": "yes" };
  await client.raw(target({ credentials }), { method: "GET", uri: "/", headers: kept });
  await client.for(target({ credentials, headers: kept })).text({ path: "/" });
  for (const { headers: sent } of arrived) {
    assert.equal(sent.authorization, "Bearer ours");
    assert.equal(sent["x-kept"], "yes");
    assert.doesNotMatch(JSON.stringify(sent), /evil/);
  }
  // Of a connector's own, those of the connection are a mistake.
  await assert.rejects(client.for(target()).json({ path: "/", headers: { Host: "evil.test" } }), fails("bad_request"));
  assert.equal(arrived.length, 2);
});

test("S8: control characters are refused in headers, path and method", async () => {
  const { client, arrived } = vendor();
  const refused = async (request: { uri?: string; method?: string; headers?: Record<string, string> }) =>
    assert.rejects(
      client.raw(target(), { method: "GET", uri: "/", ...request }),
      fails("bad_request"),
      JSON.stringify(request),
    );
  for (const character of ["\r\n", "\n", "\0", "\x07", "\x7f"]) {
    await refused({ headers: { [`x${character}`]: "1" } });
    await refused({ headers: { x: `1${character}Evil: 1` } });
    await refused({ uri: `/x${character}y` });
    await refused({ method: `GET${character}` });
  }
  await refused({ headers: { "": "1" } });
  await refused({ headers: { "a b": "1" } });
  await refused({ headers: { x: "☃" } });
  await refused({ uri: "/ " });
  assert.equal(arrived.length, 0);
});

test("S9: at most 64 headers of 8 KiB each, and each of them a text", async () => {
  const { client } = vendor();
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, "1"]));
  const send = (headers: unknown) =>
    client.raw(target(), { method: "GET", uri: "/", headers: headers as Record<string, string> });
  await send(many(64));
  await send({ x: "v".repeat(8192) });
  for (const headers of [many(65), many(1000), { x: "v".repeat(8193) }, { x: ["a"] }, { x: { y: 1 } }, { x: 1 }])
    await assert.rejects(send(headers), fails("bad_request"));
});

test("S10: methods are upper-case words, and neither tunnels nor echoes", async () => {
  const { client, arrived } = vendor();
  for (const method of ["GET", "PROPFIND", "VERSION-CONTROL"]) await client.raw(target(), { method, uri: "/" });
  for (const method of ["CONNECT", "TRACE", "get", "GET /x", "", "G\u00cbT"])
    await assert.rejects(client.raw(target(), { method, uri: "/" }), fails("bad_request"), method);
  assert.deepEqual(
    arrived.map(({ method }) => method),
    ["GET", "PROPFIND", "VERSION-CONTROL"],
  );
});

test("S11: an answer sets, runs and frames nothing in our name", async (t) => {
  const service = await startService(
    t,
    answers(418, "<script>", {
      "content-type": "text/html",
      "set-cookie": ["a=1", "b=2"],
      "content-security-policy": "default-src *",
      "strict-transport-security": "max-age=1",
      "access-control-allow-origin": "*",
      "x-frame-options": "ALLOWALL",
      connection: "close, x-private",
      "x-private": "1",
      etag: '"1"',
      "x-custom": "kept",
    }),
  );
  const { status, headers, body } = await openClient(t).raw(targetAt(service.origin), { method: "GET", uri: "/" });
  assert.equal(status, 418);
  assert.equal(await text(body), "<script>");
  const { date: _, ...rest } = headers;
  assert.deepEqual(rest, {
    "content-type": "text/html",
    "content-length": "8",
    etag: '"1"',
    "x-custom": "kept",
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox",
  });
});

test("S12: a pass-through hands on what was compressed as it is, and an error of the service as an answer", async (t) => {
  const zipped = gzipSync("{}".repeat(1000));
  const service = await startService(t, answers(404, zipped, { "content-encoding": "gzip" }));
  const client = openClient(t);
  const request = {
    method: "POST",
    uri: "/",
    headers: { "accept-encoding": "gzip" },
    body: Readable.from([Buffer.from("sent")]),
  };
  const { status, headers, body } = await client.raw(targetAt(service.origin), request);
  assert.deepEqual(
    [status, headers["content-encoding"], headers["content-length"]],
    [404, "gzip", String(zipped.length)],
  );
  assert.equal(gunzipSync(await buffer(body)).length, 2000);
  assert.equal(service.requests[0]?.body, "sent");
});

test("a pass-through acts as the account: its headers and query, its retries, its 429", async (t) => {
  const service = await startService(t, answers(503, "down"), answers(429, "slow", { "retry-after": "1" }));
  const client = openClient(t);
  const as = targetAt(service.origin, { headers: { "As-User": "7" }, query: { fields: "id" } });
  const { status, headers } = await client.raw(as, { method: "GET", uri: "/x?y=1" });
  assert.deepEqual([status, headers["retry-after"], service.count], [429, "1", 2]);
  assert.deepEqual([service.requests[0]?.path, service.requests[0]?.headers["as-user"]], ["/x?y=1&fields=id", "7"]);
});

test("a caller's additions yield to what the connector says", async () => {
  const { client, arrived } = vendor();
  const upstream = client.for(
    target({ query: { limit: "9", more: "ä&=" }, headers: { Depth: "infinity", "X-More": "1" } }),
  );
  await upstream.json({ path: "/?a=1", query: { limit: 1, none: undefined }, headers: { depth: "1" } });
  const [first] = arrived;
  assert.equal(first?.path, "/?a=1&limit=1&more=%C3%A4%26%3D");
  assert.deepEqual([first?.headers.depth, first?.headers["x-more"]], ["1", "1"]);
});
