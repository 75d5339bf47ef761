import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { EmailMessage } from "../../../schema/email/message.js";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import { dovecot, MAILBOX } from "../../servers/dovecot.js";
import { install } from "../../servers/install.js";
import { needsRoot, opensmtpd } from "../../servers/opensmtpd.js";
import { start, USER } from "../../servers/server.js";
import { bytesOf, contentOf, sha256, streamFrom } from "../../support/bytes.js";
import { type TestCore, testCore } from "../../support/core.js";
import { fails } from "../../support/fails.js";
import { fieldsOn, type MailServer, startMailServer } from "./account.js";

const programs = { packages: { swaks: "/usr/bin/swaks", python3: "/usr/bin/python3" } };
const skip = needsRoot || (await install(dovecot(), opensmtpd({ maildir: "", port: 0 }), programs));
const run = promisify(execFile);

/** What Python's own IMAP client and its own reader of mail make of the newest mail of a folder. */
const PYTHON = `
import email, email.policy, hashlib, imaplib, json, sys
host, port, user, password, folder = sys.argv[1:]
client = imaplib.IMAP4(host, int(port))
client.login(user, password)
client.select(folder, True)
newest = client.search(None, "ALL")[1][0].split()[-1]
flags, body = client.fetch(newest, "(FLAGS BODY.PEEK[])")[1][0]
mail = email.message_from_bytes(body, policy=email.policy.default)
parts = [part for part in mail.walk() if part.get_filename()]
print(json.dumps({
  "subject": mail["subject"], "from": mail["from"], "to": mail["to"], "bcc": mail["bcc"], "id": mail["message-id"],
  "text": mail.get_body(("plain",)).get_content(), "html": mail.get_body(("html",)).get_content(),
  "seen": b"\\\\Seen" in flags,
  "files": [[part.get_filename(), hashlib.sha256(part.get_payload(decode=True)).hexdigest()] for part in parts],
}))
`;

