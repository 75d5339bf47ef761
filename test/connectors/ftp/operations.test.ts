import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { ROOT } from "../../../src/connectors/connector.js";
import type { ApiError } from "../../../src/errors.js";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import { Session } from "../../../src/unified/session.js";
import { copyThroughUs } from "../../../src/unified/storage/transfer.js";
import { own } from "../../faults/certificates.js";
import { FaultProxy } from "../../faults/proxy.js";
import { until } from "../../faults/service.js";
import { install } from "../../servers/install.js";
import { pyftpdlib } from "../../servers/pyftpdlib.js";
import { type Server, start } from "../../servers/server.js";
import { streamOf } from "../../support/bytes.js";
import { type TestCore, testCore } from "../../support/core.js";
import { fails } from "../../support/fails.js";

const plain = pyftpdlib({ security: "none" });
const COUNT = 3000;
const LARGE = 32 * 2 ** 20;

describe("ftp: what it costs, what it tells, what stays", { skip: await install(plain) }, () => {
  let server: Server;
  let core: TestCore;
  let account: ConnectedAccount;
  const fieldsOn = (
    { port, username, password }: Pick<Server, "port" | "username" | "password">,
    security = "none",
  ) => ({
    host: "127.0.0.1",
    port: String(port),
    security,
    username,
    password,
  });
  before(async () => {
    server = await start(plain);
    core = await testCore();
    account = await core.connect("ftp", fieldsOn(server));
  });
  after(async () => {
    await core?.close();
    await server?.stop();
  });

  const calls = () => core.session.books.reduce((sum, book) => sum + book.calls, 0);
  const told = (promise: Promise<unknown>) =>
    promise.then(
      () => assert.fail("it was let in"),
      ({ code, message }: ApiError) => `${code}: ${message}`,
    );

  test("the account is named by its user and place", () => {
    assert.equal(account.record.name, `${server.username} @ 127.0.0.1:${server.port}`);
    const { port } = server;
    assert.deepEqual(account.record.settings, {
      host: "127.0.0.1",
      port,
      security: "none",
      folder: "/",
      certificate: "",
    });
  });

  test("a folder below is one of its own: nothing of the others is there", async () => {
    await mkdir(join(server.files, "below"));
    await writeFile(join(server.files, "below/in.txt"), "x");
    await writeFile(join(server.files, "out.txt"), "x");
    const { storage } = await core.connect("ftp", { ...fieldsOn(server), folder: "/below" });
    const { items } = await storage.list(ROOT, { cursor: null, limit: 10 });
    assert.deepEqual(
      items.map(({ path }) => path),
      ["/in.txt"],
    );
    assert.equal((await storage.get({ type: "folder", id: ROOT })).name, "below");
    await assert.rejects(storage.get({ type: "file", id: "/out.txt" }), fails("not_found"));
  });

  test("TLS: what is wrong is told in one sentence each", async (t) => {
    const [explicit, implicit] = [
      await start(pyftpdlib({ security: "explicit", certificate: own })),
      await start(pyftpdlib({ security: "implicit", certificate: own })),
    ];
    t.after(() => Promise.all([explicit.stop(), implicit.stop()]));
    for (let round = 0; round < 5; round++)
      assert.match(
        await told(core.connect("ftp", fieldsOn(explicit, ""))),
        /^bad_gateway: The server's certificate is not signed/,
      );
    assert.match(
      await told(core.connect("ftp", fieldsOn(implicit, "implicit"))),
      /^bad_gateway: The server's certificate/,
    );
    assert.match(
      await told(core.connect("ftp", fieldsOn(implicit, "explicit"))),
      /^gateway_timeout: No FTP server greets/,
    );
    assert.match(await told(core.connect("ftp", fieldsOn(explicit, "none"))), /^service_unauthorized: .*without TLS/);
    assert.match(
      await told(core.connect("ftp", { ...fieldsOn(explicit, "explicit"), certificate: "ab".repeat(32) })),
      /^bad_gateway: The server's certificate is not the one/,
    );
  });

  test("unknown host, closed port, wrong password, private network", async () => {
    const connect = (more: Record<string, string>) => told(core.connect("ftp", { ...fieldsOn(server), ...more }));
    assert.equal(
      await connect({ host: "no-such-host.invalid" }),
      "service_not_available: There is no host of this name.",
    );
    assert.equal(await connect({ port: "1" }), "service_not_available: Nothing listens at this port of the host.");
    assert.equal(
      await connect({ password: "wrong" }),
      "service_unauthorized: The server refuses this user name or password.",
    );
    const strict = await testCore({ privateNetworks: [] });
    assert.match(await told(strict.connect("ftp", fieldsOn(server))), /^forbidden: .*private network/);
    await strict.close();
  });

  test(`${COUNT} children in pages: one use for all of them; three of a folder at once: one`, async () => {
    const names = Array.from({ length: COUNT }, (_, index) => `${index} & é.txt`);
    await mkdir(join(server.files, "big"));
    for (let begin = 0; begin < COUNT; begin += 500)
      await Promise.all(names.slice(begin, begin + 500).map((name) => writeFile(join(server.files, "big", name), "x")));
    const spent = calls();
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await account.storage.list("/big/", { cursor, limit: 900 });
      found.push(...page.items.map(({ name }) => name));
      cursor = page.next;
    } while (cursor !== null);
    assert.equal(calls() - spent, 1);
    assert.deepEqual(found, names.toSorted());
    await account.storage.getMany(names.slice(0, 50).map((name) => ({ type: "file", id: `/big/${name}` })));
    assert.equal(calls() - spent, 2);
  });

  test("a server that lets in two connections: many uses wait for them", async (t) => {
    const narrow = await start(pyftpdlib({ security: "none", connections: 2 }));
    t.after(() => narrow.stop());
    const { storage } = await core.connect("ftp", fieldsOn(narrow));
    const folders = Array.from({ length: 12 }, (_, index) => storage.createFolder({ parent: ROOT, name: `${index}` }));
    assert.equal((await Promise.all(folders)).length, 12);
  });

  test("12 files of the account to itself, all at once, through us: nobody waits for himself", async () => {
    const { storage } = account;
    const from = await storage.createFolder({ parent: ROOT, name: "many" });
    for (let index = 0; index < 12; index++)
      await storage.upload({ parent: "/many/", name: `${index}`, size: 300_000, ifExists: "fail" }, streamOf(300_000));
    const to = await storage.createFolder({ parent: ROOT, name: "copies" });
    await copyThroughUs(storage, { type: "folder", id: from.id.native }, { storage, parent: to.id.native });
    assert.equal((await readdir(join(server.files, "copies/many"))).length, 12);
  });

  test("F4: a network that swallows everything: told at the deadline, the sockets destroyed, and then it goes on", async (t) => {
    const proxy = await FaultProxy.start(t, server.port);
    const proxied = await core.connect("ftp", fieldsOn({ ...server, port: proxy.port }));
    await proxied.storage.get({ type: "folder", id: ROOT });
    const target = { ...proxied.target(), deadlineMs: 300 };
    const connections = core.unified.client.connections(target, proxied.record.settings);
    const context = { ...proxied.context("storage", false), connections };
    const get = () => proxied.connector.storage!.get(context, { type: "folder", id: ROOT });
    proxy.isBlackhole = true;
    const began = performance.now();
    await assert.rejects(get(), fails("gateway_timeout"));
    assert.ok(performance.now() - began < 800);
    await until(() => proxy.pairs.size === 0);
    proxy.isBlackhole = false;
    await get();
  });

  test("F20: callers that leave downloads and uploads at any moment leave nothing", async () => {
    await writeFile(join(server.files, "large.bin"), streamOf(LARGE));
    for (let cycle = 0; cycle < 30; cycle++) {
      const leaving = new AbortController();
      const session = new Session(core.unified, core.session.caller, leaving.signal);
      const { storage } = session.open(account.record);
      const work = Promise.allSettled([
        storage.download("/large.bin").then(({ body }) => finished(body.resume())),
        storage.upload({ parent: ROOT, name: `leaving ${cycle}`, size: LARGE, ifExists: "fail" }, streamOf(LARGE)),
        storage.list("/big/", { cursor: null, limit: 10 }),
      ]);
      await delay(Math.random() * 40);
      leaving.abort();
      await work;
    }
    await account.storage.get({ type: "folder", id: ROOT });
    const left = (await readdir(server.files)).filter((name) => name.startsWith("."));
    assert.deepEqual(left, []);
    assert.ok(core.unified.client.openConnections <= 8);
  });
});
