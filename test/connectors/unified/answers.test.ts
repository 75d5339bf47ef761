import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { ROOT } from "../../../src/connectors/connector.js";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import { type TestCore, testCore } from "../../support/core.js";
import { fails } from "../../support/fails.js";

const ACCOUNT = { id: 7, account: "dana@example.com", service: "gdrive", admin: false, apis: ["storage", "crm"] };
const FILE = { id: "fA", name: "a.txt", type: "file", api: "storage", parent: null, href: "http://elsewhere.invalid/" };

/** A far server that answers whatever a test wants it to, and notes what it was asked. */
describe("unified: what the far server says is judged", () => {
  let server: Server;
  let core: TestCore;
  let account: ConnectedAccount;
  let answer: object | string = {};
  const asked: string[] = [];
  before(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const isAccount = /\/accounts\/(me|7)$/.test(request.url ?? "");
      const isUpload = request.url?.includes("/multipart");
      const body = isAccount ? ACCOUNT : answer;
      response.writeHead(isUpload ? 501 : 200, { "content-type": "application/json" });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    core = await testCore();
    account = await core.connect("unified", { url: `http://127.0.0.1:${port}/behind`, token: "t", rate: "1000" });
  });
  after(async () => {
    await core.close();
    server.close();
  });
  const list = (cursor: string | null = null) => account.storage.list(ROOT, { cursor, limit: 10 });

  test("an old installation: neither parts nor categories that it does not name; what it leaves out is null", async () => {
    assert.equal(account.record.settings.apis, "storage,crm");
    assert.equal(account.storage.parts, null);
    answer = { count: 1, page: 1, next_page: 2, objects: [{ ...FILE, size: "12", created: "2014-04-01T20:48:23" }] };
    const { items, next } = await list();
    const [item] = items;
    assert.ok(item?.type === "file");
    assert.deepEqual([item.id.native, item.size, item.created], ["fA", 12, "2014-04-01T20:48:23Z"]);
    assert.deepEqual([item.owner, item.modified, item.path, item.mimeType], [null, null, null, null]);
    assert.equal(next, "2");
  });

  test("a path before /v1 stays before it, and an href is never followed", async () => {
    answer = { objects: [FILE], next_page: null };
    asked.length = 0;
    await list();
    assert.deepEqual(asked, ["GET /behind/v1/accounts/7/storage/folders/root/contents?page_size=10"]);
  });

  test("what is no server of this API cannot be connected", async () => {
    const { url } = account.record.settings;
    for (const wrong of [{}, [], "<html>", { id: "x", account: "a", apis: [] }]) {
      answer = wrong;
      const connecting = core.connect("unified", { url: String(url), token: "t", account: "8" });
      await assert.rejects(connecting, fails("invalid_parameters", "bad_gateway"));
    }
  });

  test("an answer that is none is a bad gateway, not an empty list", async () => {
    for (const wrong of [
      "",
      "[]",
      "not JSON",
      { objects: null },
      { objects: [{ ...FILE, id: "" }] },
      { objects: [{ ...FILE, id: 5 }] },
      { objects: [{ ...FILE, type: "link" }] },
      { objects: [{ ...FILE, name: undefined }] },
      { objects: [FILE], next_page: { cursor: 1 } },
    ]) {
      answer = wrong;
      await assert.rejects(list(), fails("bad_gateway"), JSON.stringify(wrong));
    }
  });

  test("a list that goes on at the page that was asked for would never end", async () => {
    answer = { objects: [FILE], next_page: "same" };
    await assert.rejects(list("same"), fails("bad_gateway"));
  });

  test("ids stay within their place of the path", async () => {
    answer = FILE;
    asked.length = 0;
    await account.storage.get({ type: "file", id: "../../../2/crm?x#y" });
    assert.deepEqual(asked, ["GET /behind/v1/accounts/7/storage/files/..%2F..%2F..%2F2%2Fcrm%3Fx%23y"]);
    for (const id of ["", ".", "..", "x".repeat(8193), "\ud800"])
      await assert.rejects(account.storage.get({ type: "file", id }), fails("not_found"), id);
    assert.equal(asked.length, 1);
  });

  test("a category that the account did not have is not asked for", async () => {
    asked.length = 0;
    const calendars = account.apis(false).calendar.calendars.list({ cursor: null, limit: 1 });
    await assert.rejects(calendars, fails("not_implemented"));
    assert.deepEqual(asked, []);
  });
});
