import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { describe, test } from "node:test";
import { apache } from "./apache.js";
import { install } from "./install.js";
import { nginx } from "./nginx.js";
import { rclone } from "./rclone.js";
import { type Recipe, start } from "./server.js";

const recipes: Recipe[] = [apache("Basic"), apache("Digest"), nginx, rclone];

describe("servers for tests", { skip: await install(...recipes) }, () => {
  for (const recipe of recipes)
    test(`${recipe.name} asks for a password, and leaves nothing when stopped`, async () => {
      const server = await start(recipe);
      try {
        assert.equal((await fetch(server.url, { method: "PROPFIND", headers: { depth: "0" } })).status, 401);
      } finally {
        await server.stop();
      }
      await assert.rejects(fetch(server.url));
      assert.equal(existsSync(dirname(server.files)), false);
    });

  test("what cannot be installed is a reason to skip, said aloud", async (context) => {
    const { mock } = context.mock.method(process.stderr, "write", () => true);
    const reason = await install({ ...rclone, packages: { "unigraph-no-such-package": "/no/such/file" } });
    assert.match(String(reason), /unigraph-no-such-package/);
    assert.match(String(mock.calls[0]?.arguments[0]), /TESTS LEFT OUT.*unigraph-no-such-package/);
  });
});
