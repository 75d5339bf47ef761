import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { ConfigError, readConfig, SETTINGS } from "../../src/config.js";

describe("settings", () => {
  test("without any, the defaults stand", () => {
    const config = readConfig({});
    assert.equal(config.host, "127.0.0.1");
    assert.equal(config.port, 4000);
    assert.deepEqual(config.privateNetworks, []);
    assert.equal(config.secret, undefined);
  });

  const wrong: [string, string, RegExp][] = [
    ["PORT", "http", /^PORT must be a port number\.$/],
    ["PORT", "70000", /^PORT /],
    ["PORT", "1.5", /^PORT /],
    ["UNIGRAPH_SECRET", "short", /^UNIGRAPH_SECRET must have at least 32 characters\.$/],
    ["UNIGRAPH_APP_ID", "a b", /^UNIGRAPH_APP_ID /],
    ["UNIGRAPH_API_KEY", "short", /^UNIGRAPH_API_KEY /],
    ["UNIGRAPH_PUBLIC_URL", "example.com", /^UNIGRAPH_PUBLIC_URL must be an http or https URL\.$/],
    ["UNIGRAPH_PUBLIC_URL", "ftp://example.com", /^UNIGRAPH_PUBLIC_URL /],
    ["UNIGRAPH_SEED", "yes", /^UNIGRAPH_SEED must be `demo` or `none`\.$/],
    ["UNIGRAPH_PRIVATE_NETWORKS", "10.0.0.0", /^UNIGRAPH_PRIVATE_NETWORKS must be networks such as/],
    ["UNIGRAPH_PRIVATE_NETWORKS", "10.0.0.0/8,10.0.0.0/99", /^UNIGRAPH_PRIVATE_NETWORKS /],
    ["UNIGRAPH_HOOK_SECRETS", "slack", /^UNIGRAPH_HOOK_SECRETS must be pairs such as slack=SECRET/],
    ["UNIGRAPH_HOOK_SECRETS", "slack=12345678,github=short", /^UNIGRAPH_HOOK_SECRETS must be pairs[^=]+=SECRET/],
    ["UNIGRAPH_INTROSPECTION", "nobody", /^UNIGRAPH_INTROSPECTION /],
    ["UNIGRAPH_LANDING", "page", /^UNIGRAPH_LANDING /],
    ["UNIGRAPH_LOG_LEVEL", "loud", /^UNIGRAPH_LOG_LEVEL /],
    ["UNIGRAPH_CONFIG", "/nowhere/unigraph.json", /^UNIGRAPH_CONFIG names a file that cannot be read/],
    ["UNIGRAPH_SECRET_FILE", "/nowhere/secret", /^UNIGRAPH_SECRET_FILE names a file that cannot be read/],
  ];
  for (const [name, value, sentence] of wrong)
    test(`${name}=${value} names itself in one sentence`, () => {
      assert.throws(
        () => readConfig({ [name]: value }),
        (error: Error) => error instanceof ConfigError && sentence.test(error.message) && !error.message.includes("\n"),
      );
    });

  test("secrets of services: several of one, with `=` in them", () => {
    const { hookSecrets } = readConfig({ UNIGRAPH_HOOK_SECRETS: "slack=abcdefg=, github=12345678,slack=hijklmno" });
    assert.deepEqual(
      [...hookSecrets],
      [
        ["slack", ["abcdefg=", "hijklmno"]],
        ["github", ["12345678"]],
      ],
    );
    assert.equal(readConfig({}).hookSecrets.size, 0);
  });

  test("the value itself is not repeated where it may be a secret", () => {
    assert.throws(
      () => readConfig({ UNIGRAPH_API_KEY: "hunter2" }),
      (error: Error) => !error.message.includes("hunter2"),
    );
  });

  test("an empty variable counts as absent", () => {
    assert.equal(readConfig({ PORT: "" }).port, 4000);
  });

  describe("from files", async () => {
    const folder = await mkdtemp(join(tmpdir(), "unigraph-config-"));
    after(() => rm(folder, { recursive: true }));
    const file = async (name: string, content: string) => {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    };

    test("a file loses against the environment and wins against defaults", async () => {
      const path = await file("a.json", JSON.stringify({ PORT: 5000, HOST: "0.0.0.0" }));
      const config = readConfig({ UNIGRAPH_CONFIG: path, PORT: "6000" });
      assert.equal(config.port, 6000);
      assert.equal(config.host, "0.0.0.0");
    });

    test("a name that is no setting is refused", async () => {
      const path = await file("b.json", JSON.stringify({ PROT: 1 }));
      assert.throws(() => readConfig({ UNIGRAPH_CONFIG: path }), /PROT .* is no setting/);
    });

    test("a secret can come from a file of its own", async () => {
      const path = await file("secret", `${"s".repeat(40)}\n`);
      assert.equal(readConfig({ UNIGRAPH_SECRET_FILE: path }).secret, "s".repeat(40));
    });
  });

  test("every setting explains itself", () => {
    for (const { environment, description } of Object.values(SETTINGS)) {
      assert.match(environment, /^(HOST|PORT|UNIGRAPH_[A-Z_]+)$/);
      assert.match(description, /[.…]$/);
    }
  });
});
