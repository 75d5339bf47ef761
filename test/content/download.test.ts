import assert from "node:assert/strict";
import { request as ask } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { after, before, beforeEach, describe, test } from "node:test";
import { type FastifyInstance, fastify } from "fastify";
import type { Download } from "../../src/connectors/connector.js";
import { ApiError } from "../../src/errors.js";
import { type Sent, sendFile } from "../../src/server/content/download.js";

const CONTENT = Buffer.from("0123456789");
const ETAG = '"v2"';
const MODIFIED = "2026-05-04T03:02:01.500Z";
const LAST_MODIFIED = new Date(MODIFIED).toUTCString();

describe("downloads", () => {
  let server: FastifyInstance;
  let url: string;
  let opened: Download[];
  /** What the service gives for a range; replaced by the tests. */
  let give: (range?: { start: number; end?: number | undefined }) => Partial<Download>;
  let file: Sent;

  before(async () => {
    server = fastify();
    server.route({
      method: ["GET", "HEAD"],
      url: "/file",
      handler: (request, reply) =>
        sendFile(
          request,
          reply,
          {
            async download(_id, range) {
              const part = range ? CONTENT.subarray(range.start, (range.end ?? CONTENT.length - 1) + 1) : CONTENT;
              const download: Download = {
                body: Readable.from([part], { objectMode: false }),
                length: part.length,
                size: CONTENT.length,
                mimeType: "text/plain",
                etag: ETAG,
                modified: MODIFIED,
                ...(range ? { range } : {}),
                ...give(range),
              };
              opened.push(download);
              return download;
            },
          },
          file,
        ),
    });
    server.setErrorHandler((error, _request, reply) =>
      reply.code(error instanceof ApiError ? error.status : 500).send({ code: (error as ApiError).code }),
    );
    await server.listen({ port: 0, host: "127.0.0.1" });
    url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/file`;
  });
  after(() => server.close());
  beforeEach(() => {
    opened = [];
    give = () => ({});
    file = {
      id: { native: "f" } as Sent["id"],
      name: "f.txt",
      size: CONTENT.length,
      mimeType: "text/plain",
      modified: MODIFIED,
    };
  });

  const get = (headers: Record<string, string> = {}, method = "GET") => fetch(url, { method, headers });

  test("a HEAD says what a GET would, for one byte of the service's", async () => {
    const { status, headers } = await get({ range: "bytes=0-3" }, "HEAD");
    assert.deepEqual(
      [status, headers.get("content-length"), headers.get("content-type"), headers.get("accept-ranges")],
      [200, "10", "text/plain", "bytes"],
    );
    assert.equal(headers.get("etag"), ETAG);
    assert.deepEqual(
      opened.map(({ length }) => length),
      [1],
    );
    assert.ok(opened[0]?.body.destroyed);
  });

  const conditions: [what: string, condition: string, range: string, status: number, text: string][] = [
    ["the same tag", ETAG, "bytes=8-", 206, "89"],
    ["another tag", '"v1"', "bytes=8-", 200, "0123456789"],
    ["a weak tag", 'W/"v2"', "bytes=8-", 200, "0123456789"],
    ["the same date", LAST_MODIFIED, "bytes=8-", 206, "89"],
    ["another date", new Date(0).toUTCString(), "bytes=8-", 200, "0123456789"],
    ["another tag, past the end of this version", '"v1"', "bytes=20-", 200, "0123456789"],
    ["the same tag, past its end", ETAG, "bytes=20-", 416, ""],
  ];
  for (const [what, condition, range, status, text] of conditions)
    test(`If-Range: ${what}`, async () => {
      const response = await get({ "if-range": condition, range });
      assert.deepEqual([response.status, await response.text()], [status, text]);
      for (const { body } of opened) assert.ok(body.destroyed || body.readableEnded);
    });

  test("a weak tag of the service proves nothing for If-Range", async () => {
    give = () => ({ etag: 'W/"v2"' });
    assert.equal((await get({ "if-range": 'W/"v2"', range: "bytes=8-" })).status, 200);
  });

  test("If-Modified-Since counts where no tag is given", async () => {
    assert.equal((await get({ "if-modified-since": LAST_MODIFIED })).status, 304);
    assert.equal((await get({ "if-modified-since": LAST_MODIFIED, "if-none-match": '"v1"' })).status, 200);
    assert.equal((await get({ "if-modified-since": new Date(0).toUTCString() })).status, 200);
  });

  test("a range that the file has lost meanwhile: the whole of it", async () => {
    file = { ...file, size: 100 };
    give = (range) => {
      if (range) throw new ApiError("invalid_parameters", "The range lies outside of the file.");
      return {};
    };
    const response = await get({ range: "bytes=50-" });
    assert.deepEqual([response.status, await response.text()], [200, "0123456789"]);
  });

  test("a range of a file of unknown size", async () => {
    file = { ...file, size: null };
    give = () => ({ size: null });
    const response = await get({ range: "bytes=8-" });
    assert.deepEqual([response.status, response.headers.get("content-range")], [206, "bytes 8-9/*"]);
    assert.equal((await get({ range: "bytes=-2" })).status, 200);
  });

  test("a range that the service does not name leaves no body open", async () => {
    file = { ...file, size: null };
    give = () => ({ size: null, length: null });
    const response = await get({ range: "bytes=8-" });
    assert.equal(response.status, 502);
    assert.ok(opened[0]?.body.destroyed);
  });

  test("a tag and a type that cannot stand in a header are left out", async () => {
    give = () => ({ etag: '"é\n"', mimeType: "text/html\r\nx: y" });
    const response = await get();
    assert.deepEqual(
      [response.status, response.headers.get("etag"), response.headers.get("content-type")],
      [200, null, "text/plain"],
    );
  });

  test("a service that fails before the first byte is told as an error, without the file's headers", async () => {
    give = () => ({
      body: new Readable({
        read() {
          this.destroy(new ApiError("service_not_available", "gone"));
        },
      }),
    });
    const response = await get();
    assert.equal(response.status, 503);
    assert.deepEqual([response.headers.get("etag"), response.headers.get("cache-control")], [null, null]);
    assert.deepEqual(await response.json(), { code: "service_not_available" });
  });

  for (const [what, length, body] of [
    ["breaks off", 10, () => broken()],
    ["breaks off, of unknown length", null, () => broken()],
    ["ends too early", 10, () => Readable.from([CONTENT.subarray(0, 5)], { objectMode: false })],
  ] as const)
    test(`a body that ${what} is broken for the client, too (F7)`, async () => {
      give = () => ({ length, body: body() });
      const response = await get();
      assert.equal(response.status, 200);
      await assert.rejects(response.arrayBuffer());
    });

  test("a client that leaves takes the service's body along", async () => {
    const body = new Readable({ read: () => undefined });
    body.push(Buffer.alloc(10));
    give = () => ({ length: 1000, body });
    const closed = new Promise((resolve) => body.once("close", resolve));
    const client = ask(url, (response) => response.once("data", () => client.destroy()));
    client.on("error", () => undefined);
    client.end();
    await closed;
  });
});

const broken = (): Readable => {
  let sent = false;
  return new Readable({
    read() {
      if (sent) setTimeout(() => this.destroy(new Error("reset")), 10);
      else this.push(CONTENT.subarray(0, 5));
      sent = true;
    },
  });
};
