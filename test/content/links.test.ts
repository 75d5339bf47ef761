import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { serveForTest, type TestServing } from "../support/serving.js";

describe("a link's password", () => {
  let server: TestServing;
  let file: string;
  before(async () => {
    server = await serveForTest();
    const { body } = await server.ask(`{ account(id: "2") { storage { byPath(path: "/Welcome.md") { id } } } }`);
    file = body.data.account.storage.byPath.id;
  });
  after(() => server.closeCore());

  const create = (password: string) =>
    server.ask(
      `mutation ($file: ID!, $password: String) { createLink(input: { file: $file, password: $password }) { link { url } } }`,
      { file, password },
    );
  const open = (url: string, password: string) =>
    fetch(url, { method: "POST", body: new URLSearchParams({ password }) });

  test("is guessed ten times and not more, side by side as well as in turn", async () => {
    const { url } = (await create("sesame")).body.data.createLink.link;
    const other = (await create("sesame")).body.data.createLink.link.url;
    const statuses = await Promise.all(
      Array.from({ length: 15 }, async (_, count) => (await open(url, `guess ${count}`)).status),
    );
    assert.deepEqual(
      [statuses.filter((one) => one === 403).length, statuses.filter((one) => one === 429).length],
      [10, 5],
    );
    const refused = await open(url, "sesame");
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get("retry-after")) > 0);
    assert.equal((await open(other, "sesame")).status, 200);
  });

  test("is neither empty nor endless", async () => {
    for (const password of ["", "x".repeat(1025)])
      assert.equal((await create(password)).body.errors?.[0]?.extensions.errorCode, "invalid_parameters");
  });
});
