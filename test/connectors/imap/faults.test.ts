import assert from "node:assert/strict";
import { readdirSync, readlinkSync } from "node:fs";
import { finished } from "node:stream/promises";
import { after, before, describe, type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { HEAD } from "../../../src/connectors/imap/map.js";
import { bodiesOf, snippetsOf } from "../../../src/connectors/imap/texts.js";
import { inSession } from "../../../src/connectors/imap/transport.js";
import { Session } from "../../../src/unified/session.js";
import { FaultProxy } from "../../faults/proxy.js";
import { until } from "../../faults/service.js";
import { dovecot, MAILBOX } from "../../servers/dovecot.js";
import { install } from "../../servers/install.js";
import { needsRoot, opensmtpd } from "../../servers/opensmtpd.js";
import { bytesOf, contentOf, sha256, streamOf } from "../../support/bytes.js";
import { type TestCore, testCore } from "../../support/core.js";
import { fails } from "../../support/fails.js";
import { draft, fieldsOn, type MailServer, mail, RawImap, startMailServer } from "./account.js";

const skip = needsRoot || (await install(dovecot(), opensmtpd({ maildir: "", port: 0 })));
const LARGE = 16 * 2 ** 20;

describe("imap: networks that break", { skip }, () => {
  let server: MailServer;
  let raw: RawImap;
  let large: string;
  before(async () => {
    server = await startMailServer();
    raw = await RawImap.open(server);
    for (let number = 0; number < 200; number++) await raw.append("INBOX", mail(number));
    const head = `From: a@b.example\r\nSubject: Large\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nShort.\r\n--x\r\nContent-Type: application/octet-stream; name=large.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n`;
    const lines = bytesOf(LARGE).toString("base64").replace(/.{76}/g, "$&\r\n");
    large = await raw.append("Sent", Buffer.from(`${head}${lines}\r\n--x--\r\n`));
  });
  after(async () => {
    raw?.close();
    await server?.stop();
  });

  const through = async (t: TestContext) => {
    const core: TestCore = await testCore();
    t.after(() => core.close());
    const [proxy, sending] = [
      await FaultProxy.start(t, server.imap.port),
      await FaultProxy.start(t, server.ports.smtp),
    ];
    const account = await core.connect("imap", {
      ...fieldsOn(server),
      host: "127.0.0.1",
      port: String(proxy.port),
      security: "starttls",
      smtpHost: "127.0.0.1",
      smtpPort: String(sending.port),
    });
    const impatient = (milliseconds: number) => ({
      ...account.context("email", false),
      connections: core.unified.client.connections(
        { ...account.target(), deadlineMs: milliseconds },
        account.record.settings,
      ),
    });
    return { core, proxy, sending, account, email: account.apis(false).email, impatient };
  };
  const inbox = { folder: "INBOX", cursor: null, limit: 100 };

  /** Somebody else, who has the folder open. */
  const somebodyIn = async (t: TestContext, folder: string): Promise<RawImap> => {
    const somebody = await RawImap.open(server);
    t.after(() => somebody.close());
    await somebody.ask(`SELECT ${folder}`);
    return somebody;
  };
  const append = async (number: number): Promise<number> =>
    Number((await raw.append("Sent", mail(number))).split(".")[1]);

  test("a mail that somebody deletes while it is read is not there", async (t) => {
    const { account } = await through(t);
    const uid = await append(1);
    const somebody = await somebodyIn(t, "Sent");
    await inSession(account.context("email", false), async (session) => {
      await session.open("Sent");
      const wires = await session.fetch([uid], HEAD);
      assert.equal(wires.length, 1);
      await somebody.ask(`UID STORE ${uid} +FLAGS (\\Deleted)`);
      await somebody.ask(`UID EXPUNGE ${uid}`);
      assert.equal((await snippetsOf(session, wires)).get(uid), undefined);
      assert.deepEqual(await session.fetch([uid], HEAD), []);
      assert.equal((await bodiesOf(session, wires)).get(uid), undefined);
    });
  });

  test("a mail that somebody marks while others are read is none of them", async (t) => {
    const { account } = await through(t);
    const [asked, marked] = [await append(1), await append(2)];
    const somebody = await somebodyIn(t, "Sent");
    await inSession(account.context("email", false), async (session) => {
      await session.open("Sent");
      await somebody.ask(`UID STORE ${marked} +FLAGS (\\Flagged)`);
      const told = await session.fetch([asked], HEAD);
      assert.deepEqual(
        told.map(({ uid }) => uid),
        [asked],
      );
    });
  });

  test("F7: after a reset in the midst of a list it is begun anew; the third reset is told, and the next list is whole", async (t) => {
    const { core, proxy, email } = await through(t);
    const received = () => [...proxy.pairs].reduce((sum, [, outer]) => sum + outer.bytesRead, 0);
    const resetLists = async (times: number) => {
      for (let time = 0; time < times; time++) {
        await until(() => received() > 8000);
        proxy.reset();
        await until(() => received() < 8000);
      }
    };
    proxy.reset();
    const [whole] = await Promise.all([email.messages.list(inbox), resetLists(2)]);
    assert.equal(whole.items.length, 100);
    assert.equal(core.unified.client.counts.retries.reset, 2);
    await Promise.all([assert.rejects(email.messages.list(inbox), fails("bad_gateway")), resetLists(3)]);
    assert.equal((await email.messages.list(inbox)).items.length, 100);
  });

  test("F7: a reset midway ends an attachment with an error, never as if it were whole; the next one is", async (t) => {
    const { proxy, email } = await through(t);
    const { body } = await email.attachment(large, "2");
    let seen = 0;
    body.on("data", (chunk: Buffer) => {
      seen += chunk.length;
      if (seen > 2 ** 20) proxy.reset();
    });
    await assert.rejects(finished(body), fails("bad_gateway"));
    assert.ok(seen < LARGE);
    assert.equal(sha256(await contentOf((await email.attachment(large, "2")).body)), sha256(bytesOf(LARGE)));
  });

  test("F7: a reset while a mail is sent is told, and no copy says that it was sent", async (t) => {
    const { sending, email } = await through(t);
    const before = (await email.folders.get("Sent")).totalCount;
    const size = 8 * 2 ** 20;
    const open = async () => streamOf(size);
    const attachments = [{ name: "a.bin", mimeType: "application/octet-stream", size, contentId: null, open }];
    const work = email.send(draft({ attachments }));
    const stopped = { now: false };
    void (async () => {
      while (!stopped.now) {
        if ((await raw.ask("STATUS Sent (MESSAGES)")).some((line) => line.includes(`MESSAGES ${(before ?? 0) + 1}`)))
          sending.reset();
        await delay(2);
      }
    })();
    await assert.rejects(work, fails("bad_gateway"));
    stopped.now = true;
    assert.equal((await email.folders.get("Sent")).totalCount, before);
  });

  test("F20: a caller who leaves while a mail is handed over leaves no file open", async (t) => {
    const { core, sending, account } = await through(t);
    const spooled = () =>
      readdirSync("/proc/self/fd").filter((name) => {
        try {
          return readlinkSync(`/proc/self/fd/${name}`).includes("unigraph-mail-");
        } catch {
          return false; // closed since
        }
      });
    const size = 8 * 2 ** 20;
    const open = async () => streamOf(size);
    const attachments = [{ name: "a.bin", mimeType: "application/octet-stream", size, contentId: null, open }];
    for (let time = 0; time < 5; time++) {
      const leaving = new AbortController();
      const { email } = (await core.unified.internal(core.application, leaving.signal).account(account.account)).apis(
        false,
      );
      const before = sending.count;
      const work = email.send(draft({ attachments }));
      await until(() => sending.count > before && spooled().length > 0);
      sending.isBlackhole = true;
      leaving.abort();
      await assert.rejects(work, fails("timed_out"));
      sending.isBlackhole = false;
    }
    await until(() => spooled().length === 0);
  });

  test("F7: a mail that has left is told as sent, though the other server is gone by then", async (t) => {
    const { proxy, sending, email } = await through(t);
    const before = sending.count;
    const work = email.send(draft());
    await until(() => sending.count > before);
    proxy.isBlackhole = true;
    assert.equal((await work).subject, "From the suite");
    proxy.isBlackhole = false;
  });

  test("F4: a server that hangs: told at the deadline, the sockets destroyed, and then it goes on", async (t) => {
    const { proxy, account, impatient } = await through(t);
    const context = impatient(1500);
    const { messages } = account.connector.email!;
    await messages!.list!(context, inbox);
    proxy.isBlackhole = true;
    const began = performance.now();
    await assert.rejects(messages!.list!(context, inbox), fails("gateway_timeout"));
    assert.ok(performance.now() - began < 2500);
    await until(() => proxy.pairs.size === 0);
    proxy.isBlackhole = false;
    assert.equal((await messages!.list!(context, inbox)).items.length, 100);
  });

  test("F4: an attachment that nothing comes of is told at the deadline; one that nobody reads is left alone", async (t) => {
    const { proxy, account, impatient } = await through(t);
    const { body } = await account.connector.email!.attachment!(impatient(400), large, "2");
    await new Promise((read) => body.once("readable", read));
    await delay(900);
    assert.equal(body.destroyed, false);
    proxy.isBlackhole = true;
    await assert.rejects(contentOf(body), fails("gateway_timeout"));
  });

  test("a connection that the server closed while it lay idle is replaced without a word", async (t) => {
    const { proxy, email } = await through(t);
    await email.messages.list(inbox);
    for (const [inner] of proxy.pairs) inner.end();
    await until(() => proxy.pairs.size === 0);
    assert.equal((await email.messages.list(inbox)).items.length, 100);
  });

  test("a server that takes fewer connections than we want is believed: everybody gets his turn", async (t) => {
    const { email } = await through(t);
    const others = await Promise.all(Array.from({ length: 6 }, () => RawImap.open(server)));
    try {
      await email.messages.list(inbox);
      await assert.rejects(RawImap.open(server), /Maximum number of connections/);
      const pages = await Promise.all(
        Array.from({ length: 12 }, () => email.messages.list({ folder: "INBOX", cursor: null, limit: 5 })),
      );
      assert.ok(pages.every(({ items }) => items.length === 5));
    } finally {
      for (const other of others) other.close();
    }
  });

  test("who watches goes on after a reset, and is told that something may have happened", async (t) => {
    const { proxy, account } = await through(t);
    let woken = Promise.withResolvers<void>();
    const stop = await account.apis(false).events.watch(() => woken.resolve());
    t.after(stop);
    proxy.reset();
    await woken.promise;
    woken = Promise.withResolvers();
    await until(() => proxy.pairs.size > 0);
    await delay(300); // until it listens again
    await raw.append("INBOX", mail(1000));
    await woken.promise;
  });

  test("F20: callers that leave at any moment leave no connection behind", async (t) => {
    const { core, account } = await through(t);
    for (let cycle = 0; cycle < 20; cycle++) {
      const leaving = new AbortController();
      const session = new Session(core.unified, core.session.caller, leaving.signal);
      const { email } = session.open(account.record).apis(false);
      const work = Promise.allSettled([
        email.attachment(large, "2").then(({ body }) => finished(body.resume())),
        email.messages.list(inbox),
        email.send(draft({ to: [{ id: null, name: null, email: MAILBOX }] })),
      ]);
      await delay(Math.random() * 80);
      leaving.abort();
      await work;
    }
    await account.apis(false).email.folders.get("INBOX");
    await until(() => core.unified.client.openConnections <= 8);
  });
});
