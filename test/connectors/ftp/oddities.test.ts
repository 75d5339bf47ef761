import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { ROOT } from "../../../src/connectors/connector.js";
import type { ApiError } from "../../../src/errors.js";
import { contentOf } from "../../support/bytes.js";
import { testCore } from "../../support/core.js";
import { fails } from "../../support/fails.js";
import { FtpStandIn } from "./standIn.js";

const setting = async (t: TestContext) => {
  const core = await testCore();
  t.after(() => core.close());
  const server = await FtpStandIn.start(t);
  const connect = (more: Record<string, string> = {}) => core.connect("ftp", { ...server.fields, ...more });
  return { core, server, connect };
};
const told = (promise: Promise<unknown>) =>
  promise.then(
    () => assert.fail("it went well"),
    ({ code, message }: ApiError) => `${code}: ${message}`,
  );
const page = { cursor: null, limit: 10 };

test("DOS listings are read; a name that they cannot tell is refused", async (t) => {
  const { connect } = await setting(t);
  const { storage } = await connect();
  const { items } = await storage.list(ROOT, page);
  assert.deepEqual(
    items.map(({ type, name }) => [type, name]),
    [
      ["file", "file.txt"],
      ["folder", "folder"],
    ],
  );
  assert.equal(items[0]?.modified, null, "a time without a zone is no time");
  await assert.rejects(storage.createFolder({ parent: ROOT, name: " x" }), fails("invalid_parameters"));
});

test("Unix listings: links are not there, unreadable lines are left out", async (t) => {
  const { server, connect } = await setting(t);
  server.system = "215 UNIX";
  server.listing = [
    "total 3",
    "drwxr-xr-x    2 33       33           4096 Nov 25 23:02 .",
    "lrwxrwxrwx    1 33       33              4 Nov 25 23:02 link -> /etc",
    "-rw-r--r--    1 33       33              5 Nov 25  2020  two  spaces ",
    "-rw-r--r--    1 33       33              5 Nov 25 23:02 caf\u00e9",
    "-rw-r--r--    1 33       33              5 Nov 25 23:02 a",
    "a line break of the name before",
    "-rw-r--r--    1 33       33              5 Nov 25 23:02 ../../etc/passwd",
    "",
  ].join("\r\n");
  const { storage } = await connect();
  const { items } = await storage.list(ROOT, page);
  // `é` goes out as UTF-8 here.
  assert.deepEqual(
    items.map(({ name }) => name),
    [" two  spaces ", "a", "caf\u00e9"],
  );
});

test("a listing in an unknown dialect is told, and never taken for an empty folder", async (t) => {
  const { server, connect } = await setting(t);
  server.listing = "FILE.TXT;1   5   25-NOV-2026 23:02:00  [SYSTEM] (RWED,RWED,RE,)\r\n";
  await assert.rejects((await connect()).storage.list(ROOT, page), fails("bad_gateway"));
});

test("`-a` taken for a name: the list is asked for again without it", async (t) => {
  const { server, connect } = await setting(t);
  const all = server.data;
  server.data = (socket, command) => (command === "LIST -a" ? sends("", ends, "226 done") : all)(socket, command);
  const { storage } = await connect();
  assert.equal((await storage.list(ROOT, page)).items.length, 2);
  server.commands.length = 0;
  assert.equal((await storage.list(ROOT, page)).items.length, 2);
  assert.deepEqual(
    server.commands.filter((command) => command.startsWith("LIST")),
    ["LIST"],
  );
});

test("a server that names another host for its transfers has us dial its own", async (t) => {
  const { core, server, connect } = await setting(t);
  let dialled = 0;
  const elsewhere = createServer(() => dialled++).listen(0, "127.0.0.2");
  t.after(() => elsewhere.close());
  const { storage } = await connect();
  for (const host of ["127,0,0,2", "10,0,0,1", "169,254,169,254"]) {
    server.passiveHost = host;
    assert.equal((await contentOf((await storage.download("/file.txt")).body)).toString(), "0123456789");
  }
  assert.equal(dialled, 0);
  assert.ok(core.unified.client.openConnections > 0);
});

test("F7: a download that breaks off ends with an error, however it broke off", async (t) => {
  const { server, connect } = await setting(t);
  const { storage } = await connect();
  const whole = server.data;
  for (const [what, data] of [
    ["reset", sends("01234", (socket) => void setTimeout(() => socket.resetAndDestroy(), 20))],
    ["a clean end, and done", sends("01234", ends, "226 done")],
    ["an end, and broken off", sends("01234", ends, "426 broken off")],
    ["all bytes, but broken off", sends("0123456789", ends, "451 the disk failed")],
    ["the control connection gone", sends("01234", () => resets(server))],
  ] as [string, FtpStandIn["data"]][]) {
    server.data = data;
    const { body } = await storage.download("/file.txt");
    await assert.rejects(contentOf(body), fails("bad_gateway", "request_failed"), what);
    server.data = whole;
    assert.equal((await contentOf((await storage.download("/file.txt")).body)).toString(), "0123456789", what);
  }
});
/** Sends bytes, then does something with the connection, then says a last word. */
const sends =
  (bytes: string, then: (socket: Socket) => void, word: string | null = null): FtpStandIn["data"] =>
  (socket) => {
    socket.write(bytes);
    then(socket);
    return word;
  };
