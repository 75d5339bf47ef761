import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { blobStore } from "../../../src/connectors/azure/store.js";
import type { Fields } from "../../../src/connectors/connector.js";
import { ROOT } from "../../../src/connectors/connector.js";
import { encodeKey } from "../../../src/connectors/families/objects/keys.js";
import { ApiError, type ErrorCode } from "../../../src/errors.js";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import { everyItem } from "../../conformance/storage/bench.js";
import { AZURITE_ACCOUNTS, azurite } from "../../servers/azurite.js";
import { type Server, start } from "../../servers/server.js";
import { bytesOf, contentOf, measure, sha256, streamFrom, streamOf } from "../../support/bytes.js";
import { type TestCore, testCore } from "../../support/core.js";
import { fails } from "../../support/fails.js";
import { contentsOf, ODD_KEYS } from "../objects/odd.js";
import { assertAllReachable } from "../objects/reach.js";

const { account: ACCOUNT, key: KEY } = AZURITE_ACCOUNTS.first;
const MEBIBYTE = 2 ** 20;

const told = (code: ErrorCode, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ApiError, String(error));
  assert.match(error.message, words);
  assert.equal(error.code, code, error.message);
  return true;
};

const sign = (lines: readonly string[]) =>
  createHmac("sha256", Buffer.from(KEY, "base64")).update(lines.join("\n")).digest("base64");
const VERSION = "2021-12-02";

/** Source: learn.microsoft.com/rest/api/storageservices/create-account-sas */
const accountSas = (permissions: string, expires: string): string => {
  const signature = sign([ACCOUNT, permissions, "b", "sco", "", expires, "", "https,http", VERSION, "", ""]);
  const parameters = {
    sv: VERSION,
    ss: "b",
    srt: "sco",
    sp: permissions,
    se: expires,
    spr: "https,http",
    sig: signature,
  };
  return new URLSearchParams(parameters).toString();
};

/** Source: learn.microsoft.com/rest/api/storageservices/create-service-sas */
const containerSas = (container: string, permissions: string, expires: string): string => {
  const resource = `/blob/${ACCOUNT}/${container}`;
  const signature = sign([
    permissions,
    "",
    expires,
    resource,
    "",
    "",
    "https,http",
    VERSION,
    "c",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
  ]);
  const parameters = { sv: VERSION, sr: "c", sp: permissions, se: expires, spr: "https,http", sig: signature };
  return new URLSearchParams(parameters).toString();
};

const FUTURE = "2100-01-01T00:00:00Z";

