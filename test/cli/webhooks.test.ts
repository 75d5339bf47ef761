import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { AuditRow, Webhook } from "../../src/store/store.js";
import { Receiver } from "../support/receiver.js";

const main = fileURLToPath(new URL("../../src/main.js", import.meta.url));

describe("the command line: webhooks and the audit log", () => {
  let data: string;
  let receiver: Receiver;
  before(async () => {
    data = await mkdtemp(join(tmpdir(), "unigraph-cli-"));
    receiver = await Receiver.start("acme");
  });
  after(async () => {
    await receiver.close();
    await rm(data, { recursive: true, force: true });
  });

  const run = (...args: string[]): Promise<{ code: number; out: string; error: string }> =>
    new Promise((resolve) =>
      execFile(
        process.execPath,
        [main, ...args],
        {
          env: {
            PATH: process.env.PATH,
            NO_COLOR: "1",
            UNIGRAPH_DATA: data,
            UNIGRAPH_APP_ID: "acme",
            UNIGRAPH_PRIVATE_NETWORKS: "127.0.0.0/8",
          },
          timeout: 20_000,
        },
        (failure, out, error) => resolve({ code: failure ? Number(failure.code ?? 99) : 0, out, error }),
      ),
    );

  test("a webhook is made, read, given another secret and deleted", async () => {
    const made = await run("webhooks", "create", receiver.url);
    const [, secret] = /^webhook 1\n(whsec_\S+)\n$/.exec(made.out) ?? [];
    assert.ok(secret, made.out + made.error);
    const [listed, ...others] = JSON.parse((await run("webhooks", "--json")).out) as Webhook[];
    assert.deepEqual([listed?.id, listed?.url, others], [1, receiver.url, []]);
    assert.equal((await run("webhooks", "secret", "1")).out, `${secret}\n`);
    assert.notEqual((await run("webhooks", "rotate", "1")).out, `${secret}\n`);
    assert.equal((await run("webhooks", "enable", "1")).out, "webhook 1 is active\n");
    assert.equal((await run("webhooks", "delete", "1")).out, "webhook 1 is deleted\n");
    const none = await run("webhooks", "delete", "1");
    assert.deepEqual([none.code, none.error], [1, "error There is no such webhook.\n"]);
    const refused = await run("webhooks", "create", "http://10.0.0.1/");
    assert.equal(refused.code, 1);
    assert.match(refused.error, /^error The receiver may not be reached from here/);
  });

  test("the audit log is listed and verified; a removed row is found", async () => {
    const rows = JSON.parse((await run("audit", "--json")).out) as AuditRow[];
    assert.deepEqual(
      rows.map(({ actor, action }) => `${actor}: ${action}`),
      [
        "command line: audit.read",
        "command line: webhook.deleted",
        "command line: webhook.enabled",
        "command line: webhook.secret_rotated",
        "command line: webhook.secret_read",
        "command line: webhook.created",
        "first start: key.created",
      ],
    );
    const verified = await run("audit", "verify");
    const [, head] = /^7 rows are as they were written; head (7:\S+)\n$/.exec(verified.out) ?? [];
    assert.ok(head, verified.out + verified.error);
    await run("webhooks", "create", receiver.url);
    assert.match((await run("audit", "verify", head)).out, /^8 rows are as they were written/);
    const database = new DatabaseSync(join(data, "unigraph.sqlite"));
    database.exec("DELETE FROM audit WHERE number = 3");
    database.close();
    const broken = await run("audit", "verify");
    assert.deepEqual([broken.code, broken.error], [1, "error The audit log is broken. Row 3 is missing.\n"]);
  });
});
