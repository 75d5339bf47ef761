import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import type { ErrorCode } from "../../src/errors.js";
import { answers, raw } from "./behaviours.js";
import { fails, openClient, startService } from "./client.js";

test("S13: a fetch for others: public https, private networks only where allowed, once, unsigned", async (t) => {
  const service = await startService(t, answers(200, "contents", { "content-type": "text/plain" }));
  const client = openClient(t);
  const response = await client.fetch(new URL(`${service.origin}/file?x=1`), {
    method: "POST",
    headers: { authorization: "Basic own", "content-length": "999" },
    body: new URLSearchParams({ grant_type: "refresh_token" }),
  });
  assert.deepEqual(
    [response.status, response.url, await response.text()],
    [200, `${service.origin}/file?x=1`, "contents"],
  );
  const [first] = service.requests;
  assert.deepEqual(
    [first?.method, first?.body, first?.headers.authorization],
    ["POST", "grant_type=refresh_token", "Basic own"],
  );
  service.play(answers(503, "down"));
  assert.equal((await client.fetch(service.origin)).status, 503);
  assert.equal(service.count, 1);
  service.play(answers(200, gzipSync("zipped"), { "content-encoding": "gzip" }));
  assert.equal(await (await client.fetch(service.origin)).text(), "zipped");
  service.play(answers(204));
  assert.equal(await (await client.fetch(service.origin)).text(), "");
  service.play(raw("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"));
  await assert.rejects((await client.fetch(service.origin)).text());
  const public4 = async () => [{ address: "93.184.216.34", family: 4 as const }];
  const strict = openClient(t, { privateNetworks: [], lookup: public4 });
  const cases: [string, ErrorCode][] = [
    ["http://example.test/", "forbidden"],
    ["https://example.test:22/", "forbidden"],
    ["ftp://example.test/", "forbidden"],
    ["data:text/plain,hello", "forbidden"],
    ["https://user:secret@example.test/", "bad_request"],
    ["nonsense", "bad_request"],
  ];
  for (const [url, code] of cases) await assert.rejects(strict.fetch(url), fails(code), url);
  const named = openClient(t, { lookup: async () => [{ address: "127.0.0.1", family: 4 }] });
  assert.equal((await named.fetch(service.origin.replace("127.0.0.1", "inside.test"))).status, 200);
  const rebound = openClient(t, { privateNetworks: [], lookup: async () => [{ address: "127.0.0.1", family: 4 }] });
  await assert.rejects(rebound.fetch("https://example.test/"), fails("forbidden"));
});

test("a fetch is ended by its signal", async (t) => {
  const service = await startService(t, () => undefined);
  const client = openClient(t);
  await assert.rejects(client.fetch(service.origin, { signal: AbortSignal.timeout(50) }), fails("timed_out"));
});

test("an answer that is not wanted any more ends quietly, whatever of it had arrived", async (t) => {
  const thrown: unknown[] = [];
  const note = (error: unknown) => thrown.push(error);
  process.on("uncaughtException", note);
  t.after(() => process.off("uncaughtException", note));
  const service = await startService(t, answers(404, "x".repeat(200_000)));
  const client = openClient(t);
  for (let times = 0; times < 5; times++) {
    const response = await client.fetch(service.origin);
    await response.body?.cancel();
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(thrown, []);
});
