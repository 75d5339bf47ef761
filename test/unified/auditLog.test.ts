import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import type { Caller } from "../../src/auth/caller.js";
import { openSqliteStore } from "../../src/store/sqlite.js";
import { createToken, disconnectAccount, updateAccount } from "../../src/unified/accounts.js";
import { createApiKey, listApiKeys, revokeApiKey } from "../../src/unified/applications/apiKeys.js";
import {
  createApplication,
  deleteApplication,
  updateApplication,
} from "../../src/unified/applications/applications.js";
import { createRedirectUri, deleteRedirectUri } from "../../src/unified/applications/redirectUris.js";
import { createTrustedDomain, deleteTrustedDomain } from "../../src/unified/applications/trustedDomains.js";
import { Audit, link, readAudit } from "../../src/unified/auditLog.js";
import { checkAudit } from "../../src/unified/auditLogCheck.js";
import { rawRequest } from "../../src/unified/raw.js";
import { type TestCore, testCore } from "../support/core.js";
import { fails } from "../support/fails.js";

const auditTest = (title: string, work: (core: TestCore) => Promise<void>) =>
  test(title, async () => {
    const core = await testCore();
    try {
      await work(core);
    } finally {
      await core.close();
    }
  });

const actor = { application: "acme", name: "key 1" };
const fill = async ({ audit }: TestCore["unified"], rows: number): Promise<void> => {
  for (let count = 1; count <= rows; count++) await audit.record(actor, "raw.sent", `account ${count}`, { count });
};

/** As somebody does who can write to the file. */
const tamper = ({ config }: TestCore, ...statements: string[]): void => {
  const database = new DatabaseSync(`${config.data}/unigraph.sqlite`);
  for (const statement of statements) database.exec(statement);
  database.close();
};

