import assert from "node:assert/strict";
import { chmod, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { ROOT, type StorageKey } from "../../../src/connectors/connector.js";
import type { ApiError } from "../../../src/errors.js";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import { copyThroughUs } from "../../../src/unified/storage/transfer.js";
import { install } from "../../servers/install.js";
import { keyFields, lockedKeyFields, openssh } from "../../servers/openssh.js";
import { rcloneSftp } from "../../servers/rclone.js";
import { type Server, start, USER } from "../../servers/server.js";
import { bytesOf, sha256, streamOf } from "../../support/bytes.js";
import { type TestCore, testCore } from "../../support/core.js";
import { fails } from "../../support/fails.js";

const skip = await install(openssh, rcloneSftp);
const COUNT = 10_000;

/** A folder that the server may write in, though the tests run as root. */
const openFolder = async (path: string): Promise<void> => {
  await mkdir(path);
  await chmod(path, 0o777);
};

describe("sftp: what it costs, what it tells, what is not there", { skip }, () => {
  let server: Server;
  let core: TestCore;
  let account: ConnectedAccount;
  const fields = (more: Record<string, string> = {}) => ({
    host: "127.0.0.1",
    port: String(server.port),
    folder: server.files,
    ...keyFields,
    ...more,
  });
  before(async () => {
    server = await start(openssh);
    core = await testCore();
    account = await core.connect("sftp", fields());
  });
  after(async () => {
    await core?.close();
    await server?.stop();
  });

  const calls = () => core.session.books.reduce((sum, book) => sum + book.calls, 0);
  const costOf = async (work: () => Promise<unknown>): Promise<number> => {
    const spent = calls();
    await work();
    return calls() - spent;
  };
  const told = (promise: Promise<unknown>) =>
    promise.then(
      () => assert.fail("it was let in"),
      ({ code, message }: ApiError) => `${code}: ${message}`,
    );

  test("the account is named by its user and place, and keeps the host's key", () => {
    assert.equal(account.record.name, `${keyFields.username} @ 127.0.0.1:${server.port}${server.files}`);
    const { hostKey, ...settings } = account.record.settings;
    assert.deepEqual(settings, { host: "127.0.0.1", port: server.port, folder: server.files });
    assert.match(String(hostKey), /^ssh-ed25519 SHA256:[A-Za-z0-9+/]{43}$/);
  });

  test("without a folder, the one where the server puts the user", async () => {
    const { record } = await core.connect("sftp", fields({ folder: "" }));
    assert.match(String(record.settings.folder), /^\//);
    assert.equal(record.name, `${keyFields.username} @ 127.0.0.1:${server.port}`);
  });

  test("a key with a passphrase, and keys as one-line forms leave them", async () => {
    await core.connect("sftp", fields(lockedKeyFields));
    for (const [from, to] of [
      ["\n", " "],
      ["\n", "\\n"],
      ["\n", "\r\n"],
    ] as const)
      await core.connect("sftp", fields({ privateKey: keyFields.privateKey.trim().replaceAll(from, to) }));
  });

  test("what is wrong is told in one sentence each", async () => {
    const other = await start(rcloneSftp);
    const silent = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")).listen(0, "127.0.0.1");
    const connect = (more: Record<string, string>) => told(core.connect("sftp", fields(more)));
    try {
      assert.equal(
        await connect({ host: "no-such-host.invalid" }),
        "service_not_available: There is no host of this name.",
      );
      assert.equal(await connect({ port: "1" }), "service_not_available: Nothing listens at this port of the host.");
      const { port } = silent.address() as { port: number };
      assert.equal(await connect({ port: String(port) }), "bad_gateway: No SSH server answers at this port.");
      assert.equal(
        await connect({ username: "nobody-here" }),
        "service_unauthorized: The server does not accept this private key for this user.",
      );
      const password = { port: String(other.port), username: USER.username, privateKey: "", folder: "" };
      assert.equal(
        await connect({ ...password, password: "wrong" }),
        "service_unauthorized: The server refuses this user name or password.",
      );
      await core.connect("sftp", fields({ ...password, password: USER.password }));
      assert.match(await connect({ privateKey: "rubbish" }), /^invalid_parameters: This is no private key/);
      const { privateKey } = lockedKeyFields;
      assert.match(await connect({ privateKey }), /^invalid_parameters: The private key is encrypted/);
      assert.match(
        await connect({ privateKey, passphrase: "wrong" }),
        /^invalid_parameters: The passphrase does not open/,
      );
      assert.match(
        await connect({ folder: `${server.files}/none` }),
        /^invalid_parameters: The server has no such folder/,
      );
      await writeFile(join(server.files, "a file"), "x");
      assert.match(await connect({ folder: `${server.files}/a file` }), /^invalid_parameters: There is a file/);
      assert.match(await connect({ password: "and a key" }), /^invalid_parameters: Give a password or a private key/);
      assert.match(await connect({ hostKey: "ab:cd" }), /^invalid_parameters: A host key is given by/);
      assert.match(
        await connect({ hostKey: `SHA256:${"A".repeat(43)}` }),
        /^bad_gateway: The server's host key is not/,
      );
      const strict = await testCore({ privateNetworks: [] });
      assert.match(await told(strict.connect("sftp", fields())), /^forbidden: .*private network/);
      await strict.close();
    } finally {
      silent.close();
      await other.stop();
    }
  });

  test("a host key that was given beforehand is enough, with its kind or without", async () => {
    const known = String(account.record.settings.hostKey);
    for (const hostKey of [known, known.split(" ")[1] as string]) await core.connect("sftp", fields({ hostKey }));
  });

  test("another host key at the same place is refused, whatever is wanted", async () => {
    const changed = { ...account.record.settings, hostKey: `ssh-ed25519 SHA256:${"B".repeat(43)}` };
    const record = await core.unified.store.accounts.create(
      { ...account.record, settings: changed, name: "changed" },
      (id) => core.unified.grants.seal({ application: core.application, id }, 1, { scheme: "key", ...keyFields }),
    );
    const { storage } = core.session.open(record);
    await assert.rejects(storage.get({ type: "folder", id: ROOT }), (error: ApiError) => {
      assert.equal(error.code, "bad_gateway");
      assert.match(error.message, /host key is not the one that is known.*connect the account again/);
      return true;
    });
  });

  test(`${COUNT} children in pages: one use for all of them; many at once: one`, async () => {
    const names = Array.from({ length: COUNT }, (_, index) => `${index} & é.txt`);
    await mkdir(join(server.files, "big"));
    for (let begin = 0; begin < COUNT; begin += 500)
      await Promise.all(names.slice(begin, begin + 500).map((name) => writeFile(join(server.files, "big", name), "x")));
    const found: string[] = [];
    const cost = await costOf(async () => {
      let cursor: string | null = null;
      do {
        const page = await account.storage.list("/big/", { cursor, limit: 900 });
        found.push(...page.items.map(({ name }) => name));
        cursor = page.next;
      } while (cursor !== null);
    });
    assert.equal(cost, 1);
    assert.deepEqual(found, names.toSorted());
    const keys = names.slice(0, 1000).map((name): StorageKey => ({ type: "file", id: `/big/${name}` }));
    let items: unknown[] = [];
    const cheap = await costOf(async () => {
      items = await account.storage.getMany(keys);
    });
    assert.equal(cheap, 1);
    assert.ok(items.every((item) => !(item instanceof Error)));
  });

  test("links are not there, wherever they lead, nor is what lies behind them; deleting removes them alone", async () => {
    const { files } = server;
    await openFolder(join(files, "links"));
    await openFolder(join(files, "links/real"));
    await writeFile(join(files, "links/real/file"), "x");
    await symlink("/etc", join(files, "links/out"));
    await symlink("real", join(files, "links/in"));
    await symlink("real/file", join(files, "links/file"));
    await symlink("nowhere", join(files, "links/broken"));
    const { storage } = account;
    const { items } = await storage.list("/links/", { cursor: null, limit: 10 });
    assert.deepEqual(
      items.map(({ name }) => name),
      ["real"],
    );
    for (const id of ["/links/out", "/links/out/passwd", "/links/in/file", "/links/file", "/links/broken"]) {
      await assert.rejects(storage.get({ type: "object", id }), fails("not_found"), id);
      await assert.rejects(storage.download(id), fails("not_found"), id);
    }
    const into = storage.upload({ parent: "/links/in/", name: "new", ifExists: "fail" }, Readable.from([]));
    await assert.rejects(into, fails("not_found"));
    for (const ifExists of ["fail", "replace"] as const)
      await assert.rejects(
        storage.upload({ parent: "/links/", name: "out", ifExists }, Readable.from([])),
        fails("naming_conflict"),
      );
    await assert.rejects(storage.createFolder({ parent: "/links/", name: "broken" }), fails("naming_conflict"));
    await symlink("/etc", join(files, "links/real/etc"));
    await storage.delete({ type: "folder", id: "/links/" }, { recursive: true, permanent: true });
    assert.ok((await readdir("/etc")).length > 0);
    await assert.rejects(storage.get({ type: "folder", id: "/links/" }), fails("not_found"));
  });

  test("names that are no UTF-8 break nothing: they are not listed, and move with their folder", async () => {
    const { files } = server;
    await openFolder(join(files, "bytes"));
    await writeFile(Buffer.concat([Buffer.from(`${files}/bytes/caf`), Buffer.from([0xe9])]), "x");
    await writeFile(join(files, "bytes/plain"), "x");
    const { storage } = account;
    const { items } = await storage.list("/bytes/", { cursor: null, limit: 10 });
    assert.deepEqual(
      items.map(({ name }) => name),
      ["plain"],
    );
    const moved = await storage.update({ type: "folder", id: "/bytes/" }, { name: "moved bytes" });
    assert.equal(moved.name, "moved bytes");
    assert.equal((await readdir(join(files, "moved bytes"))).length, 2);
    const all = { recursive: true, permanent: true };
    await assert.rejects(storage.delete({ type: "folder", id: "/moved bytes/" }, all), fails("request_failed"));
  });

  test("the service's own words are there when they are asked for", async () => {
    await writeFile(join(server.files, "raw.txt"), "12345");
    const item = await account.apis(true).storage.get({ type: "file", id: "/raw.txt" });
    assert.ok(item.raw);
    assert.equal(item.raw.id, "/raw.txt");
    const { size, mode } = item.raw.object as { size: number; mode: number };
    assert.deepEqual([size, mode & 0o170000], [5, 0o100000]);
  });

  test("quota: that of the file system", async () => {
    const { total, used } = await account.storage.quota();
    assert.ok((total ?? 0) > 0 && (used ?? 0) > 0);
  });

  test("a server that copies by itself is let to; one that does not is copied through us", async () => {
    const other = await start(rcloneSftp);
    try {
      const rclone = await core.connect("sftp", {
        host: "127.0.0.1",
        port: String(other.port),
        username: USER.username,
        password: USER.password,
      });
      for (const [one, isItself] of [
        [account, true],
        [rclone, false],
      ] as const) {
        const { storage } = one;
        const file = { parent: ROOT, name: "original.bin", size: 300_000, ifExists: "fail" } as const;
        const { id } = await storage.upload(file, streamOf(300_000));
        const copy = await storage.copy({ type: "file", id: id.native }, { parent: ROOT, name: "copy.bin" });
        assert.equal(sha256(await buffer((await storage.download(copy.id.native)).body)), sha256(bytesOf(300_000)));
        assert.equal(storage.copiesItself, isItself);
      }
    } finally {
      await other.stop();
    }
  });

  test("40 files of one account to itself, all at once, through us: nobody waits for himself", async () => {
    const { storage } = account;
    const from = await storage.createFolder({ parent: ROOT, name: "many" });
    for (let index = 0; index < 40; index++)
      await storage.upload({ parent: "/many/", name: `${index}`, size: 100_000, ifExists: "fail" }, streamOf(100_000));
    const to = await storage.createFolder({ parent: ROOT, name: "copies" });
    await copyThroughUs(storage, { type: "folder", id: from.id.native }, { storage, parent: to.id.native });
    assert.equal((await readdir(join(server.files, "copies/many"))).length, 40);
  });
});
