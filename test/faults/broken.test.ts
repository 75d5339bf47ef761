import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { answers, cut, json, raw } from "./behaviours.js";
import { fails, openClient, startService, targetAt } from "./client.js";

const DOCUMENT = JSON.stringify({ items: [1, 2, 3] });

test("F5: JSON cut before its length is tried again, then told as a bad gateway", async (t) => {
  const service = await startService(t, cut(DOCUMENT, 5, "close"), json({ ok: true }));
  const client = openClient(t);
  assert.deepEqual(await client.for(targetAt(service.origin)).json({ path: "/" }), { ok: true });
  assert.equal(service.count, 2);
  for (const end of ["close", "reset"] as const) {
    service.play(cut(DOCUMENT, 5, end));
    await assert.rejects(client.for(targetAt(service.origin)).json({ path: "/" }), fails("bad_gateway"));
    assert.equal(service.count, 3);
  }
});

test("F5: JSON cut where no length was said is never taken for whole", async (t) => {
  const service = await startService(
    t,
    raw(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n${DOCUMENT.slice(0, -4)}`),
  );
  await assert.rejects(openClient(t).for(targetAt(service.origin)).json({ path: "/" }), fails("bad_gateway"));
  assert.equal(service.count, 1);
});

test("F6: answers that are not what they should be", async (t) => {
  const login = `<html><form action="/login?token=${"a1".repeat(30)}">`;
  const wrong: [string, Parameters<typeof answers>[1], Record<string, string>][] = [
    ["a page for people", login, { "content-type": "text/html" }],
    ["a page that claims to be JSON", login, {}],
    ["JSON as text", DOCUMENT, { "content-type": "text/plain" }],
    ["a byte order mark", `\uFEFF${DOCUMENT}`, {}],
    ["UTF-16", Buffer.from(DOCUMENT, "utf16le"), {}],
    ["gzip that is none", DOCUMENT, { "content-encoding": "gzip" }],
    ["gzip that is cut", gzipSync(DOCUMENT).subarray(0, -9), { "content-encoding": "gzip" }],
    ["an encoding that nobody knows", DOCUMENT, { "content-encoding": "sdch" }],
    ["layers of encodings", DOCUMENT, { "content-encoding": "gzip, gzip, gzip, gzip, gzip" }],
  ];
  const service = await startService(t, json({}));
  const upstream = openClient(t).for(targetAt(service.origin));
  for (const [name, body, headers] of wrong) {
    service.play(answers(200, body, headers));
    await assert.rejects(
      upstream.json({ path: "/" }),
      fails("bad_gateway", ({ cause }) => {
        assert.ok(String(cause).length < 400, name);
        assert.doesNotMatch(String(cause), /a1a1a1a1/, name);
      }),
      name,
    );
    assert.equal(service.count, 1, name);
  }
  service.play(answers(200, DOCUMENT, { "content-type": "text/plain" }));
  assert.deepEqual(await upstream.json({ path: "/", headers: { accept: "text/plain" } }), { items: [1, 2, 3] });
});

test("answers in every encoding that we ask for", async (t) => {
  const service = await startService(t, json({}));
  const upstream = openClient(t).for(targetAt(service.origin));
  for (const [encoding, body] of [
    ["gzip", gzipSync(DOCUMENT)],
    ["br", brotliCompressSync(DOCUMENT)],
    ["zstd", zstdCompressSync(DOCUMENT)],
    ["deflate", deflateSync(DOCUMENT)],
    ["deflate", deflateRawSync(DOCUMENT)],
    ["gzip, br", brotliCompressSync(gzipSync(DOCUMENT))],
    ["identity", Buffer.from(DOCUMENT)],
  ] as const) {
    service.play(answers(200, body, { "content-encoding": encoding }));
    assert.deepEqual(await upstream.json({ path: "/" }), { items: [1, 2, 3] }, encoding);
  }
  service.play(answers(204));
  assert.equal(await upstream.json({ path: "/" }), null);
  service.play(answers(200, Buffer.from("caf\xe9", "latin1"), { "content-type": "text/xml; charset=ISO-8859-1" }));
  assert.equal((await upstream.text({ path: "/" })).text, "café");
  service.play(answers(404, gzipSync('{"why":"gone"}'), { "content-encoding": "gzip" }));
  let seen: unknown;
  const explained = openClient(t).for(
    targetAt(service.origin, {
      explain: (_, body) => {
        seen = body;
        return undefined;
      },
    }),
  );
  await assert.rejects(explained.json({ path: "/" }), fails("not_found"));
  assert.deepEqual(seen, { why: "gone" });
});

test("S12: a compressed bomb stops at 16 MiB", async (t) => {
  const service = await startService(t, json({}));
  const upstream = openClient(t).for(targetAt(service.origin));
  const nothing = Buffer.alloc(300 * 2 ** 20, " ");
  const bombs = [
    ["gzip", gzipSync(nothing)],
    ["zstd", zstdCompressSync(nothing)],
  ] as const;
  const before = process.memoryUsage().rss - nothing.length;
  for (const [encoding, bomb] of bombs) {
    service.play(answers(200, bomb, { "content-encoding": encoding }));
    await assert.rejects(upstream.json({ path: "/" }), fails("bad_gateway"), encoding);
    assert.equal(service.count, 1);
  }
  assert.ok(process.memoryUsage().rss - nothing.length - before < 64 * 2 ** 20);
  service.play(answers(200, Buffer.alloc(17 * 2 ** 20, " ")));
  await assert.rejects(upstream.json({ path: "/" }), fails("bad_gateway"));
  assert.equal(service.count, 1);
});

test("F7: a stream that is cut ends with an error, never cleanly", async (t) => {
  const service = await startService(t, json({}));
  const upstream = openClient(t).for(targetAt(service.origin));
  const chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n";
  for (const behaviour of [
    cut("hello world", 5, "reset"),
    cut("hello world", 5, "close"),
    raw(chunked),
    raw(chunked, "reset"),
  ]) {
    service.play(behaviour);
    const { body } = await upstream.stream({ path: "/" });
    await assert.rejects(buffer(body), fails("bad_gateway"));
    assert.equal(service.count, 1);
  }
});

test("F7: a download whose version is known goes on where it broke", async (t) => {
  const etag = 'etag: "v1"\r\n';
  const rest = (body: string, from: number, more = etag) =>
    cut(
      body.slice(from),
      body.length,
      "close",
      `${more}content-range: bytes ${from}-${body.length - 1}/${body.length}\r\n`,
      "206 Partial Content",
    );
  const service = await startService(t, json({}));
  const client = openClient(t);
  const read = async (...script: Parameters<typeof service.play>) => {
    service.play(...script);
    const upstream = client.for(targetAt(service.origin, { account: String(Math.random()) }));
    return (await buffer((await upstream.stream({ path: "/" })).body)).toString();
  };
  assert.equal(await read(cut("hello world", 5, "reset", etag), rest("hello world", 5)), "hello world");
  assert.deepEqual(
    [service.requests[1]?.headers.range, service.requests[1]?.headers["if-range"]],
    ["bytes=5-", '"v1"'],
  );
  // Another version, another place, the whole again, a weak name: the beginning cannot be completed.
  for (const answer of [rest("hello world", 5, 'etag: "v2"\r\n'), rest("hello world", 4), json({}), answers(404)])
    await assert.rejects(read(cut("hello world", 5, "reset", etag), answer), fails("bad_gateway"));
  await assert.rejects(read(cut("hello world", 5, "reset", 'etag: W/"v1"\r\n')), fails("bad_gateway"));
  assert.equal(service.count, 1);
  const broken = cut("lo world", 3, "reset", `${etag}content-range: bytes 3-10/11\r\n`, "206 Partial Content");
  assert.equal(await read(cut("hello world", 3, "reset", etag), broken, rest("hello world", 6)), "hello world");
  assert.equal(service.count, 3);
});

test("an upload of another length than was said fails as the caller's", async (t) => {
  const service = await startService(t, answers(200, "{}"));
  const upstream = openClient(t).for(targetAt(service.origin));
  for (const bytes of [3, 7]) {
    const body = Readable.from([Buffer.alloc(bytes)]);
    const headers = { "content-length": "5" };
    await assert.rejects(upstream.json({ method: "POST", path: "/", headers, body }), fails("request_failed"));
  }
  const breaking = new Readable({ read: () => undefined });
  breaking.push("begun");
  setTimeout(() => breaking.destroy(new Error("the disk is gone")), 20);
  await assert.rejects(upstream.json({ method: "PUT", path: "/", body: breaking }), fails("request_failed"));
});

test("garbage instead of HTTP is a bad gateway", async (t) => {
  const service = await startService(t, raw("SSH-2.0-OpenSSH_9.2\r\n"));
  await assert.rejects(
    openClient(t).for(targetAt(service.origin)).json({ method: "POST", path: "/" }),
    fails("bad_gateway"),
  );
});
