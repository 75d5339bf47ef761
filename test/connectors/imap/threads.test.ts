import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import type { EmailThread } from "../../../schema/email/thread.js";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import { everyItem } from "../../conformance/storage/bench.js";
import { dovecot, MAILBOX, maildirOf } from "../../servers/dovecot.js";
import { install } from "../../servers/install.js";
import { needsRoot, opensmtpd } from "../../servers/opensmtpd.js";
import { USER } from "../../servers/server.js";
import { ask } from "../../support/ask.js";
import { type TestCore, testCore } from "../../support/core.js";
import { fails } from "../../support/fails.js";
import { fieldsOn, type MailServer, mail, RawImap, startMailServer } from "./account.js";
import { randomLetters } from "./letters.js";
import { Tap } from "./tap.js";

const programs = { packages: { python3: "/usr/bin/python3" } };
const skip = needsRoot || (await install(dovecot(), opensmtpd({ maildir: "", port: 0 }), programs));
const run = promisify(execFile);

/** Neither sorted lists nor threads of its own. */
const OLD = "IMAP4rev1 LITERAL+ UIDPLUS NAMESPACE CHILDREN IDLE ID";

/** What the server itself thinks (RFC 5256), asked by Python's own IMAP client: the UIDs of each thread of a folder. */
const PYTHON = `
import imaplib, json, re, sys
host, port, user, password, folder, algorithm = sys.argv[1:]
client = imaplib.IMAP4(host, int(port))
client.login(user, password)
client.select(folder, True)
answer = client.uid("THREAD", algorithm, "UTF-8", "ALL")[1][0].decode()
threads, depth = [], 0
for word in re.findall(r"[()]|\\d+", answer):
  if word == "(":
    if depth == 0: threads.append([])
    depth += 1
  elif word == ")": depth -= 1
  else: threads[-1].append(int(word))
print(json.dumps(threads))
`;

