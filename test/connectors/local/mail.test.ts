import assert from "node:assert/strict";
import { mkdir, readdir, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { EmailMessage } from "../../../schema/email/message.js";
import type { Context, EmailOperations, Page, Settings } from "../../../src/connectors/connector.js";
import { local } from "../../../src/connectors/local/index.js";
import { type Api, Ids, Ref } from "../../../src/ids.js";
import { fails } from "../../support/fails.js";
import { withFolders } from "./account.js";

const scope = { ids: new Ids([{ number: 1, secret: "for tests" }]), application: "tests", account: 1 };

/** The mail of a folder, by a connector of its own, as another process would have it. */
const mailOf = (root: string) => {
  const settings: Settings = { root, below: "root" };
  const context: Context = {
    settings,
    upstream: {} as Context["upstream"],
    connections: {} as Context["connections"],
    signal: new AbortController().signal,
    raw: false,
    ref: (type, native, api: Api = "email") => new Ref(scope, api, type, native),
  };
  const email = local({ folders: [root] }).email as Required<EmailOperations>;
  const messages = email.messages as Required<EmailOperations["messages"] & object>;
  return {
    email,
    context,
    messages,
    page: (query: object = {}, cursor: string | null = null, limit = 50): Promise<Page<EmailMessage>> =>
      messages.list(context, { ...query, cursor, limit }),
    all: async (query: object = {}) => (await messages.list(context, { ...query, cursor: null, limit: 50 })).items,
  };
};

const mail = (subject: string, day = 1): string => {
  const date = new Date(Date.UTC(2026, 0, day, 10)).toUTCString().replace("GMT", "+0000");
  const head = ["From: Lee <lee@example.com>", "To: me@example.com", `Subject: ${subject}`, `Date: ${date}`];
  return [...head, "", "Text.", ""].join("\r\n");
};

const makeMaildir = async (...path: string[]): Promise<string> => {
  const folder = join(...path);
  for (const part of ["cur", "new", "tmp"]) await mkdir(join(folder, part), { recursive: true });
  return folder;
};

describe("local: mail as it lies on the disk", () => {
  test("a mail keeps its id while programs file it and flag it", () =>
    withFolders(async ({ root }) => {
      const maildir = await makeMaildir(root, "Inbox");
      await writeFile(join(maildir, "new", "1.a.host"), mail("One"));
      const { all, messages, context } = mailOf(root);
      const [{ id, read, created }] = (await all()) as [EmailMessage];
      assert.deepEqual([read, created], [false, "2026-01-01T10:00:00Z"]);
      await rename(join(maildir, "new", "1.a.host"), join(maildir, "cur", "1.a.host:2,RS"));
      const filed = await messages.get(context, id.native);
      assert.deepEqual([filed.id.native, filed.read, filed.starred], [id.native, true, false]);
      const starred = await messages.update(context, id.native, { starred: true });
      assert.deepEqual([starred.read, starred.starred], [true, true]);
      assert.deepEqual(await readdir(join(maildir, "cur")), ["1.a.host:2,FRS"], "flags it does not know stay");
      await messages.update(context, id.native, { read: false, starred: false });
      assert.deepEqual(await readdir(join(maildir, "cur")), ["1.a.host:2,R"]);
    }));

  test("the trash of a Maildir is a flag; what has it is listed no more, and deleted by the next deletion", () =>
    withFolders(async ({ root }) => {
      const maildir = await makeMaildir(root, "Inbox");
      await writeFile(join(maildir, "cur", "1.host:2,S"), mail("One"));
      const { all, messages, context } = mailOf(root);
      const [{ id }] = (await all()) as [EmailMessage];
      await messages.delete(context, id.native, { permanent: false });
      assert.deepEqual(await readdir(join(maildir, "cur")), ["1.host:2,ST"]);
      assert.deepEqual(await all(), []);
      await messages.delete(context, id.native, { permanent: false });
      assert.deepEqual(await readdir(join(maildir, "cur")), []);
      await assert.rejects(messages.get(context, id.native), fails("not_found"));
    }));

  test("folders of mail are Maildirs, those below them, and folders that hold .eml files; nothing else is", () =>
    withFolders(async ({ root }) => {
      await makeMaildir(root, "Maildir");
      await makeMaildir(root, "Maildir", ".Sent Items");
      await mkdir(join(root, "Letters", "2026"), { recursive: true });
      await mkdir(join(root, "Photos"));
      await writeFile(join(root, "Photos", "a.jpg"), "");
      await writeFile(join(root, "Letters", "2026", "One.EML"), mail("One"));
      await writeFile(join(root, "Maildir", "cur", "odd.eml"), mail("Two"));
      const { email, context, all } = mailOf(root);
      const { items } = await email.folders.list!(context, { cursor: null, limit: 10 });
      assert.deepEqual(
        items.map(({ id, name, role, parentId }) => [id.native, name, role, parentId?.native ?? null]),
        [
          ["/Letters/2026", "2026", null, null],
          ["/Maildir", "Maildir", "inbox", null],
          ["/Maildir/.Sent Items", "Sent Items", "sent", "/Maildir"],
        ],
      );
      for (const id of ["/Maildir/cur", "/Photos", "/Letters", "root"])
        await assert.rejects(email.folders.get!(context, id), fails("not_found"), id);
      const found = await all();
      assert.deepEqual(found.map((one) => one.folderId?.native).sort(), ["/Letters/2026", "/Maildir"]);
    }));

  test("links lead nowhere: neither a linked mail nor a linked folder is read", () =>
    withFolders(async ({ root, outside }) => {
      await writeFile(join(outside, "secret.eml"), mail("Secret"));
      const maildir = await makeMaildir(root, "Inbox");
      await makeMaildir(outside, "Elsewhere");
      await writeFile(join(outside, "Elsewhere", "cur", "2.host:2,"), mail("Secret"));
      await symlink(join(outside, "secret.eml"), join(root, "linked.eml"));
      await symlink(join(outside, "secret.eml"), join(maildir, "cur", "1.host:2,S"));
      await symlink(join(outside, "Elsewhere"), join(root, "Elsewhere"));
      const { all, messages, context, email } = mailOf(root);
      assert.deepEqual(await all(), []);
      for (const id of ["root\nlinked.eml", "/Inbox\n1.host", "/Elsewhere\n2.host", "/Inbox\n../../x", "/Inbox\n.."]) {
        await assert.rejects(messages.get(context, id), fails("not_found"), id);
        await assert.rejects(email.attachment(context, id, "1"), fails("not_found"), id);
      }
    }));

  test("a list goes on after its last mail in another process", () =>
    withFolders(async ({ root }) => {
      await mkdir(join(root, "Letters"));
      for (let day = 1; day <= 9; day++) await writeFile(join(root, "Letters", `${day}.eml`), mail(`Mail ${day}`, day));
      const first = await mailOf(root).page({}, null, 4);
      await writeFile(join(root, "Letters", "new.eml"), mail("New", 20));
      const second = await mailOf(root).page({}, first.next, 50);
      assert.deepEqual(
        [...first.items, ...second.items].map(({ subject }) => subject),
        [9, 8, 7, 6, 5, 4, 3, 2, 1].map((day) => `Mail ${day}`),
      );
      assert.equal(second.next, null);
    }));

  test("an answer is written with the whole chain of what it answers, into an Outbox made for it", () =>
    withFolders(async ({ root }) => {
      await mkdir(join(root, "Letters"));
      const head = "Message-ID: <3@x>\r\nIn-Reply-To: <2@x>\r\nReferences: <1@x> <2@x>\r\n";
      await writeFile(join(root, "Letters", "a.eml"), head + mail("Quote"));
      const { email, context } = mailOf(root);
      const draft = {
        from: { id: null, name: "Me", email: "me@example.com" },
        to: [{ id: null, name: null, email: "lee@example.com" }],
        cc: [],
        bcc: [],
        replyTo: [],
        subject: "Re: Quote / 100% ../",
        text: "Yes",
        html: null,
        attachments: [],
      };
      const answers = {
        id: "/Letters\na.eml",
        how: "reply" as const,
        messageId: "<3@x>",
        inReplyTo: "<2@x>",
        thread: null,
      };
      const sent = await email.send(context, { ...draft, answers, raw: { "X-Suite": "yes" } });
      assert.equal(sent.inReplyTo, "<3@x>");
      const [name, ...rest] = await readdir(join(root, "Outbox"));
      assert.deepEqual([rest, sent.id.native], [[], `/Outbox\n${name}`]);
      assert.match(name as string, /^\d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d Re Quote 100\.eml$/);
      const { from: _, ...nameless } = draft;
      await assert.rejects(email.send(context, nameless), fails("invalid_parameters"));
      await assert.rejects(
        email.messages.list!(context, { thread: "x", cursor: null, limit: 1 }),
        fails("not_implemented"),
      );
      await assert.rejects(email.messages.update!(context, sent.id.native, { read: true }), fails("not_implemented"));
    }));
});
