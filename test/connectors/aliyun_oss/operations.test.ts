import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Credential } from "../../../src/auth/credential.js";
import { oss } from "../../../src/connectors/aliyun_oss/endpoints.js";
import { aliyunOss } from "../../../src/connectors/aliyun_oss/index.js";
import { type Fields, ROOT } from "../../../src/connectors/connector.js";
import { encodeKey } from "../../../src/connectors/families/objects/keys.js";
import { storageOf } from "../../../src/connectors/families/objects/storage.js";
import { LIMITS, s3Store } from "../../../src/connectors/families/s3/store.js";
import { ApiError, type ErrorCode } from "../../../src/errors.js";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import { memoryDispatcher } from "../../../src/upstream/transports/memory.js";
import { everyItem } from "../../conformance/storage/bench.js";
import { openClient, targetAt } from "../../faults/client.js";
import { install } from "../../servers/install.js";
import { SWIFT_KEYS, swift } from "../../servers/swift.js";
import { bindConnector } from "../../support/bind.js";
import { bytesOf, measure, sha256, streamFrom } from "../../support/bytes.js";
import { type TestCore, testCore } from "../../support/core.js";
import { fails } from "../../support/fails.js";
import { contentsOf, ODD_KEYS, UNSAYABLE_KEYS } from "../objects/odd.js";
import { assertAllReachable } from "../objects/reach.js";
import { type Front, openFront, REGION } from "./front.js";

const MEBIBYTE = 2 ** 20;
const { owner, stranger } = SWIFT_KEYS;