const ends = (socket: Socket): void => void socket.end();
const destroys = (socket: Socket): void => void socket.destroy();
const resets = (server: FtpStandIn): void => {
  setTimeout(() => {
    for (const socket of server.sockets) socket.resetAndDestroy();
  }, 20);
};

test("a range ends where it was to end, and the connection serves the next", async (t) => {
  const { server, connect } = await setting(t);
  server.files.set("long.bin", "x".repeat(5_000_000));
  server.data = (socket, command) =>
    new Promise((word) => {
      const [, start = "0"] = /REST (\d+)/.exec(server.commands.at(-2) ?? "") ?? [];
      const name = command.split("/").at(-1) ?? "";
      socket.once("close", () => word("426 stopped")).end((server.files.get(name) ?? "").slice(Number(start)));
    });
  const { storage } = await connect();
  const logins = () => server.commands.filter((command) => command.startsWith("PASS")).length;
  const before = logins();
  for (let count = 0; count < 5; count++) {
    const { body, range } = await storage.download("/long.bin", { start: 10, end: 19 });
    assert.deepEqual(range, { start: 10, end: 19 });
    assert.equal((await contentOf(body)).length, 10);
    await delay(50); // for the server's last word
  }
  assert.equal(logins() - before, 1);
});

test("an upload that the server breaks off, or does not confirm, is an error", async (t) => {
  const { server, connect } = await setting(t);
  const { storage } = await connect();
  const file = { parent: ROOT, name: "new", ifExists: "fail" } as const;
  for (const [data, code] of [
    [sends("", (socket) => void socket.resetAndDestroy()), "bad_gateway"],
    [sends("", destroys, "552 no space"), "insufficient_storage"],
    [() => "451 failed", "request_failed"],
  ] as [FtpStandIn["data"], string][]) {
    server.data = data;
    await assert.rejects(storage.upload(file, Readable.from([Buffer.alloc(1_000_000)])), (error: ApiError) => {
      assert.ok([code, "bad_gateway"].includes(error.code), `${error.code}: ${error.message}`);
      return true;
    });
  }
  assert.ok(
    server.commands.some((command) => /^DELE .*\.unigraph-/.test(command)),
    "the remains are deleted",
  );
});

test("F7: an upload that is cut on its way, which the server takes for its end, gets no name", async (t) => {
  const { server, connect } = await setting(t);
  const { storage } = await connect();
  server.data = async (socket, command) => {
    await once(socket, "close");
    server.files.set(command.split("/").at(-1) ?? "", "0123");
    return "226 done";
  };
  const body = Readable.from([Buffer.from("0123456789")]);
  await assert.rejects(storage.upload({ parent: ROOT, name: "new", ifExists: "fail" }, body), fails("bad_gateway"));
  assert.ok(!server.commands.some((command) => command.startsWith("RNFR")));
  assert.ok(server.commands.some((command) => /^DELE .*\.unigraph-/.test(command)));
});

test("what servers say when they do not let us in", async (t) => {
  const { server, connect } = await setting(t);
  server.replies.set("PASS", "530 no");
  assert.equal(await told(connect()), "service_unauthorized: The server refuses this user name or password.");
  server.replies.set("USER", "530 TLS required");
  assert.match(await told(connect()), /^service_unauthorized: The server lets nobody in without TLS/);
  server.replies.clear();
  server.replies.set("greeting", "421 Too many connections");
  assert.match(await told(connect()), /^too_many_service_requests/);
  server.replies.set("greeting", "SSH-2.0-OpenSSH");
  server.replies.set("SSH", "x");
  const closing = setInterval(() => {
    for (const socket of server.sockets) socket.destroy();
  }, 200);
  assert.match(await told(connect()), /^bad_gateway: What answers at this port is no FTP server/);
  clearInterval(closing);
  server.replies.clear();
  assert.match(await told(connect({ security: "explicit" })), /^bad_gateway: The server offers no TLS/);
  assert.match(await told(connect({ security: "implicit" })), /^bad_gateway: The server does not speak TLS here/);
  assert.match(await told(connect({ folder: "/none" })), /^invalid_parameters: The server has no such folder/);
  assert.match(await told(connect({ security: "ssl" })), /^invalid_parameters: The security is/);
  assert.match(await told(connect({ certificate: "ab" })), /^invalid_parameters: A certificate is given by/);
  assert.match(await told(connect({ password: "a\r\nDELE b" })), /^invalid_parameters: Neither user name/);
  assert.match(await told(connect({ folder: "/a\nDELE b" })), /^invalid_parameters: The folder's path/);
});
