import assert from "node:assert/strict";
import { test } from "node:test";
import { createConnectors } from "../../../src/connectors/index.js";
import { keepOrRenew } from "../../../src/unified/connecting/keep.js";
import { testCore } from "../../support/core.js";

test("a server's new certificate or host key makes no other account; another folder does", async (t) => {
  const core = await testCore();
  t.after(() => core.close());
  const rest = { endUser: null, admin: false, scope: null, customProperties: {} };
  for (const [service, trusted] of [
    ["webdav", "certificate"],
    ["ftp", "certificate"],
    ["sftp", "hostKey"],
    ["imap", "smtpCertificate"],
  ] as const) {
    const connector = createConnectors({ localFolders: [] }).get(service);
    assert.ok(connector);
    const keep = async (settings: Readonly<Record<string, string>>) => {
      const credential = { scheme: "password", username: "lee", password: "x" } as const;
      const { record } = await keepOrRenew(core.session, connector, { name: "lee", settings, credential }, rest, false);
      return record;
    };
    const first = await keep({ host: "a.example", folder: "/one" });
    const renewed = await keep({ host: "a.example", folder: "/one", [trusted]: "new" });
    assert.equal(renewed.id, first.id, service);
    assert.deepEqual(renewed.settings, { host: "a.example", folder: "/one", [trusted]: "new" });
    assert.equal((await keep({ folder: "/one", host: "a.example", [trusted]: "newer" })).id, first.id);
    assert.notEqual((await keep({ host: "a.example", folder: "/two", [trusted]: "new" })).id, first.id);
  }
});