describe("H7: the audit log", () => {
  auditTest("says who did what to what, without secrets", async (core) => {
    const { session, unified } = core;
    const account = await core.connect("sandbox", {}, "dana");
    const number = account.account;
    await updateAccount(account, { name: "renamed", enabled: true });
    const again = await session.account(number);
    const { key } = await createApiKey(session, core.application, { name: "reader", rights: ["read"] });
    await revokeApiKey(session, core.application, 2);
    await assert.rejects(revokeApiKey(session, core.application, 2), fails("not_found"));
    const token = await createToken(again);
    const uri = "/files/root/entries?access_token=Canary0123456789";
    const answer = await rawRequest(again, { method: "GET", uri, headers: { "x-key": "Canary0123456789" } });
    answer.body.resume();
    const [person] = (await again.apis(false).team.users.list({ cursor: null, limit: 1 })).items;
    await session.account(number, { user: person?.id.native as string });
    await session.account(number, { user: person?.id.native as string });
    await disconnectAccount(again);
    const rows = await readAudit(session, 100);
    assert.deepEqual(
      rows.map(({ actor: who, action, subject, details }) => [who, action, subject, details]).reverse(),
      [
        ["first start", "key.created", "key 1", {}],
        ["internal", "account.connected", `account ${number}`, { service: "sandbox", endUser: "dana" }],
        ["internal", "account.changed", `account ${number}`, { changed: "name enabled" }],
        ["internal", "key.created", "key 2", { application: core.application, rights: "read" }],
        ["internal", "key.deleted", "key 2", { application: core.application }],
        ["internal", "token.created", `account ${number}`, {}],
        ["internal", "raw.sent", `account ${number}`, { method: "GET", path: "/files/root/entries" }],
        ["internal", "account.impersonated", `account ${number}`, { user: person?.id.native }],
        ["internal", "account.disconnected", `account ${number}`, { service: "sandbox" }],
        ["internal", "audit.read", "audit", {}],
      ],
    );
    const told = JSON.stringify(rows);
    for (const secret of [key, token, core.firstKey as string, "Canary"]) assert.ok(!told.includes(secret));
    const { fault, rows: checked } = await checkAudit(unified.store);
    assert.deepEqual([fault, checked], [null, rows.length]);
  });

  auditTest("and who managed which application", async (core) => {
    const { session, unified } = core;
    const { application: made } = await createApplication(session, { name: "Second" });
    await updateApplication(session, made.id, { eventsEnabled: true });
    const uri = await createRedirectUri(session, made.id, "https://app.example.com/back");
    await deleteRedirectUri(session, made.id, uri.id);
    const domain = await createTrustedDomain(session, made.id, "app.example.com");
    await deleteTrustedDomain(session, made.id, domain.id);
    await listApiKeys(session, made.id);
    await deleteApplication(session, made.id);
    const rows = await unified.store.audit.newest(core.application, 8);
    assert.deepEqual(rows.map(({ action, subject }) => `${action} ${subject}`).reverse(), [
      `application.created application ${made.id}`,
      `application.changed application ${made.id}`,
      `redirect_uri.created redirect URI ${uri.id}`,
      `redirect_uri.deleted redirect URI ${uri.id}`,
      `trusted_domain.created trusted domain ${domain.id}`,
      `trusted_domain.deleted trusted domain ${domain.id}`,
      `key.read application ${made.id}`,
      `application.deleted application ${made.id}`,
    ]);
  });

  auditTest("what a service refuses for good is in it", async (core) => {
    const account = await core.connect("sandbox", { tokenLifetime: "1" });
    const { grants, store } = core.unified;
    await grants.save(account.record, {
      scheme: "bearer",
      token: "old",
      refreshToken: "not one of the service's",
      expires: Date.now() - 1,
    });
    await assert.rejects(account.storage.recent({ cursor: null, limit: 1 }), fails("service_unauthorized"));
    const [row] = await store.audit.newest(core.application, 1);
    assert.deepEqual([row?.action, row?.subject], ["account.refused", `account ${account.account}`]);
  });

  auditTest("only an administrator reads it, and only that of the own application", async (core) => {
    await fill(core.unified, 3);
    const { session } = core;
    assert.ok((await readAudit(session, 10)).every(({ application }) => application === core.application));
    const caller: Caller = { ...session.caller, rights: new Set(["read", "write", "raw"]) };
    const reader = core.unified.session(caller, session.signal);
    await assert.rejects(readAudit(reader, 10), fails("forbidden"));
    await assert.rejects(createApiKey(reader, core.application, { rights: ["admin"] }), fails("forbidden"));
    await assert.rejects(revokeApiKey(reader, core.application, 1), fails("forbidden"));
  });

  const BROKEN: [what: string, statements: string[], fault: RegExp][] = [
    ["a removed row", ["DELETE FROM audit WHERE number = 5"], /^Row 5 is missing\.$/],
    ["the first one removed", ["DELETE FROM audit WHERE number = 1"], /^Row 1 is missing\.$/],
    ["the last one removed", ["DELETE FROM audit WHERE number = 11"], /^Row 11 is missing\.$/],
    ["all removed", ["DELETE FROM audit"], /^Row 1 is missing\.$/],
    [
      "a removed row, the others renumbered",
      ["DELETE FROM audit WHERE number = 5", "UPDATE audit SET number = number - 1 WHERE number > 5"],
      /^Row 5 is not as it was written\.$/,
    ],
    ["a changed actor", ["UPDATE audit SET actor = 'key 2' WHERE number = 7"], /^Row 7 is not/],
    ["changed details", [`UPDATE audit SET details = '{"count":99}' WHERE number = 7`], /^Row 7 is not/],
    ["a changed time", ["UPDATE audit SET time = '2020-01-01T00:00:00.000Z' WHERE number = 7"], /^Row 7 is not/],
    ["a changed hash", ["UPDATE audit SET hash = 'x' WHERE number = 7"], /^Row 7 is not/],
    [
      "two rows that changed places",
      [
        "UPDATE audit SET number = -1 WHERE number = 3",
        "UPDATE audit SET number = 3 WHERE number = 4",
        "UPDATE audit SET number = 4 WHERE number = -1",
      ],
      /^Row 3 is not/,
    ],
    [
      "a row put in",
      [
        "INSERT INTO audit SELECT 12, application, time, actor, action, subject, details, hash FROM audit WHERE number = 3",
      ],
      /^Row 12 is not/,
    ],
  ];
  for (const [what, statements, fault] of BROKEN)
    auditTest(`verify finds ${what}`, async (core) => {
      await fill(core.unified, 10);
      assert.equal((await checkAudit(core.unified.store)).fault, null);
      tamper(core, ...statements);
      assert.match(String((await checkAudit(core.unified.store)).fault), fault);
    });

  auditTest("a whole new chain is found by the head of the old one", async (core) => {
    await fill(core.unified, 10);
    const { store } = core.unified;
    const { head } = await checkAudit(store);
    assert.match(head ?? "", /^11:[\w-]{43}$/);
    await fill(core.unified, 5);
    assert.equal((await checkAudit(store, head as string)).fault, null);
    tamper(core, "DELETE FROM audit", "UPDATE counters SET last = 0 WHERE name = 'audit'");
    await fill(core.unified, 20);
    assert.equal((await checkAudit(store)).fault, null);
    assert.equal((await checkAudit(store, head as string)).fault, `The row ${head} is not in the chain.`);
  });

  auditTest("what was dropped by rule breaks nothing; dropping more does", async (core) => {
    await fill(core.unified, 30);
    const { store } = core.unified;
    assert.equal(await store.audit.sweep({ keep: 15, batch: 10 }, link), true);
    const { head } = await checkAudit(store);
    await fill(core.unified, 15);
    assert.equal(await store.audit.sweep({ keep: 15, batch: 10 }, link), true);
    const { fault, rows } = await checkAudit(store, head as string);
    assert.deepEqual([fault, rows], [null, 31 + 15 + 2 - 20]);
    tamper(core, "DELETE FROM audit WHERE number = 21");
    assert.equal((await checkAudit(store)).fault, "Row 21 is missing.");
  });

  auditTest("two processes write one chain", async (core) => {
    const store = await openSqliteStore({ file: `${core.config.data}/unigraph.sqlite` });
    const other = new Audit(store);
    try {
      const writes = Array.from({ length: 50 }, (_, index) => [
        core.unified.audit.record(actor, "raw.sent", `account ${index}`),
        other.record(actor, "raw.sent", `account ${index}`),
      ]);
      await Promise.all(writes.flat());
      assert.deepEqual(await checkAudit(store).then(({ rows, fault }) => [rows, fault]), [101, null]);
    } finally {
      await store.close();
    }
  });
});
