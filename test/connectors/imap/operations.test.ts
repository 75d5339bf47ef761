import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import { dovecot, MAILBOX, maildirOf } from "../../servers/dovecot.js";
import { install } from "../../servers/install.js";
import { needsRoot, opensmtpd } from "../../servers/opensmtpd.js";
import { ask, data } from "../../support/ask.js";
import { streamOf } from "../../support/bytes.js";
import { type TestCore, testCore } from "../../support/core.js";
import { fails } from "../../support/fails.js";
import { draft, fieldsOn, type MailServer, mail, RawImap, startMailServer } from "./account.js";
import { Tap } from "./tap.js";

const skip = needsRoot || (await install(dovecot(), opensmtpd({ maildir: "", port: 0 })));
const COUNT = 500;

describe("imap: what it costs, what it tells, what is not there", { skip }, () => {
  let server: MailServer;
  let core: TestCore;
  let raw: RawImap;
  let account: ConnectedAccount;
  before(async () => {
    server = await startMailServer();
    core = await testCore();
    raw = await RawImap.open(server);
    account = await core.connect("imap", fieldsOn(server));
  });
  after(async () => {
    raw?.close();
    await core?.close();
    await server?.stop();
  });
  const email = () => account.apis(false).email;
  const plainly = (port: number) => ({ ...fieldsOn(server), host: "127.0.0.1", port: String(port), security: "none" });
  const idsOf = (items: readonly { id: { native: string } }[]) => items.map(({ id }) => id.native);

  test("the account is named by its address, and its settings hold no secret", () => {
    assert.equal(account.record.name, MAILBOX);
    assert.equal(account.record.settings.username, MAILBOX);
    assert.ok(!JSON.stringify(account.record.settings).includes("sesame"));
  });

  test(`${COUNT} mails by their ids: one folder opened, their heads with one command, their beginnings with one more`, async (t) => {
    await raw.ask("CREATE Many");
    await raw.ask("SUBSCRIBE Many");
    const ids: string[] = [];
    for (let number = 0; number < COUNT; number++) ids.push(await raw.append("Many", mail(number)));
    const tap = await Tap.start(t, server.imap.port);
    const tapped = await core.connect("imap", plainly(tap.port));
    const { messages } = tapped.apis(false).email;
    await messages.get(ids[0] as string);
    let told: unknown[] = [];
    const { commands } = await tap.during(async () => {
      told = await messages.getMany(ids);
    });
    assert.ok(told.length === COUNT && told.every((one) => !(one instanceof Error)));
    assert.deepEqual(
      commands.map((command) => command.split(" ").slice(0, 2).join(" ")),
      ["EXAMINE Many", "UID FETCH", "UID FETCH"],
    );
    // Nothing is read of texts and files but a beginning.
    const file = Buffer.from(
      `From: a@b.example\r\nDate: Wed, 01 Jan 2025 09:00:00 +0000\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nShort.\r\n--x\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.alloc(3_000_000).toString("base64")}\r\n--x--\r\n`,
    );
    const id = await raw.append("Many", file);
    const { received } = await tap.during(async () => {
      const large = await messages.get(id);
      assert.equal(large.attachments[0]?.name, "a.pdf");
      assert.equal(large.snippet, "Short.");
    });
    assert.ok(received < 10_000, `${received} bytes for a head`);
    const bodies = await tap.during(() => tapped.apis(false).email.bodies([id]));
    assert.ok(bodies.received < 10_000, `${bodies.received} bytes for a text`);
  });

  test("a page of a folder, and of all folders, sorted by the server", async (t) => {
    const tap = await Tap.start(t, server.imap.port);
    const tapped = await core.connect("imap", plainly(tap.port));
    const { messages } = tapped.apis(false).email;
    let page: Awaited<ReturnType<typeof messages.list>> | undefined;
    const { commands } = await tap.during(async () => {
      page = await messages.list({ folder: "Many", cursor: null, limit: 50 });
    });
    assert.equal(page?.items.length, 50);
    const names = commands.map((command) => command.split(" ").slice(0, 2).join(" "));
    assert.deepEqual(names.slice(names.findIndex((name) => name.startsWith("LIST "))), [
      'LIST ""',
      "EXAMINE Many",
      "UID SORT",
      "UID FETCH",
      "UID FETCH",
      "UID FETCH",
    ]);
  });

  test("in the graph: a page, its texts and its folders are three uses; an answer stays in its thread", async () => {
    const id = String(account.id);
    const { data: told, calls } = await ask(
      core,
      `query ($id: ID!) { account(id: $id) { email { messages(first: 40) { nodes {
         id subject snippet text html from { name email } folder { name role } attachments { name } } } } } }`,
      { id },
    );
    const { nodes } = told.account.email.messages;
    assert.deepEqual([nodes.length, calls], [40, 3]);
    const [newest] = nodes;
    assert.deepEqual(
      [newest.subject, newest.text.trim(), newest.snippet, newest.folder.name],
      [`Mail ${COUNT - 1}`, `Text of mail ${COUNT - 1}.`, `Text of mail ${COUNT - 1}.`, "Many"],
    );
    const answered = await data(
      core,
      `mutation ($input: SendEmailInput!) { sendEmail(input: $input) { emailMessage {
         subject inReplyTo to { email } text folder { role } thread(first: 5) { nodes { subject } } } } }`,
      { input: { account: id, answers: newest.id, quote: true, text: "Yes." } },
    );
    const { emailMessage } = answered.sendEmail;
    assert.deepEqual(
      [emailMessage.subject, emailMessage.inReplyTo, emailMessage.folder.role, emailMessage.to],
      [`Re: Mail ${COUNT - 1}`, `<${COUNT - 1}@example.com>`, "sent", [{ email: "lee1@example.com" }]],
    );
    assert.match(emailMessage.text, /^Yes\.\n\nOn .* wrote:\n> Text of mail 499\.$/);
    assert.deepEqual(
      emailMessage.thread.nodes.map(({ subject }: { subject: string }) => subject),
      [`Re: Mail ${COUNT - 1}`, `Mail ${COUNT - 1}`],
    );
  });

  test("what is wrong is told in one sentence each", async () => {
    const told = async (more: Record<string, string>) => {
      const error = await core.connect("imap", { ...fieldsOn(server), ...more }).then(
        () => assert.fail("it was let in"),
        (error) => error,
      );
      return `${error.code}: ${error.message}`;
    };
    const unsecured = { security: "none", certificate: "" };
    const table: readonly (readonly [what: Record<string, string>, told: RegExp])[] = [
      [{ host: "no-such-host.invalid" }, /^service_not_available: There is no host of this name\.$/],
      [{ host: "a b" }, /^invalid_parameters: This is not the name of a host\.$/],
      [{ port: "1" }, /^service_not_available: Nothing listens at this port of the host\.$/],
      [{ port: "99999" }, /^invalid_parameters: The port must be a number/],
      [{ security: "ssl" }, /^invalid_parameters: The security is tls, starttls or none\.$/],
      [{ certificate: "ab:cd" }, /^invalid_parameters: A certificate is given by its SHA-256 fingerprint/],
      [
        { certificate: "" },
        /^bad_gateway: The server's certificate is not signed by an authority.*give its fingerprint/,
      ],
      [
        { certificate: "ab".repeat(32) },
        /^bad_gateway: The server's certificate is not the one that this account trusts/,
      ],
      [{ password: "wrong" }, /^service_unauthorized: The server refuses this user name or password\.$/],
      [{ username: "nobody@example.test" }, /^service_unauthorized: The server refuses this user name or password\.$/],
      [{ password: "" }, /^invalid_parameters: Give a password or an access token, and not both\.$/],
      [{ password: "", accessToken: "x" }, /^service_unauthorized: The server takes no access token\.$/],
      [{ username: "alice", password: "x" }, /^invalid_parameters: The user name is no e-mail address: say which/],
      // TLS where the server begins without it, and the other way round.
      [{ port: String(server.imap.port) }, /^bad_gateway: The server does not speak TLS here\.$/],
      [
        { ...unsecured },
        /^gateway_timeout: No IMAP server greets at this port: one that expects TLS from the first byte needs/,
      ],
      [
        { port: String(server.delivering.port), security: "starttls" },
        /^bad_gateway: What answers at this port is no IMAP server/,
      ],
      [{ smtpPort: "1" }, /^service_not_available: SMTP: Nothing listens at this port of the host\.$/],
      [{ smtpCertificate: "" }, /^bad_gateway: SMTP: The server's certificate is not signed/],
      [{ smtpPort: String(server.imap.port) }, /^bad_gateway: SMTP: What answers at this port is no SMTP server/],
      [{ smtpPort: String(server.delivering.port) }, /^bad_gateway: SMTP: The server offers no TLS at this port\.$/],
      [
        { smtpPort: String(server.delivering.port), smtpSecurity: "none" },
        /^service_unauthorized: SMTP: The server lets nobody log in here/,
      ],
    ];
    for (const [what, expected] of table) assert.match(await told(what), expected, JSON.stringify(what));
    const strict = await testCore({ privateNetworks: [] });
    await assert.rejects(strict.connect("imap", fieldsOn(server)), fails("forbidden"));
    await strict.close();
  });

  test("every way to TLS is a way in", async () => {
    const ways = [
      {
        port: String(server.imap.port),
        security: "starttls",
        smtpPort: String(server.ports.smtps),
        smtpSecurity: "tls",
      },
      { port: String(server.imap.port), security: "none", smtpPort: String(server.ports.smtp), smtpSecurity: "none" },
    ];
    for (const way of ways) {
      const { record } = await core.connect("imap", { ...fieldsOn(server), ...way });
      assert.equal(record.name, MAILBOX);
    }
  });

  test("an account without an SMTP server reads, and says that it cannot send", async () => {
    const reader = await core.connect("imap", { ...fieldsOn(server), smtpHost: "" });
    const { email } = reader.apis(false);
    assert.ok((await email.folders.list({ cursor: null, limit: 10 })).items.length > 0);
    await assert.rejects(email.send(draft()), fails("not_implemented"));
  });

  test("folders have their roles in any language, and names go as IMAP writes them", async () => {
    const { items } = await email().folders.list({ cursor: null, limit: 100 });
    const roles = Object.fromEntries(items.map(({ name, role }) => [name, role]));
    assert.equal(roles["Entwürfe & Notizen"], "drafts");
    assert.deepEqual([roles.INBOX, roles.Sent, roles.Trash, roles.Junk], ["inbox", "sent", "trash", "spam"]);
    const made = await email().folders.create({ name: 'Ärger & Straße 名前 "x" \\y' });
    const inner = await email().folders.create({ name: "Within", parent: made.id.native });
    assert.equal(inner.parentId?.native, made.id.native);
    const listed = (await raw.ask('LIST "" "*"')).join("\n");
    assert.match(listed, /&AMQ-rger &- Stra&AN8-e &VA1STQ- /);
    await assert.rejects(email().folders.create({ name: "a/b" }), fails("invalid_parameters"));
    await assert.rejects(email().folders.create({ name: "Within", parent: made.id.native }), fails("naming_conflict"));
    await assert.rejects(
      email().folders.update(made.id.native, { parent: inner.id.native }),
      fails("invalid_parent_folder"),
    );
    const id = await raw.append("INBOX", mail(7));
    const moved = await email().messages.update(id, { folder: inner.id.native, starred: true });
    assert.deepEqual([moved.folderId?.native, moved.starred], [inner.id.native, true]);
    const renamed = await email().folders.update(made.id.native, { name: "Renamed" });
    assert.equal((await email().folders.get(`${renamed.id.native}/Within`)).totalCount, 1);
  });

  test("a folder that is made anew under its name keeps no old id alive", async () => {
    await raw.ask("CREATE Anew");
    const id = await raw.append("Anew", mail(1));
    assert.equal((await email().messages.get(id)).subject, "Mail 1");
    await raw.ask("DELETE Anew");
    await new Promise((later) => setTimeout(later, 1100)); // UIDVALIDITY is a second
    await raw.ask("CREATE Anew");
    await raw.append("Anew", mail(2));
    const other = await raw.append("INBOX", mail(3));
    const many = await email().messages.getMany([id, other]);
    fails("not_found")(many[0]);
    assert.ok(!(many[1] instanceof Error));
    await assert.rejects(email().messages.get(id), fails("not_found"));
    await assert.rejects(email().messages.update(id, { read: true }), fails("not_found"));
    await assert.rejects(email().messages.delete(id, { permanent: true }), fails("not_found"));
    await assert.rejects(email().attachment(id, "2"), fails("not_found"));
  });

  test("a thread is its mails in all folders, by what they refer to", async () => {
    const first = await raw.append("INBOX", mail(5100));
    const reply = await raw.append("Sent", mail(5101, ["In-Reply-To: <5100@example.com>"]));
    const later = await raw.append("Many", mail(5102, ["References: <5100@example.com> <5101@example.com>"]));
    await raw.append("INBOX", mail(5103, ["References: <15100@example.com>"]));
    const { threadId } = await email().messages.get(later);
    const { items } = await email().messages.list({ thread: threadId?.native as string, cursor: null, limit: 50 });
    assert.deepEqual(idsOf(items), [later, reply, first]);
  });

  test("a recipient that is refused stops the mail for all, and no copy of it stays", async () => {
    const count = async () => (await email().folders.get("Sent")).totalCount;
    const before = await count();
    const to = ["kim@suite.example", "x@refused.example"].map((address) => ({ id: null, name: null, email: address }));
    await assert.rejects(email().send(draft({ to })), (error: Error) => {
      fails("request_failed")(error);
      assert.match(error.message, /refuses mail for x@refused\.example; nothing was sent/);
      return true;
    });
    assert.equal(await count(), before);
    await email().send(draft());
    assert.equal(await count(), (before ?? 0) + 1);
  });

  test("a mail that is too large for the server is not sent", async () => {
    const before = (await email().folders.get("Sent")).totalCount;
    const size = 60 * 2 ** 20;
    const open = async () => streamOf(size);
    const attachments = [{ name: "a.bin", mimeType: "application/octet-stream", size, contentId: null, open }];
    await assert.rejects(email().send(draft({ attachments })), fails("entity_too_large"));
    assert.equal((await email().folders.get("Sent")).totalCount, before);
  });

  test("what the server cannot do to one mail alone is left", async () => {
    const other = await startMailServer({ capability: "IMAP4rev1 LITERAL+ CHILDREN NAMESPACE" });
    try {
      const poor = (await core.connect("imap", fieldsOn(other))).apis(false).email;
      const sent = await poor.send(draft());
      await assert.rejects(poor.messages.delete(sent.id.native, { permanent: true }), fails("not_implemented"));
      await assert.rejects(poor.messages.update(sent.id.native, { folder: "INBOX" }), fails("not_implemented"));
      assert.equal((await poor.messages.update(sent.id.native, { starred: true })).starred, true);
    } finally {
      await other.stop();
    }
  });

  test("where a folder shows all mail, a mail is told once", async () => {
    const other = await startMailServer({ folders: { All: "\\All", Starred: "\\Flagged", Trash: "\\Trash" } });
    const there = await RawImap.open(other);
    try {
      const whole = (await core.connect("imap", fieldsOn(other))).apis(false).email;
      const ids = [];
      for (const folder of ["All", "Starred", "INBOX", "Trash"]) ids.push(await there.append(folder, mail(ids.length)));
      const { items } = await whole.messages.list({ cursor: null, limit: 10 });
      assert.deepEqual(idsOf(items), [ids[3], ids[0]]);
      await there.append("INBOX", mail(0));
      const threads = await whole.threads.list({ folder: "INBOX", cursor: null, limit: 10 });
      assert.deepEqual(
        threads.items.map(({ id, messageCount }) => [id.native, messageCount]),
        [["<0@example.com>", 1]],
      );
    } finally {
      there.close();
      await other.stop();
    }
  });

  test("what the user may not do is told as that", async () => {
    for (const [name, rights] of Object.entries({ Hidden: "l", Shown: "lr" })) {
      await raw.ask(`CREATE ${name}`);
      const id = await raw.append(name, mail(1));
      await writeFile(join(maildirOf(server.imap), `.${name}`, "dovecot-acl"), `owner ${rights}\n`);
      const { messages } = email();
      await assert.rejects(messages.update(id, { read: true }), fails("permission_denied"), name);
      await assert.rejects(messages.delete(id, { permanent: true }), fails("permission_denied"), name);
      if (name === "Shown") assert.equal((await messages.get(id)).subject, "Mail 1");
      else await assert.rejects(messages.get(id), fails("permission_denied"));
    }
    const [hidden] = (await email().folders.list({ cursor: null, limit: 100 })).items.filter(
      ({ name }) => name === "Hidden",
    );
    assert.equal(hidden?.totalCount ?? null, null);
    // The others are told all the same.
    assert.ok((await email().messages.list({ cursor: null, limit: 10 })).items.length > 0);
    const { events } = account.apis(false);
    const { next } = await events.changes(null);
    const id = await raw.append("INBOX", mail(1));
    assert.deepEqual(
      (await events.changes(next)).changes.map((change) => change.id),
      [id],
    );
  });

  test("a folder with mails in it is deleted for good, or not at all", async () => {
    await raw.ask("CREATE Full");
    await raw.append("Full", mail(1));
    await assert.rejects(email().folders.delete("Full"), fails("folder_not_empty"));
    await email().folders.delete("Full", { permanent: true });
    await assert.rejects(email().folders.get("Full"), fails("not_found"));
  });

  test("labels are not there, and say so", async () => {
    const query = { label: "x", cursor: null, limit: 1 };
    await assert.rejects(email().messages.list(query), fails("not_implemented"));
    const id = await raw.append("INBOX", mail(9));
    await assert.rejects(email().messages.update(id, { labels: [] }), fails("not_implemented"));
  });
});
