import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { explorerRoutes } from "../../src/server/pages/explorer.js";
import { type Started, startServer } from "./support/start.js";

describe("the explorer", () => {
  let server: Started;
  before(async () => {
    const tour = [
      { title: "Your first query", query: "{ greet }" },
      {
        title: "Variables",
        query: "query ($id: ID!) { box(id: $id) { id } }",
        variables: '{ "id": 1 }',
        headers: "{}",
      },
    ];
    server = await startServer({ routes: [explorerRoutes(tour)] });
  });
  after(() => server.close());

  const get = (headers: Record<string, string> = {}) => fetch(`${server.url}/explorer`, { headers });

  test("is one page with the tour in its tabs", async () => {
    const response = await get();
    assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
    const html = await response.text();
    assert.match(html, /# Your first query\\n\{ greet \}/);
    assert.match(html, /# Variables/);
  });

  test("loads nothing from anywhere", async () => {
    const html = await (await get()).text();
    assert.doesNotMatch(
      html.replace(/<script>[\s\S]*?<\/script>/g, ""),
      /<(?!a )[^>]*(?:src|href)="(?!data:)[^"]+"|url\(["']?https?:|@import/,
    );
  });

  test("its policy allows its own script and no other", async () => {
    const response = await get();
    const policy = response.headers.get("content-security-policy") ?? "";
    const html = await response.text();
    const begin = "<script>";
    const [first, second] = [html.indexOf(begin), html.indexOf(begin, html.indexOf('<div id="root">'))];
    const scripts = [
      html.slice(first + begin.length, html.indexOf("</script>", first)),
      html.slice(second + begin.length, html.lastIndexOf("</script>")),
    ];
    for (const script of scripts)
      assert.ok(policy.includes(`'sha256-${createHash("sha256").update(script).digest("base64")}'`));
    assert.doesNotMatch(policy, /https?:|\*|unsafe-eval/);
    assert.match(policy, /frame-ancestors 'none'/);
  });

  test("travels small, and once", async () => {
    const plain = Buffer.from(await (await get({ "accept-encoding": "identity" })).arrayBuffer());
    for (const [encoding, inflate] of [
      ["br", brotliDecompressSync],
      ["gzip", gunzipSync],
    ] as const) {
      const response = await fetchRaw(server.url, encoding);
      assert.equal(response.encoding, encoding);
      assert.ok(response.body.length < plain.length / 3);
      assert.ok(inflate(response.body).equals(plain));
    }
    const { headers } = await get();
    const again = await get({ "if-none-match": headers.get("etag") ?? "" });
    assert.equal(again.status, 304);
  });
});

/** `fetch` would inflate by itself. */
const fetchRaw = async (url: string, encoding: string): Promise<{ encoding: string | undefined; body: Buffer }> => {
  const { get } = await import("node:http");
  return new Promise((resolve, reject) => {
    get(`${url}/explorer`, { headers: { "accept-encoding": encoding } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ encoding: response.headers["content-encoding"], body: Buffer.concat(chunks) }),
      );
    }).on("error", reject);
  });
};
