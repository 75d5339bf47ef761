import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { type Context, ROOT, type StorageOperations } from "../../src/connectors/connector.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import { fieldsOn, type MailServer, mail, RawImap, startMailServer } from "../connectors/imap/account.js";
import { dovecot } from "../servers/dovecot.js";
import { install } from "../servers/install.js";
import { needsRoot, opensmtpd } from "../servers/opensmtpd.js";
import { keyFields, openssh } from "../servers/openssh.js";
import { pyftpdlib } from "../servers/pyftpdlib.js";
import { type Server, start } from "../servers/server.js";
import { type TestCore, testCore } from "../support/core.js";
import { fails } from "../support/fails.js";
import { losing } from "./lostAnswers.js";

const plainFtp = pyftpdlib({ security: "none" });
const KINDS = [
  {
    connector: "sftp",
    kind: openssh,
    fields: ({ port, files }: Server) => ({ host: "127.0.0.1", port: `${port}`, folder: files, ...keyFields }),
  },
  {
    connector: "ftp",
    kind: plainFtp,
    fields: ({ port, username, password }: Server) => ({
      host: "127.0.0.1",
      port: `${port}`,
      security: "none",
      username,
      password,
    }),
  },
];

for (const { connector, kind, fields } of KINDS)
  describe(`${connector}: the answer of a write is lost`, { skip: await install(kind) }, () => {
    let server: Server;
    let core: TestCore;
    let account: ConnectedAccount;
    before(async () => {
      server = await start(kind);
      core = await testCore();
      account = await core.connect(connector, fields(server));
    });
    after(async () => {
      await core?.close();
      await server?.stop();
    });

    /** The account's operations, the answer of whose `number`th use of a connection is lost. */
    const without = (number: number): [StorageOperations, Context] => {
      const context = account.context("storage", false);
      return [account.connector.storage!, { ...context, connections: losing(context.connections, number) }];
    };
    const upload = (number: number, ifExists: "fail" | "replace" | "rename", text: string) => {
      const [storage, context] = without(number);
      return storage.upload!(
        context,
        { parent: ROOT, name: "a.txt", size: text.length, ifExists },
        Readable.from([Buffer.from(text)]),
      );
    };
    const text = (name: string) => readFile(join(server.files, name), "utf8");

    test("an upload that got its name is done, under one name alone", async () => {
      assert.equal((await upload(2, "fail", "first")).name, "a.txt");
      assert.equal((await upload(2, "replace", "second")).size, 6);
      assert.equal(await text("a.txt"), "second");
      const { name } = await upload(3, "rename", "third");
      assert.equal(await text(name), "third");
      assert.deepEqual((await readdir(server.files)).sort(), ["a.txt", name].sort());
    });

    test("a name that somebody else has is none of ours", async () => {
      await assert.rejects(upload(9, "fail", "fourth"), fails("naming_conflict"));
      assert.equal(await text("a.txt"), "second");
    });

    test("an upload whose bytes may not all be there is told, and nothing of it stays", async () => {
      const before = await readdir(server.files);
      await assert.rejects(upload(1, "replace", "fifth"), fails("bad_gateway"));
      assert.deepEqual(await readdir(server.files), before);
    });

    test("what was deleted is deleted; what was never there is not found", async () => {
      await writeFile(join(server.files, "gone.txt"), "x");
      const { id } = await account.storage.createFolder({ parent: ROOT, name: "gone" });
      await account.storage.createFolder({ parent: id.native, name: "inner" });
      const remove = (type: "file" | "folder", id: string) => {
        const [storage, context] = without(1);
        return storage.delete!(context, { type, id }, { recursive: true, permanent: true });
      };
      await remove("file", "/gone.txt");
      await remove("folder", "/gone/");
      assert.ok((await readdir(server.files)).every((name) => !name.startsWith("gone")));
      await assert.rejects(remove("file", "/gone.txt"), fails("not_found"));
    });

    test("a folder is made, and a thing renamed, but once; that nobody knows is told", async () => {
      const [storage, context] = without(1);
      await assert.rejects(storage.createFolder!(context, { parent: ROOT, name: "made" }), fails("bad_gateway"));
      const [, again] = without(1);
      await assert.rejects(
        storage.update!(again, { type: "folder", id: "/made/" }, { name: "renamed" }),
        fails("bad_gateway"),
      );
      assert.ok((await readdir(server.files)).includes("renamed"));
    });
  });

describe("imap: the answer of a write is lost", {
  skip: needsRoot || (await install(dovecot(), opensmtpd({ maildir: "", port: 0 }))),
}, () => {
  let server: MailServer;
  let core: TestCore;
  let raw: RawImap;
  before(async () => {
    server = await startMailServer();
    raw = await RawImap.open(server);
    core = await testCore();
  });
  after(async () => {
    raw?.close();
    await core?.close();
    await server?.stop();
  });

  test("a mail that was deleted, or put into the trash, is deleted; what was never there is not found", async () => {
    const account = await core.connect("imap", fieldsOn(server));
    const email = account.connector.email!;
    const context = account.context("email", false);
    const ids: string[] = [];
    for (let number = 0; number < 2; number++) await raw.append("INBOX", mail(number));
    for (const { id } of (await account.apis(false).email.messages.list({ folder: "INBOX", cursor: null, limit: 9 }))
      .items)
      ids.push(id.native);
    const remove = (id: string, permanent: boolean) =>
      email.messages!.delete!({ ...context, connections: losing(context.connections) }, id, { permanent });
    const [one = "", other = ""] = ids;
    await remove(one, true);
    await remove(other, false);
    for (const [id, permanent] of [
      [one, true],
      [other, false],
    ] as const)
      await assert.rejects(remove(id, permanent), fails("not_found"));
    assert.equal(
      (await account.apis(false).email.messages.list({ folder: "Trash", cursor: null, limit: 9 })).items.length,
      1,
    );
  });
});
