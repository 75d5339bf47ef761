import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { describe, test } from "node:test";
import { apache } from "./apache.js";
import { azurite } from "./azurite.js";
import { cyrus } from "./cyrus.js";
import { install } from "./install.js";
import { nginx } from "./nginx.js";
import { rclone } from "./rclone.js";
import { type Recipe, start } from "./server.js";
import { swift } from "./swift.js";

const recipes: Recipe[] = [apache("Basic"), apache("Digest"), nginx, rclone];

/** A request that nobody signed is refused, and a stopped server leaves neither a folder nor a socket. */
const refusesStrangers = async (recipe: Recipe, request: RequestInit, status: number, query = ""): Promise<void> => {
  const server = await start(recipe);
  try {
    assert.equal((await fetch(server.url + query, request)).status, status);
  } finally {
    await server.stop();
  }
  await assert.rejects(fetch(server.url));
  assert.equal(existsSync(dirname(server.files)), false);
};

describe("servers for tests", { skip: await install(...recipes) }, () => {
  for (const recipe of recipes)
    test(`${recipe.name} asks for a password, and leaves nothing when stopped`, () =>
      refusesStrangers(recipe, { method: "PROPFIND", headers: { depth: "0" } }, 401));

  test("what cannot be installed is a reason to skip, said aloud", async (context) => {
    const { mock } = context.mock.method(process.stderr, "write", () => true);
    const reason = await install({ ...rclone, packages: { "unigraph-no-such-package": "/no/such/file" } });
    assert.match(String(reason), /unigraph-no-such-package/);
    assert.match(String(mock.calls[0]?.arguments[0]), /TESTS LEFT OUT.*unigraph-no-such-package/);
  });
});

describe("a calendar server of many processes for tests", { skip: await install(cyrus) }, () => {
  test("cyrus asks for a password, and leaves nothing when stopped", () =>
    refusesStrangers(cyrus, { method: "PROPFIND", headers: { depth: "0" } }, 401, "dav/calendars/"));
});

describe("object stores for tests", { skip: await install(swift, azurite) }, () => {
  test("swift refuses what is not signed, and leaves nothing when stopped", () =>
    refusesStrangers(swift, { headers: { authorization: "AWS4-HMAC-SHA256 x" } }, 403));

  test("azurite refuses what is not signed, and leaves nothing when stopped", () =>
    refusesStrangers(azurite, {}, 403, "?comp=list"));
});
