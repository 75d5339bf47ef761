import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { ROOT, type StorageKey } from "../../../src/connectors/connector.js";
import type { ApiError } from "../../../src/errors.js";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import { Session } from "../../../src/unified/session.js";
import { apache } from "../../servers/apache.js";
import { install } from "../../servers/install.js";
import { nginx } from "../../servers/nginx.js";
import { rclone } from "../../servers/rclone.js";
import { type Server, start, USER } from "../../servers/server.js";
import { ask } from "../../support/ask.js";
import { type TestCore, testCore } from "../../support/core.js";
import { fails } from "../../support/fails.js";

const SERVERS = [apache("Basic"), apache("Digest"), nginx, rclone];
const skip = await install(...SERVERS);

const NAMES = Array.from({ length: 10_000 }, (_, index) => `${index} & é.txt`);
const fill = async (folder: string, names: readonly string[]): Promise<void> => {
  await mkdir(folder);
  for (let start = 0; start < names.length; start += 500)
    await Promise.all(names.slice(start, start + 500).map((name) => writeFile(join(folder, name), "x")));
};

for (const recipe of SERVERS)
  describe(`webdav on ${recipe.name}: what it costs and what it leaves`, { skip }, () => {
    let server: Server;
    let core: TestCore;
    let account: ConnectedAccount;
    before(async () => {
      server = await start(recipe);
      // Before rclone has looked, which it does every five minutes.
      await fill(join(server.files, "big"), NAMES);
      await fill(join(server.files, "hundred"), NAMES.slice(0, 100));
      core = await testCore();
      account = await core.connect("webdav", { url: server.url, ...USER });
      await account.storage.get({ type: "folder", id: ROOT }); // how the server wants its password is known from here on
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
    const upload = (name: string, body: Readable, size?: number, session = core.session) =>
      session
        .account(account.account)
        .then(({ storage }) => storage.upload({ parent: ROOT, name, size, ifExists: "fail" }, body));

    test("the account is named by its user and place", () => {
      const { host, pathname } = new URL(server.url);
      const path = decodeURIComponent(pathname).replace(/\/$/, "");
      assert.equal(account.record.name, `${USER.username} @ ${host}${path}`);
      assert.deepEqual(account.record.settings, { url: new URL(server.url).href });
    });

    test("a wrong password, and an address where nothing is", async () => {
      const connect = (fields: Record<string, string>) =>
        core.connect("webdav", { url: server.url, ...USER, ...fields });
      await assert.rejects(connect({ password: "wrong" }), fails("service_unauthorized"));
      await assert.rejects(connect({ url: `${server.url}no/such/folder` }), fails("invalid_parameters"));
    });

    test("10,000 children in pages: one request for all of them", async () => {
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
      assert.deepEqual(found, NAMES.toSorted());
    });

    test("what a query tells of 100 files of a folder: one request, the least that WebDAV allows", async () => {
      const ids = NAMES.slice(0, 100).map((name) => String(account.ref("storage", "file", `/hundred/${name}`)));
      const query = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on File { name size modified path } } }";
      const { calls: cost, errors, data } = await ask(core, query, { ids });
      assert.equal(errors, undefined);
      assert.deepEqual(
        data.nodes.map(({ name, size }: { name: string; size: number }) => [name, size]),
        NAMES.slice(0, 100).map((name) => [name, 1]),
      );
      assert.equal(cost, 1);
    });

    test("a page by a cursor whose list is no longer kept goes on after the last item", async () => {
      const page = await account.storage.list("/big/", { cursor: null, limit: 10 });
      const [start, names] = JSON.parse(Buffer.from(page.next ?? "", "base64url").toString());
      const cursor = Buffer.from(JSON.stringify([start, names, "", 0])).toString("base64url");
      const [kept, read] = await Promise.all(
        [page.next, cursor].map((each) => account.storage.list("/big/", { cursor: each, limit: 5 })),
      );
      assert.deepEqual(
        read?.items.map(({ name }) => name),
        kept?.items.map(({ name }) => name),
      );
    });

    test("many at once: siblings by one listing, others singly, dotted names wherever they are", async () => {
      await account.storage.createFolder({ parent: ROOT, name: "many" });
      const { storage } = account;
      for (const name of ["a", "b", "c", ".d"])
        await storage.upload({ parent: "/many/", name, size: 0, ifExists: "fail" }, Readable.from([]));
      const keys = (ids: string[]): StorageKey[] => ids.map((id) => ({ type: "file", id }));
      const three = ["/many/a", "/many/b", "/many/c"];
      assert.equal(await costOf(() => storage.getMany(keys([...three, ...three]))), 1);
      assert.equal(await costOf(() => storage.getMany(keys([...three, "/many/none"]))), 1);
      assert.equal(await costOf(() => storage.getMany(keys(["/many/a", "/many/b"]))), 2);
      const items = await storage.getMany(keys(["/many/.d", ...three, "/big/1 & é.txt"]));
      assert.deepEqual(
        items.map((item) => (item instanceof Error ? item : item.name)),
        [".d", "a", "b", "c", "1 & é.txt"],
      );
    });

    test("an upload costs five requests, and one more where Digest asks first", async () => {
      for (const [name, size] of [
        ["unsized", undefined],
        ["sized", 0],
      ] as const) {
        const cost = await costOf(() => upload(name, Readable.from([]), size));
        assert.ok(cost === 5 || (cost === 6 && recipe.name === "apache-digest"), `${cost} requests`);
      }
    });

    const files = async () => (await readdir(server.files)).sort();

    for (const size of [undefined, 1_000_000])
      test(`a caller who leaves in the middle of an upload of ${size ?? "unknown"} bytes leaves nothing`, async () => {
        const there = await files();
        const controller = new AbortController();
        const session = new Session(core.unified, core.session.caller, controller.signal);
        const body = Readable.from(
          (async function* () {
            yield Buffer.alloc(200_000);
            await delay(100);
            controller.abort();
            await delay(10_000, undefined, { ref: false });
            yield Buffer.alloc(800_000);
          })(),
          { objectMode: false },
        );
        await assert.rejects(upload("left.bin", body, size, session));
        assert.deepEqual(await files(), there);
      });

    test("a locked file is told as locked", async () => {
      await upload("locked.txt", Readable.from(["x"]), 1);
      const lock = await fetch(`${server.url}locked.txt`, {
        method: "LOCK",
        headers: { authorization: `Basic ${Buffer.from(`${USER.username}:${USER.password}`).toString("base64")}` },
        body: '<lockinfo xmlns="DAV:"><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>',
      });
      if (recipe.name === "apache-digest") return assert.equal(lock.status, 401);
      assert.ok(lock.ok, `LOCK ${lock.status}`);
      const key = { type: "file", id: "/locked.txt" } as const;
      const { storage } = account;
      await assert.rejects(storage.delete(key, { recursive: false, permanent: false }), fails("locked"));
      await assert.rejects(
        storage.upload({ parent: ROOT, name: "locked.txt", size: 0, ifExists: "replace" }, Readable.from([])),
        fails("locked"),
      );
      assert.equal((await buffer((await storage.download(key.id)).body)).toString(), "x");
    });

    test("quota is null where a server does not tell it", async () => {
      assert.deepEqual(await account.storage.quota(), { kind: null, total: null, used: null });
    });

    test("raw: what the server told, when it is asked for", async () => {
      const item = await account.apis(true).storage.get({ type: "file", id: "/many/a" });
      assert.ok(item.raw);
      assert.equal((item.raw.object as Record<string, unknown>)["DAV:getcontentlength"], "0");
      assert.equal((await account.storage.get({ type: "file", id: "/many/a" })).raw, undefined);
    });

    test("what is asked twice at the same time goes out once", async () => {
      const get = () => account.storage.get({ type: "file", id: "/many/a" });
      assert.equal(await costOf(() => Promise.all([get(), get(), get()])), 1);
    });
  });

describe("webdav: fields that make no account", { skip }, () => {
  let core: TestCore;
  before(async () => {
    core = await testCore();
  });
  after(() => core?.close());
  const cases: Record<string, Record<string, string>> = {
    "no address": { username: "a" },
    "no URL": { url: "files", username: "a" },
    "another scheme": { url: "ftp://files.test/" },
    "a password in the address": { url: "http://a:b@127.0.0.1/" },
    "a query": { url: "http://127.0.0.1/?folder=a" },
    "two ways to sign": { url: "http://127.0.0.1/", username: "a", password: "b", token: "c" },
    "a password without a name": { url: "http://127.0.0.1/", password: "b" },
  };
  for (const [what, fields] of Object.entries(cases))
    test(what, async () => {
      await assert.rejects(
        core.connect("webdav", fields),
        (error) => fails("invalid_parameters")(error) && !(error as ApiError).message.includes("b@"),
      );
    });
});