describe("OSS in front of Swift, beyond what every service does", { skip: await install(swift) }, () => {
  let front: Front;
  let core: TestCore;
  before(async () => {
    front = await openFront();
    core = await testCore();
  });
  after(async () => {
    await core?.close();
    await front?.close();
  });

  const open = async (bucket: string): Promise<ConnectedAccount> => {
    await front.makeBucket(owner, bucket);
    return core.connect("aliyun_oss", front.fieldsOf(owner, bucket));
  };
  const send = ({ upstream }: ConnectedAccount, key: string, body: string | Buffer, headers = {}) =>
    upstream.text({ method: "PUT", path: `/${encodeKey(key)}`, body: Buffer.from(body), headers, literal: true });

  test("every object can be reached and is listed once, whatever its key", async () => {
    const account = await open("odd-keys");
    const keys = [...ODD_KEYS, ...UNSAYABLE_KEYS].filter((key) => !key.startsWith("/"));
    for (const key of keys) await send(account, key, contentsOf(key));
    await assertAllReachable(account.storage, keys);
    for (const { type, id } of await everyItem(100, (paging) => account.storage.list(ROOT, paging)))
      await account.storage.delete({ type, id: id.native }, { recursive: true, permanent: false });
    assert.deepEqual((await account.storage.list(ROOT, { cursor: null, limit: 10 })).items, []);
  });

  test("what is longer than one request copies is copied in parts, with what the object says of itself", async () => {
    const account = await open("long-copies");
    const whole = bytesOf(13 * MEBIBYTE, "long");
    await send(account, "long.bin", whole, { "content-type": "image/x-long", "x-oss-meta-owner": "lee" });
    const limited = s3Store(oss, { ...LIMITS, copyBytes: 5 * MEBIBYTE });
    const { storage } = bindConnector({ ...aliyunOss, storage: storageOf(limited) }, account.record.settings, account);
    const copied = await storage.copy({ type: "file", id: "/long.bin" }, { parent: ROOT, name: "copy é.bin" });
    assert.ok(copied.type === "file");
    assert.deepEqual([copied.size, copied.mimeType], [whole.length, "image/x-long"]);
    const { body, etag } = await account.storage.download(copied.id.native);
    assert.equal((await measure(body)).sha256, sha256(whole));
    assert.match(etag ?? "", /-3"$/, "an ETag of three parts");
    const path = `/${encodeKey("copy é.bin")}`;
    assert.equal((await account.upstream.text({ method: "HEAD", path })).headers["x-oss-meta-owner"], "lee");
  });

  test("an upload URL: over at its end, for its headers and no others", async () => {
    const account = await open("signed-urls");
    const put = async (url: string, headers: Record<string, string>) => {
      const { pathname, search, host } = new URL(url);
      const request = { method: "PUT", path: pathname + search, headers: { host, ...headers }, body: Buffer.from("x") };
      const { status, body } = await front.handle(host, request);
      return [status, /<Code>(\w+)</.exec(body.toString())?.[1]];
    };
    const { url } = await account.upstream.presign({ method: "PUT", path: "/late", headers: {} }, 2);
    assert.deepEqual(await put(url, {}), [200, undefined]);
    await delay(3_000);
    assert.deepEqual(await put(url, {}), [403, "AccessDenied"]);
    const image = { parent: ROOT, name: "a.png", mimeType: "image/png", ifExists: "replace" } as const;
    const upload = await account.storage.uploadUrl(image);
    assert.deepEqual(await put(upload.url, { "content-type": "text/html" }), [403, "SignatureDoesNotMatch"]);
    const more = { ...upload.headers, "x-oss-meta-a": "b" };
    assert.deepEqual(await put(upload.url, more), [403, "SignatureDoesNotMatch"]);
    assert.deepEqual(await put(upload.url, upload.headers), [200, undefined]);
  });

  test("all buckets at Alibaba's own hosts: made, filled, moved between and deleted", async (t) => {
    const hosts = ["", "one-of-all.", "two-of-all."].map((bucket) => `${bucket}oss-${REGION}.aliyuncs.com`);
    const routes = hosts.map((host) => {
      const dispatcher = memoryDispatcher(async ({ headers, body, ...request }) =>
        front.handle(host, { ...request, headers: { ...headers, host }, body: await buffer(body) }),
      );
      return [`https://${host}`, dispatcher] as const;
    });
    const { accessKeyId, secretAccessKey: accessKeySecret } = owner;
    const credential: Credential = { scheme: "oss4", accessKeyId, accessKeySecret, region: REGION };
    const target = targetAt(`https://${hosts[0]}`, {
      hosts: aliyunOss.hosts ?? [],
      credentials: { current: async () => ({ credential, version: 1 }) },
    });
    const upstream = openClient(t, { routes: new Map(routes) }).for(target);
    const { storage } = bindConnector(aliyunOss, { region: REGION, bucket: null, endpoint: null }, { upstream });
    for (const name of ["one-of-all", "two-of-all"]) await storage.createFolder({ parent: ROOT, name });
    await assert.rejects(storage.createFolder({ parent: ROOT, name: "one-of-all" }), fails("naming_conflict"));
    const listed = await everyItem(1, (paging) => storage.list(ROOT, paging));
    assert.deepEqual(
      listed.map(({ name }) => name).filter((name) => name.endsWith("-of-all")),
      ["one-of-all", "two-of-all"],
    );
    const file = { parent: "/one-of-all/", name: "é +.txt", size: 5, ifExists: "fail" } as const;
    const { id } = await storage.upload(file, streamFrom("moves"));
    const moved = await storage.update({ type: "file", id: id.native }, { parent: "/two-of-all/" });
    assert.equal(moved.id.native, "/two-of-all/é +.txt");
    const remove = (name: string, recursive: boolean) =>
      storage.delete({ type: "folder", id: `/${name}/` }, { recursive, permanent: false });
    await remove("one-of-all", false);
    await assert.rejects(remove("two-of-all", false), fails("folder_not_empty"));
    await remove("two-of-all", true);
  });

  test("each mistake of whoever connects is told as what it is", async () => {
    const told = (code: ErrorCode, words: RegExp) => (error: unknown) => {
      assert.ok(error instanceof ApiError, String(error));
      assert.match(error.message, words);
      assert.equal(error.code, code, error.message);
      return true;
    };
    await front.makeBucket(owner, "mistaken");
    const right = front.fieldsOf(owner, "mistaken");
    const wrong = (more: Fields) => core.connect("aliyun_oss", { ...right, ...more });
    await assert.rejects(wrong({ accessKeySecret: "guess" }), told("service_unauthorized", /secret access key is not/));
    await assert.rejects(wrong({ accessKeyId: "no:body" }), told("service_unauthorized", /this access key id/));
    await assert.rejects(wrong({ region: "cn-beijing" }), told("service_forbidden", /expects another region/));
    await assert.rejects(wrong({ bucket: "no-such-bucket" }), told("invalid_parameters", /There is no such bucket/));
    await assert.rejects(
      core.connect("aliyun_oss", front.fieldsOf(stranger, "mistaken")),
      told("service_forbidden", /does not allow/),
    );
    const account = await core.connect("aliyun_oss", right);
    assert.match(account.record.name, /^mistaken @ oss\.localhost:\d+$/);
    assert.doesNotMatch(JSON.stringify(account.record), /testing/, "no secret is kept in the open");
    const { host } = new URL(front.endpoint);
    const rotated: Credential = {
      scheme: "oss4",
      accessKeyId: owner.accessKeyId,
      accessKeySecret: "rotated",
      region: REGION,
      host: host.replace(/:\d+$/, ""),
    };
    await core.unified.grants.save(account.record, rotated);
    const list = account.storage.list(ROOT, { cursor: null, limit: 10 });
    await assert.rejects(list, told("service_unauthorized", /secret access key is not/));
    const get = account.storage.get({ type: "file", id: "/a.txt" });
    await assert.rejects(get, told("service_unauthorized", /secret access key is not/));
  });

  test("a clock that is wrong", async (context) => {
    await front.makeBucket(owner, "late");
    context.mock.timers.enable({ apis: ["Date"], now: Date.now() - 20 * 60_000 });
    const connecting = core.connect("aliyun_oss", front.fieldsOf(owner, "late"));
    await assert.rejects(connecting, { message: /15 minutes apart: set the clock/ });
  });

  test("raw ids name the bucket, or must not name another", async () => {
    const account = await open("raw-ids");
    await account.storage.upload({ parent: ROOT, name: "a.txt", size: 1, ifExists: "fail" }, streamFrom("x"));
    const { items } = await account.apis(true).storage.list(ROOT, { cursor: null, limit: 10 });
    assert.equal(items[0]?.raw?.id, "/a.txt");
    const { assemble } = aliyunOss.rawIds ?? assert.fail();
    assert.equal(assemble({ bucket: "raw-ids" }, "a.txt", { bucket_name: "raw-ids" }), "/a.txt");
    assert.equal(assemble({ bucket: null }, "a.txt", { bucket_name: "raw-ids" }), "/raw-ids/a.txt");
    assert.throws(() => assemble({ bucket: "raw-ids" }, "a.txt", { bucket_name: "else" }), fails("invalid_parameters"));
  });
});
