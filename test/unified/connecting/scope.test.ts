import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Connector } from "../../../src/connectors/connector.js";
import { createConnectors } from "../../../src/connectors/index.js";
import { apisOf } from "../../../src/unified/capabilities.js";
import { OAuthError } from "../../../src/unified/connecting/oauthError.js";
import { grantedScope, parseScope, scopeOf } from "../../../src/unified/connecting/scope.js";

const connectors = createConnectors({ localFolders: [] });
const admitted = (text: string): string[] => {
  const scope = parseScope(text, connectors);
  return [...connectors.values()].filter((one) => scopeOf(scope, one) !== null).map(({ service }) => service);
};
const all = [...connectors.keys()];
const having = (fits: (connector: Connector) => unknown): string[] =>
  [...connectors.values()].filter(fits).map(({ service }) => service);

describe("the scope grammar", () => {
  for (const [text, services] of [
    ["", all],
    ["any", all],
    ["all:admin", all],
    ["webdav", ["webdav"]],
    ["sftp  ftp", ["ftp", "sftp"]],
    ["storage", having(({ storage }) => storage)],
    ["calendar", having(({ calendar }) => calendar)],
    ["storage calendar", having(({ storage, calendar }) => storage || calendar)],
    ["any.calendar", having(({ calendar }) => calendar)],
    ["helpdesk", having(({ itsm }) => itsm)],
    ["file_store", having(({ storage, category }) => storage && category !== "object_storage")],
    ["object_store", ["aliyun_oss", "azure", "s3", "s3_compatible"]],
    ["construction", []],
    ["webdav.storage", ["webdav"]],
    ["webdav.calendar", []],
    ["webdav:normal.storage webdav:normal.basic", ["webdav"]],
    ["webdav.storage.default", ["webdav"]],
    ['webdav.storage."a b":raw', ["webdav"]],
    ['webdav."https://x.example/a.b:c":raw', ["webdav"]],
  ] as const)
    test(`${JSON.stringify(text)} admits ${services.length} services`, () =>
      assert.deepEqual(admitted(text), [...services]));

  for (const text of [
    "nothing",
    "webdav:root",
    "webdav.nothing",
    "webdav.storage.everything",
    "webdav.storage:raw",
    'webdav.storage."open',
    '"webdav"',
    "webdav..storage",
    "webdav.storage.default.more",
    "WEBDAV",
    "__proto__",
    "constructor",
    "any.constructor",
    "x".repeat(5000),
    "any ".repeat(101),
  ])
    test(`${JSON.stringify(text.slice(0, 30))} is refused`, () => {
      const refused = (error: unknown) => error instanceof OAuthError && error.code === "invalid_scope";
      assert.throws(() => parseScope(text, connectors), refused);
    });

  test("any text is a scope or is refused, never anything else", () => {
    const word = fc.constantFrom("any", "webdav", "storage", ":", ".", '"', "admin", "raw", " ", "x", "\n", "é");
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        try {
          assert.ok(parseScope(words.join(""), connectors).length > 0);
        } catch (error) {
          assert.ok(error instanceof OAuthError && error.code === "invalid_scope");
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("who asks for an administrator gets no less, who does not gets no more", () => {
    const webdav = connectors.get("webdav") as Connector;
    const of = (text: string) => scopeOf(parseScope(text, connectors), webdav);
    assert.deepEqual(of("webdav:admin"), { needsAdmin: true, mayAdmin: true, upstream: [] });
    assert.deepEqual(of("storage"), { needsAdmin: false, mayAdmin: false, upstream: [] });
    assert.deepEqual(of("all:admin webdav"), { needsAdmin: false, mayAdmin: true, upstream: [] });
  });

  const drive: Connector = {
    ...(connectors.get("webdav") as Connector),
    service: "drive",
    auth: {
      scheme: "oauth2",
      fields: [],
      authorize: "https://a.example",
      token: "https://t.example",
      scopes: ["usual"],
    },
  };
  const drives = new Map([["drive", drive]]);

  for (const [text, upstream] of [
    ["any", ["usual"]],
    ['drive.storage."one two":raw', ["one", "two"]],
    ['drive.storage."one":raw drive', ["one", "usual"]],
    ["drive.storage.readonly:raw", ["readonly"]],
  ] as const)
    test(`the service is asked for ${upstream.join(" ")} by ${text}`, () =>
      assert.deepEqual(scopeOf(parseScope(text, drives), drive)?.upstream, [...upstream]));

  for (const [text, granted] of [
    ["any", "drive:normal.storage"],
    ["storage drive.storage", "drive:normal.storage"],
    ["drive:normal.storage drive:normal.basic", "drive:normal.storage drive:normal.basic"],
    ['drive.storage."one two":raw', 'drive:normal.storage."one two":raw'],
  ] as const)
    test(`${text} is granted as ${granted}, a scope itself`, () => {
      const account = { apis: apisOf(drive), admin: false };
      assert.equal(grantedScope(parseScope(text, drives), drive, account), granted);
      assert.equal(grantedScope(parseScope(granted, drives), drive, account), granted);
    });
});