describe("imap: threads", { skip }, () => {
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
  const email = (of = account) => of.apis(false).email;
  const every = (asked: object = {}, limit = 50, of = account): Promise<EmailThread[]> =>
    everyItem(limit, (paging) => email(of).threads.list({ ...asked, ...paging }));
  const idsOf = (items: readonly { id: { native: string } }[]) => items.map(({ id }) => id.native);
  const mailsOf = async (thread: string) =>
    idsOf(await everyItem(50, (paging) => email().messages.list({ thread, ...paging })));
  const folder = async (name: string): Promise<string> => {
    await raw.ask(`CREATE ${name}`);
    return name;
  };

  test("a thread is its mails in all folders: who wrote them, when, how many, and whether all are read", async () => {
    await raw.append("INBOX", mail(100), "\\Seen");
    await raw.append("Sent", mail(101, ["In-Reply-To: <100@example.com>"]), "\\Seen");
    const newest = await raw.append("INBOX", mail(102, ["References: <100@example.com> <101@example.com>"]), "\\Seen");
    const thread = await email().threads.get("<100@example.com>");
    assert.deepEqual(
      [thread.subject, thread.snippet, thread.messageCount, thread.unread, thread.created, thread.modified],
      ["Mail 100", "Text of mail 102.", 3, false, "2026-01-01T10:40:00Z", "2026-01-01T10:42:00Z"],
    );
    assert.deepEqual(
      thread.participants.map((one) => one.email),
      ["lee1@example.com", "lee2@example.com", "lee0@example.com"],
    );
    const last = await raw.append(await folder("Elsewhere"), mail(103, ["References: <100@example.com>"]));
    assert.deepEqual((await mailsOf(thread.id.native)).slice(0, 2), [last, newest]);
    assert.deepEqual(
      (({ unread, messageCount }) => [unread, messageCount])(await email().threads.get(thread.id.native)),
      [true, 4],
    );
  });

  test("what is missing, forged or much too long makes a thread, and none of another's", async () => {
    const box = await folder("Odd");
    // Nobody has the root; nobody has the mail in between.
    await raw.append(box, mail(200, ["References: <gone@example.com> <201@example.com>"]));
    await raw.append(box, mail(202, ["References: <gone@example.com>", "In-Reply-To: <203@example.com>"]));
    // Two that name each other, and one that names itself.
    await raw.append(box, mail(210, ["References: <211@example.com>"]));
    await raw.append(box, mail(211, ["References: <210@example.com>"]));
    await raw.append(box, mail(212, ["References: <212@example.com>", "In-Reply-To: <212@example.com>"]));
    // One subject, nothing else in common; an id within another's.
    await raw.append(box, Buffer.from(mail(220).toString().replace("Mail 220", "Mail 221")));
    await raw.append(box, mail(221));
    await raw.append(box, mail(222, ["References: <x1220@example.com>"]));
    const many = Array.from({ length: 3000 }, (_, index) => ` <long-${index}@example.com>`);
    await raw.append(box, mail(230, ["References:", ...many]));
    await raw.append(box, mail(231, ["In-Reply-To: <long-0@example.com>"]));
    // No id that a line could hold, nor one that a command could.
    await raw.append(box, mail(240, [`References: <${"x".repeat(3000)}@example.com>`]));
    await raw.append(box, mail(241, ["References: <a\x07b@example.com> <241.root@example.com>"]));
    await raw.append(box, mail(242, ['References: <"q\\uo"te@example.com>']));
    await raw.append(box, mail(243, ["References: <übung@example.com>"]));
    // Nothing that it could be known by.
    await raw.append(
      box,
      Buffer.from(
        mail(250)
          .toString()
          .replace(/Message-ID.*\r\n/, ""),
      ),
    );
    const listed = await every({ folder: box });
    const counted = Object.fromEntries(listed.map(({ id, messageCount }) => [id.native, messageCount]));
    assert.deepEqual(counted, {
      "<gone@example.com>": 2,
      "<211@example.com>": 1,
      "<210@example.com>": 1,
      "<212@example.com>": 1,
      "<220@example.com>": 1,
      "<221@example.com>": 1,
      "<x1220@example.com>": 1,
      "<long-0@example.com>": 2,
      "<240@example.com>": 1,
      "<241.root@example.com>": 1,
      '<"q\\uo"te@example.com>': 1,
      "<übung@example.com>": 1,
    });
    for (const { id, messageCount } of listed) assert.equal((await mailsOf(id.native)).length, messageCount, id.native);
    for (const id of ["<no@example.com>", "gone@example.com", "<a\x07b@example.com>", `<${"x".repeat(3000)}@a>`, "<>"])
      await assert.rejects(email().threads.get(id), fails("not_found"), id);
  });

  test("of a folder, or by words: each thread once, where its newest mail of these stands", async () => {
    const [one, other] = [await folder("One"), await folder("Other")];
    for (let number = 0; number < 6; number++) await raw.append(one, mail(300 + number));
    // Answered later, elsewhere, in the reverse order.
    for (let number = 0; number < 6; number++)
      await raw.append(other, mail(329 - number, [`References: <${300 + number}@example.com>`]));
    await raw.append(other, mail(340));
    const newestFirst = [305, 304, 303, 302, 301, 300].map((number) => `<${number}@example.com>`);
    for (const limit of [1, 4, 50]) {
      assert.deepEqual(idsOf(await every({ folder: one }, limit)), newestFirst);
      assert.deepEqual(idsOf(await every({ folder: other }, limit)), [
        "<340@example.com>",
        ...newestFirst.toReversed(),
      ]);
      assert.deepEqual(idsOf(await every({ query: "TEXT mail 303." }, limit)), ["<303@example.com>"]);
      assert.deepEqual(idsOf(await every({ query: "mail 324." }, limit)), ["<305@example.com>"]);
    }
    assert.ok((await every({ folder: one })).every(({ messageCount }) => messageCount === 2));
    await assert.rejects(every({ folder: "Nowhere" }), fails("not_found"));
    await assert.rejects(every({ label: "x" }), fails("not_implemented"));
  });

  test("a mail that moves while threads are read stays in its thread; without mails a thread is gone", async () => {
    const [from, to] = [await folder("From"), await folder("Towards")];
    for (let number = 0; number < 4; number++) await raw.append(from, mail(900 + number));
    await raw.append(from, mail(910, ["References: <901@example.com>"]));
    const before = idsOf(await every());
    const first = await email().threads.list({ cursor: null, limit: 3 });
    assert.deepEqual(idsOf(first.items), ["<901@example.com>", "<903@example.com>", "<902@example.com>"]);
    await raw.ask(`SELECT ${from}`);
    await raw.ask(`UID MOVE 1,5 ${to}`);
    const rest = await everyItem(7, ({ cursor, limit }) =>
      email().threads.list({ cursor: cursor ?? first.next, limit }),
    );
    assert.deepEqual([...idsOf(first.items), ...idsOf(rest)], before);
    assert.equal((await email().threads.get("<901@example.com>")).messageCount, 2);
    await raw.ask(`SELECT ${to}`);
    await raw.ask("UID STORE 1 +FLAGS (\\Deleted)");
    await raw.ask("EXPUNGE");
    await raw.ask("CLOSE");
    await assert.rejects(email().threads.get("<900@example.com>"), fails("not_found"));
  });

  test("hundreds of mails at random: the same threads as the server finds, and on a server that finds none", async () => {
    const letters = randomLetters(300, 7);
    const box = await folder("Random");
    const roots = new Map<number, string>();
    for (const { number, chain, message } of letters) {
      const [, uid] = (await raw.append(box, message)).split(".");
      roots.set(Number(uid), chain[0] ?? `<${number}@example.com>`);
    }
    const { stdout } = await run("python3", [
      ...["-c", PYTHON, "127.0.0.1", String(server.imap.port), MAILBOX, USER.password, box, "REFS"],
    ]);
    const told = new Map<string, number>();
    for (const uids of JSON.parse(stdout) as number[][]) {
      const names = new Set(uids.map((uid) => roots.get(uid)));
      assert.equal(names.size, 1, `the server joins ${[...names].join()}`);
      const [root] = names as Set<string>;
      assert.ok(!told.has(root as string), `the server divides ${root}`);
      told.set(root as string, uids.length);
    }
    assert.ok(told.size > 50 && Math.max(...told.values()) > 10);

    const other = await startMailServer({ capability: OLD });
    const there = await RawImap.open(other);
    try {
      const old = await core.connect("imap", fieldsOn(other));
      for (const [index, { message }] of letters.entries())
        await there.append(["INBOX", "Sent", "Junk"][index % 3] as string, message);
      for (const of of [old, account]) {
        const listed = await every(of === account ? { folder: box } : {}, 50, of);
        const ours = listed.filter(({ subject }) => subject?.startsWith("Subject "));
        const times = ours.map(({ modified }) => modified as string);
        assert.deepEqual(times, times.toSorted().toReversed());
        const counts = new Map(ours.map(({ id, messageCount }) => [id.native, messageCount]));
        assert.deepEqual(new Map([...counts].sort()), new Map([...told].sort()));
      }
    } finally {
      there.close();
      await other.stop();
    }
  });

  test("a page of threads is a few commands for each folder, and so are the mails of all of them", async (t) => {
    const other = await startMailServer();
    const there = await RawImap.open(other);
    try {
      for (let number = 0; number < 60; number++)
        await there.append(
          ["INBOX", "Sent"][number % 2] as string,
          mail(number, [`References: <${number % 20}.root@example.com>`]),
        );
      const tap = await Tap.start(t, other.imap.port);
      const plainly = { host: "127.0.0.1", port: String(tap.port), security: "none" };
      const tapped = await core.connect("imap", { ...fieldsOn(other), ...plainly });
      const { threads, messages } = email(tapped);
      await threads.list({ cursor: null, limit: 1 });
      const during = async (work: () => Promise<unknown>): Promise<string[]> =>
        (await tap.during(work)).commands.map((command) => command.split(" ").slice(0, 2).join(" "));
      const each = (...names: string[]) => ["EXAMINE INBOX", ...names, "EXAMINE Sent", ...names];
      const listing = await during(() => threads.list({ cursor: null, limit: 20 }));
      assert.deepEqual(listing, [
        'LIST ""',
        ...each("UID SORT"), // the dates are remembered
        ...["UID FETCH", "EXAMINE INBOX", "UID FETCH"], // what they refer to
        ...each("UID SEARCH", "UID FETCH"),
        ...["UID FETCH", "UID FETCH", "EXAMINE INBOX", "UID FETCH", "UID FETCH"], // the newest ones
      ]);
      const ids = Array.from({ length: 20 }, (_, index) => `<${index}.root@example.com>`);
      assert.deepEqual(
        await during(async () => {
          for (const thread of await threads.getMany(ids)) assert.ok(!(thread instanceof Error));
        }),
        ['LIST ""', ...each("UID SEARCH", "UID FETCH"), ...each("UID FETCH", "UID FETCH")],
      );
      const reading = await during(async () => {
        const pages = await messages.listMany(
          ids.map((thread) => ({ thread })),
          2,
        );
        for (const [index, page] of pages.entries()) {
          assert.ok(!(page instanceof Error));
          const [newest, second] = [40 + index, 20 + index];
          assert.deepEqual(
            page.items.map(({ subject }) => subject),
            [`Mail ${newest}`, `Mail ${second}`],
          );
          const after = await messages.list({ thread: ids[index] as string, cursor: page.next, limit: 2 });
          assert.deepEqual([after.items.map(({ subject }) => subject), after.next], [[`Mail ${index}`], null]);
        }
      });
      assert.deepEqual(reading.slice(0, 13), [
        'LIST ""',
        ...each("UID SEARCH", "UID FETCH"),
        ...each("UID FETCH", "UID FETCH"),
      ]);
      const { data, calls } = await ask(
        core,
        `query ($id: ID!) { account(id: $id) { email { threads(first: 20) { nodes {
           id messageCount messages(first: 5) { nodes { subject thread(first: 5) { nodes { subject } } } } } } } } }`,
        { id: String(tapped.account) },
      );
      assert.equal(calls, 2);
      for (const { messages } of data.account.email.threads.nodes)
        for (const { thread } of messages.nodes) assert.deepEqual(thread.nodes.length, 3);
    } finally {
      there.close();
      await other.stop();
    }
  });

  test("a thread of too many mails is told without their number, and hides no other", async () => {
    const other = await startMailServer();
    const there = await RawImap.open(other);
    try {
      const folder = join(maildirOf(other.imap), "cur");
      await there.append("INBOX", mail(0));
      for (let number = 1; number <= 2_100; number++)
        await writeFile(join(folder, `${number}.x:2,S`), mail(number, ["References: <giant@example.com>"]));
      const giant = email(await core.connect("imap", fieldsOn(other)));
      const [thread, small] = await giant.threads.getMany(["<giant@example.com>", "<0@example.com>"]);
      assert.ok(thread && !(thread instanceof Error) && small && !(small instanceof Error));
      assert.deepEqual([thread.messageCount, thread.created, thread.subject], [null, null, null]);
      assert.equal(thread.snippet, "Text of mail 2100.");
    } finally {
      there.close();
      await other.stop();
    }
  });
});
