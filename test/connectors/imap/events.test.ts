import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openCore } from "../../../src/app.js";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import { dovecot } from "../../servers/dovecot.js";
import { install } from "../../servers/install.js";
import { needsRoot, opensmtpd } from "../../servers/opensmtpd.js";
import { type TestCore, testCore } from "../../support/core.js";
import { fails } from "../../support/fails.js";
import { fieldsOn, type MailServer, mail, RawImap, startMailServer } from "./account.js";
import { Tap } from "./tap.js";

const skip = needsRoot || (await install(dovecot(), opensmtpd({ maildir: "", port: 0 })));

describe("imap: what happens in an account", { skip }, () => {
  let server: MailServer;
  let core: TestCore;
  let raw: RawImap;
  let account: ConnectedAccount;
  before(async () => {
    server = await startMailServer();
    core = await testCore();
    raw = await RawImap.open(server);
    await raw.append("INBOX", mail(0));
    account = await core.connect("imap", fieldsOn(server));
  });
  after(async () => {
    raw?.close();
    await core?.close();
    await server?.stop();
  });
  const events = () => account.apis(false).events;
  const email = () => account.apis(false).email;
  const since = async (cursor: string, of = events()) => {
    const told: string[] = [];
    let next = cursor;
    for (let more = true; more; ) {
      const page = await of.changes(next);
      told.push(...page.changes.map(({ kind, type, id }) => `${kind} ${type} ${id}`));
      ({ next, more } = page);
    }
    return { told, next };
  };

  test("without a cursor, nothing but the cursor of now; one that nobody gave out is refused", async () => {
    const { changes, more, next } = await events().changes(null);
    assert.deepEqual([changes, more], [[], false]);
    assert.deepEqual((await since(next)).told, []);
    await assert.rejects(events().changes("nonsense"), fails("invalid_parameters"));
  });

  test("what others do is told once: mails that come, are marked, move and go; folders", async () => {
    let { next } = await events().changes(null);
    const step = async () => {
      const page = await since(next);
      next = page.next;
      return page.told;
    };
    const id = await raw.append("INBOX", mail(1));
    const uid = id.split(".")[1];
    assert.deepEqual(await step(), [`ADD message ${id}`]);
    await raw.ask("SELECT INBOX");
    await raw.ask(`UID STORE ${uid} +FLAGS (\\Seen)`);
    assert.deepEqual(await step(), [`UPDATE message ${id}`]);
    await raw.ask(`UID MOVE ${uid} Junk`);
    const [moved, gone, ...others] = (await step()).toSorted();
    assert.match(moved ?? "", /^ADD message \d+\.1\.Junk$/);
    assert.deepEqual([gone, others], [`DELETE message ${id}`, []]);
    await raw.ask("CREATE New");
    assert.deepEqual(await step(), ["ADD folder New"]);
    const inside = await raw.append("New", mail(2));
    await raw.ask("DELETE New");
    const again = await step();
    assert.deepEqual(again, ["DELETE folder New"], `${inside} came and went between two looks`);
    assert.deepEqual(await step(), []);
  });

  test("an old cursor tells again what came after it, in another process too", async () => {
    const { next } = await events().changes(null);
    const id = await raw.append("INBOX", mail(3));
    await email().messages.update(id, { starred: true });
    const first = await since(next);
    assert.deepEqual(first.told, [`ADD message ${id}`]);
    const other = await openCore(core.config, () => "http://unigraph.test");
    try {
      const elsewhere = await other.unified
        .internal(other.application, new AbortController().signal)
        .account(account.account);
      assert.deepEqual((await since(next, elsewhere.apis(false).events)).told, first.told);
      assert.deepEqual((await since(first.next, elsewhere.apis(false).events)).told, []);
    } finally {
      await other.close();
    }
  });

  test("a folder that is numbered anew is a gap, not a thousand changes", async () => {
    await raw.ask("CREATE Anew");
    await raw.append("Anew", mail(4));
    const { next } = await events().changes(null);
    await raw.ask("DELETE Anew");
    await new Promise((later) => setTimeout(later, 1100)); // UIDVALIDITY is a second
    await raw.ask("CREATE Anew");
    await assert.rejects(events().changes(next), fails("invalid_parameters"));
  });

  test("a look at an account where nothing has happened is one command", async (t) => {
    const tap = await Tap.start(t, server.imap.port);
    const tapped = await core.connect("imap", {
      ...fieldsOn(server),
      host: "127.0.0.1",
      port: String(tap.port),
      security: "none",
    });
    const { events } = tapped.apis(false);
    const { next } = await events.changes(null);
    await events.changes(next);
    const { commands } = await tap.during(() => events.changes(next));
    assert.deepEqual(
      commands.map((command) => command.split(" ")[0]),
      ["LIST"],
    );
  });

  test("who watches is woken by what comes into the inbox, at once, until he stops", async () => {
    let woken = Promise.withResolvers<void>();
    let count = 0;
    const stop = await events().watch(() => {
      count++;
      woken.resolve();
    });
    await raw.append("INBOX", mail(5));
    await woken.promise;
    woken = Promise.withResolvers();
    await raw.ask("SELECT INBOX");
    await raw.ask("UID STORE 1 +FLAGS (\\Flagged)");
    await woken.promise;
    stop();
    const before = count;
    await raw.append("INBOX", mail(6));
    await new Promise((later) => setTimeout(later, 300));
    assert.equal(count, before);
  });
});