describe("imap: what others write and read", { skip }, () => {
  let server: MailServer;
  let core: TestCore;
  let account: ConnectedAccount;
  before(async () => {
    server = await startMailServer();
    core = await testCore();
    account = await core.connect("imap", fieldsOn(server));
  });
  after(async () => {
    await core?.close();
    await server?.stop();
  });
  const email = () => account.apis(false).email;
  const arrived = async (): Promise<EmailMessage> => {
    for (let tries = 0; tries < 100; tries++) {
      const { items } = await email().messages.list({ folder: "INBOX", cursor: null, limit: 1 });
      if (items[0]) return items[0];
      await delay(50);
    }
    return assert.fail("nothing has arrived");
  };

  test("what swaks sends arrives as it was meant, its file byte by byte", async () => {
    const folder = await mkdtemp(join(tmpdir(), "unigraph-swaks-"));
    const bytes = bytesOf(50_000);
    await writeFile(join(folder, "file"), bytes);
    try {
      await run("swaks", [
        ...["--server", `127.0.0.1:${server.delivering.port}`, "--to", MAILBOX, "--from", "bob@example.org"],
        ...["--h-From", "=?utf-8?Q?J=C3=BCrgen?= <bob@example.org>"],
        ...["--h-Subject", "=?iso-8859-15?Q?Angebot_=A4_f=FCr_M=FCller?="],
        ...["--body", "Hello from swaks.", "--attach-type", "application/x-thing"],
        ...["--attach-name", "a b; c=d.bin", "--attach", `@${folder}/file`],
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
    const mail = await arrived();
    assert.deepEqual(
      [mail.subject, mail.author?.name, mail.author?.email, mail.read, mail.snippet],
      ["Angebot € für Müller", "Jürgen", "bob@example.org", false, "Hello from swaks."],
    );
    const [file] = mail.attachments;
    assert.deepEqual([file?.name, file?.mimeType], ["a b; c=d.bin", "application/x-thing"]);
    const { body } = await email().attachment(mail.id.native, file?.id?.native.split("\n")[1] as string);
    assert.equal(sha256(await contentOf(body)), sha256(bytes));
    assert.equal((await email().messages.get(mail.id.native)).read, false, "looking at a mail marked it as read");
  });

  test("what we send is read by Python as it was written", async () => {
    const files = [
      { name: "Übersicht – Preise (名前).txt", content: Buffer.from("€ 1\r\nend\n") },
      { name: 'a "quoted"; name=x.bin', content: bytesOf(70_001) },
    ];
    const sent = await email().send({
      to: [
        { id: null, name: 'Kim, the "Second"', email: "kim@suite.example" },
        { id: null, name: "Ünal 名前", email: MAILBOX },
      ],
      cc: [],
      bcc: [{ id: null, name: "Hidden", email: "hidden@suite.example" }],
      replyTo: [],
      subject: "Angebot für „Köln“ – 価格 😀",
      text: "Grüße\n.\n..two\n",
      html: "<p>Grüße</p>",
      attachments: files.map(({ name, content }) => ({
        name,
        mimeType: "application/octet-stream",
        size: content.length,
        contentId: null,
        open: async () => streamFrom(content),
      })),
    });
    await arrived();
    const read = async (folder: string) => {
      const { stdout } = await run("python3", [
        ...["-c", PYTHON, "127.0.0.1", String(server.imap.port), MAILBOX, USER.password, folder],
      ]);
      return JSON.parse(stdout);
    };
    for (let tries = 0; (await email().folders.get("INBOX")).totalCount !== 2 && tries < 100; tries++) await delay(50);
    const [copy, delivered] = [await read("Sent"), await read("INBOX")];
    for (const mail of [copy, delivered]) {
      assert.equal(mail.id, sent.messageId);
      assert.equal(mail.subject, "Angebot für „Köln“ – 価格 😀");
      assert.equal(mail.from, `"Alice, the Tester" <${MAILBOX}>`);
      assert.match(mail.to, /Kim, the \\"Second\\"" <kim@suite\.example>, Ünal 名前 <alice@example\.test>/);
      assert.equal(mail.text.trim().replaceAll("\r\n", "\n"), "Grüße\n.\n..two");
      assert.equal(mail.html.trim(), "<p>Grüße</p>");
      assert.deepEqual(
        mail.files,
        files.map(({ name, content }) => [name, sha256(content)]),
      );
    }
    assert.deepEqual([copy.bcc, delivered.bcc], ["Hidden <hidden@suite.example>", null]);
    assert.deepEqual([copy.seen, delivered.seen], [true, false]);
  });

  test("an access token is a way in, at both servers; another one is none", async () => {
    const secret = Buffer.from("a secret that signs tokens, for tests alone");
    const encode = (value: object | Buffer) =>
      (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString("base64url");
    const token = (key: Buffer): string => {
      const now = Math.floor(Date.now() / 1000);
      const head = encode({ alg: "HS256", typ: "JWT" });
      const claims = encode({ sub: MAILBOX, iat: now - 60, nbf: now - 60, exp: now + 600 });
      return `${head}.${claims}.${encode(createHmac("sha256", key).update(`${head}.${claims}`).digest())}`;
    };
    const recipe = dovecot({ tokens: secret.toString("base64") });
    const running = await start(recipe);
    try {
      const fields = { ...fieldsOn({ ports: recipe.ports }), password: "" };
      const bearer = await core.connect("imap", { ...fields, accessToken: token(secret) });
      assert.equal((await bearer.apis(false).email.folders.get("Sent")).role, "sent");
      const wrong = core.connect("imap", { ...fields, accessToken: token(Buffer.from("another")) });
      await assert.rejects(wrong, (error: Error) => {
        fails("service_unauthorized")(error);
        return error.message === "The server refuses this access token for this user.";
      });
    } finally {
      await running.stop();
    }
  });
});