describe("Azure Blob Storage on azurite, beyond what every service does", () => {
  let server: Server;
  let core: TestCore;
  let endpoint: string;
  let all: ConnectedAccount;
  before(async () => {
    server = await start(azurite);
    core = await testCore();
    endpoint = `http://127.0.0.1:${server.port}/${ACCOUNT}`;
    all = await connect({});
  });
  after(async () => {
    await core?.close();
    await server?.stop();
  });

  const connect = (more: Fields) => core.connect("azure", { account: ACCOUNT, key: KEY, endpoint, ...more });
  const withSas = (sas: string, more: Fields = {}) =>
    core.connect("azure", { account: ACCOUNT, endpoint, sas, ...more });
  const container = async (name: string): Promise<ConnectedAccount> => {
    await all.storage.createFolder({ parent: ROOT, name });
    return connect({ container: name });
  };
  const put = (path: string, content: string) =>
    all.upstream.text({
      method: "PUT",
      path: `/${ACCOUNT}/${path}`,
      literal: true,
      headers: { "x-ms-blob-type": "BlockBlob" },
      body: Buffer.from(content),
    });
  const text = async ({ storage }: ConnectedAccount, id: string) =>
    (await contentOf((await storage.download(id)).body)).toString();

  test("every blob can be reached and is listed once, whatever its name", async () => {
    const account = await container("odd-keys");
    for (const key of ODD_KEYS) await put(`odd-keys/${encodeKey(key)}`, contentsOf(key));
    await assertAllReachable(account.storage, ODD_KEYS);
  });

  test("the account's root: containers, made, listed in pages and deleted", async () => {
    const names = ["root-a", "root-b"];
    for (const name of names) await all.storage.createFolder({ parent: ROOT, name });
    for (const limit of [1, 100]) {
      const listed = await everyItem(limit, (paging) => all.storage.list(ROOT, paging));
      assert.deepEqual(
        listed.map(({ name }) => name).filter((name) => name.startsWith("root-")),
        names,
      );
    }
    await assert.rejects(all.storage.createFolder({ parent: ROOT, name: "root-a" }), fails("naming_conflict"));
    for (const name of ["Capitals", "a", "two--hyphens", "dots.inside", "x".repeat(64)])
      await assert.rejects(all.storage.createFolder({ parent: ROOT, name }), fails("invalid_parameters"), name);
    await put("root-a/folder/a.txt", "moves");
    const moved = await all.storage.update({ type: "folder", id: "/root-a/folder/" }, { parent: "/root-b/" });
    assert.equal(await text(all, `${moved.id.native}a.txt`), "moves");
    const remove = (name: string, recursive: boolean) =>
      all.storage.delete({ type: "folder", id: `/${name}/` }, { recursive, permanent: false });
    await assert.rejects(remove("root-b", false), fails("folder_not_empty"));
    await remove("root-a", false);
    await remove("root-b", true);
    await assert.rejects(remove("root-a", true), fails("not_found"));
  });

  test("a shared access signature of the account does all that the key does, copies too", async () => {
    const account = await withSas(`?${accountSas("rwdlac", FUTURE)}`);
    await account.storage.createFolder({ parent: ROOT, name: "by-sas" });
    const file = { parent: "/by-sas/", name: "a+b é.txt", size: 5, ifExists: "fail" } as const;
    const { id } = await account.storage.upload(file, streamFrom("hello"));
    const copied = await account.storage.copy({ type: "file", id: id.native }, { parent: "/by-sas/", name: "copy" });
    assert.equal(await text(account, copied.id.native), "hello");
    const large = await account.storage.upload({ ...file, name: "large", size: 9 * MEBIBYTE }, streamOf(9 * MEBIBYTE));
    assert.equal(
      (await measure((await account.storage.download(large.id.native)).body)).sha256,
      sha256(bytesOf(9 * MEBIBYTE)),
    );
    await account.storage.delete({ type: "folder", id: "/by-sas/" }, { recursive: true, permanent: false });
    assert.doesNotMatch(JSON.stringify(account.record), /sig=/, "no secret is kept in the open");
  });

  test("a shared access signature of one container: it must be named, and does what it may", async () => {
    await container("sas-one");
    await put("sas-one/a.txt", "read me");
    const sas = containerSas("sas-one", "rl", FUTURE);
    await assert.rejects(withSas(sas), told("invalid_parameters", /for one container: name the container/));
    const account = await withSas(`https://x.blob.core.windows.net/sas-one?${sas}`, { container: "sas-one" });
    assert.equal(await text(account, "/a.txt"), "read me");
    const file = { parent: ROOT, name: "b.txt", size: 1, ifExists: "fail" } as const;
    await assert.rejects(account.storage.upload(file, streamFrom("x")), fails("service_forbidden"));
    await assert.rejects(
      account.storage.delete({ type: "file", id: "/a.txt" }, { recursive: false, permanent: false }),
      fails("service_forbidden"),
    );
  });

  test("an upload URL: over at its end, and one that creates does not replace", async () => {
    const account = await container("signed-urls");
    const headers = { "x-ms-blob-type": "BlockBlob" };
    const path = `${endpoint}/signed-urls/late`;
    const put = async (url: string) => (await fetch(url, { method: "PUT", headers, body: "x" })).status;
    const { url } = await account.upstream.presign({ method: "PUT", path, headers }, 3);
    assert.equal(await put(url), 201);
    await delay(4_000);
    assert.equal(await put(url), 403);
    const upload = await account.storage.uploadUrl({ parent: ROOT, name: "a.txt", ifExists: "fail" });
    // The permission is to create, whatever headers are sent.
    assert.equal(await put(upload.url), 201);
    assert.equal(await put(upload.url), 403);
  });

  test("who was given a shared access signature cannot give out others", async () => {
    await container("sas-no-urls");
    const account = await withSas(accountSas("rwdlac", FUTURE), { container: "sas-no-urls" });
    const upload = account.storage.uploadUrl({ parent: ROOT, name: "a.txt", ifExists: "replace" });
    await assert.rejects(upload, told("not_implemented", /signs no URLs/));
  });

  test("each mistake in connecting is told as what it is", async () => {
    const wrongKey = Buffer.alloc(64, "wrong").toString("base64");
    await assert.rejects(
      connect({ key: wrongKey }),
      told("service_unauthorized", /is not one of this storage account/),
    );
    await assert.rejects(connect({ container: "no-such" }), told("invalid_parameters", /There is no such container/));
    const past = accountSas("rl", "2020-01-01T00:00:00Z");
    await assert.rejects(withSas(past), told("service_unauthorized", /expired|not one of this storage account/));
    const forged = accountSas("rl", FUTURE).replace(/sig=..../, "sig=AAAA");
    await assert.rejects(withSas(forged), told("service_unauthorized", /./));
    await assert.rejects(
      connect({ endpoint: endpoint.replace("http:", "https:") }),
      told("invalid_parameters", /does not speak TLS/),
    );
    for (const [fields, words] of [
      [{ account: "No Name" }, /3 to 24 small letters and digits/],
      [{ key: "" }, /one of them/],
      [{ sas: "sig=x" }, /one of them/],
      [{ key: "no base64!" }, /in base64/],
      [{ key: "", sas: "sv=1" }, /`sig=`/],
      [{ container: "Bad_Name" }, /no container's name/],
      [{ endpoint: "blob.example.com" }, /must be a URL/],
      [{ endpoint: "https://blob.example.com/?sv=1" }, /must not hold/],
    ] as const)
      await assert.rejects(connect(fields), told("invalid_parameters", words), JSON.stringify(fields));
  });

  test("the service itself refuses a name that another program has taken meanwhile", async () => {
    const account = await container("rivals");
    await put("rivals/taken", "theirs");
    const context = account.context("storage", false);
    const how = { mimeType: "text/plain", isNew: true };
    const place = (key: string) => ({ bucket: "rivals", key });
    assert.equal(await blobStore.put(context, place("taken"), Buffer.from("ours"), how), false);
    const begun = await blobStore.startParts(context, place("taken"), how.mimeType);
    const part = await blobStore.putPart(context, place("taken"), begun, 1, Buffer.from("ours"));
    assert.equal(await blobStore.completeParts(context, place("taken"), begun, [part], how), false);
    assert.equal(await text(account, "/taken"), "theirs");
    assert.equal(await blobStore.put(context, place("free"), Buffer.from("ours"), how), true);
  });

  test("what a list tells of a blob is what the blob tells of itself", async () => {
    const account = await container("facts");
    const file = { parent: ROOT, name: "a.txt", size: 5, mimeType: "text/plain", ifExists: "fail" } as const;
    const made = await account.storage.upload(file, streamFrom("hello"));
    const { items } = await account.storage.list(ROOT, { cursor: null, limit: 10 });
    const [listed] = items;
    assert.ok(listed?.type === "file" && made.mimeType === "text/plain" && made.created && made.modified);
    const facts = ({ mimeType, size, created, modified }: typeof made) => ({ mimeType, size, created, modified });
    assert.deepEqual(facts(listed), facts(made));
  });
});
