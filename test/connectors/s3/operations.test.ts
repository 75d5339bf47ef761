import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type Context, ROOT } from "../../../src/connectors/connector.js";
import { eachOf } from "../../../src/connectors/families/objects/each.js";
import { encodeKey } from "../../../src/connectors/families/objects/keys.js";
import { storageOf } from "../../../src/connectors/families/objects/storage.js";
import { S3 } from "../../../src/connectors/families/s3/protocol.js";
import { LIMITS, type Limits, s3Store } from "../../../src/connectors/families/s3/store.js";
import { s3Compatible } from "../../../src/connectors/s3_compatible/index.js";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import { everyItem } from "../../conformance/storage/bench.js";
import { install } from "../../servers/install.js";
import { swift } from "../../servers/swift.js";
import { ask } from "../../support/ask.js";
import { bindConnector } from "../../support/bind.js";
import { brokenAfter, bytesOf, contentOf, measure, sha256, streamFrom, streamOf } from "../../support/bytes.js";
import { fails } from "../../support/fails.js";
import { contentsOf, ODD_KEYS, UNSAYABLE_KEYS } from "../objects/odd.js";
import { assertAllReachable } from "../objects/reach.js";
import { type Opened, openSwift } from "./swift.js";

const MEBIBYTE = 2 ** 20;

describe("S3 on Swift, beyond what every service does", { skip: await install(swift) }, () => {
  let opened: Opened;
  before(async () => {
    opened = await openSwift();
  });
  after(() => opened?.close());

  const upload = ({ storage }: ConnectedAccount, name: string, content: string | Buffer = name, parent = ROOT) =>
    storage.upload({ parent, name, size: Buffer.byteLength(content), ifExists: "fail" }, streamFrom(content));
  const text = async ({ storage }: ConnectedAccount, id: string) =>
    (await contentOf((await storage.download(id)).body)).toString();

  /** The same account, with limits that a test can reach. */
  const withLimits = async ({ record, upstream }: ConnectedAccount, limits: Partial<Limits>) => {
    const urlOf = async ({ settings }: Context, bucket: string | null) => `${settings.origin}/${bucket}`;
    const dialect = { protocol: S3, urlOf };
    return bindConnector(
      { ...s3Compatible, storage: storageOf(s3Store(dialect, { ...LIMITS, ...limits })) },
      record.settings,
      { upstream },
    );
  };

  test("every object can be reached and is listed once, whatever its key", async () => {
    const account = await opened.bucket("odd-keys");
    const keys = [...ODD_KEYS, ...UNSAYABLE_KEYS];
    for (const key of keys) await opened.send("PUT", `/odd-keys/${encodeKey(key)}`, contentsOf(key));
    await assertAllReachable(account.storage, keys);
    // The same from further up, and all of it can be deleted.
    const ids = (
      await everyItem(100, (paging) => opened.all.storage.list("/odd-keys/", { ...paging, recursive: true }))
    ).map(({ id }) => id.native);
    assert.ok(ids.includes("/odd-keys/a//b") && ids.includes("=/odd-keys/full/"), ids.join("\n"));
    await opened.all.storage.delete({ type: "folder", id: "/odd-keys/" }, { recursive: true, permanent: false });
    await assert.rejects(opened.all.storage.get({ type: "folder", id: "/odd-keys/" }), fails("not_found"));
  });

  test("folders of odd keys move with all they hold", async () => {
    const account = await opened.bucket("odd-moves");
    const keys = ["from/a", "from//b", "from/./c", "from/../d", "from/full/", "from/e\u0301 +%", "from/\u0001"];
    for (const key of keys) await opened.send("PUT", `/odd-moves/${encodeKey(key)}`, `contents of ${key}`);
    const moved = await account.storage.update({ type: "folder", id: "/from/" }, { name: "to" });
    assert.equal(moved.id.native, "/to/");
    const files = (await everyItem(3, (paging) => account.storage.list(ROOT, { ...paging, recursive: true }))).filter(
      ({ type }) => type === "file",
    );
    assert.deepEqual(
      files.map(({ id }) => id.native).sort(),
      keys.map((key) => `${key.endsWith("/") ? "=" : ""}/${key.replace("from", "to")}`).sort(),
    );
    for (const { id } of files)
      assert.equal(await text(account, id.native), `contents of ${id.native.replace(/^=?\/to/, "from")}`);
  });

  test("a file and a folder of one name are two things", async () => {
    const account = await opened.bucket("twins");
    await opened.send("PUT", "/twins/same", "file");
    await opened.send("PUT", "/twins/same/inner", "inner");
    assert.equal((await account.storage.byPath("/same")).type, "file");
    assert.equal((await account.storage.byPath("/same/")).type, "folder");
    await account.storage.delete({ type: "file", id: "/same" }, { recursive: false, permanent: false });
    assert.equal(await text(account, "/same/inner"), "inner");
    assert.equal((await account.storage.byPath("/same")).type, "folder");
  });

  test("the account's root: buckets, made, listed in pages and deleted; nothing else lies beside them", async () => {
    const { all } = opened;
    const names = ["root-a", "root-b", "root-c"];
    for (const name of names) {
      const made = await all.storage.createFolder({ parent: ROOT, name });
      assert.deepEqual([made.id.native, made.parentId?.native, made.path], [`/${name}/`, ROOT, `/${name}`]);
    }
    for (const limit of [1, 2, 100]) {
      const listed = await everyItem(limit, (paging) => all.storage.list(ROOT, paging));
      assert.deepEqual(
        listed.map(({ name }) => name).filter((name) => name.startsWith("root-")),
        names,
      );
      for (const bucket of listed) assert.ok(bucket.created, "the service tells when a bucket was made");
    }
    await assert.rejects(all.storage.createFolder({ parent: ROOT, name: "root-a" }), fails("naming_conflict"));
    for (const name of ["Capitals", "a", "under_score", "dots..twice", "127.0.0.1", "x".repeat(64)])
      await assert.rejects(all.storage.createFolder({ parent: ROOT, name }), fails("invalid_parameters"), name);
    await assert.rejects(upload(all, "file.txt"), fails("invalid_parent_folder"));
    const file = await upload(all, "file.txt", "moves", "/root-a/");
    const key = { type: "file", id: file.id.native } as const;
    await assert.rejects(all.storage.update(key, { parent: ROOT }), fails("invalid_parent_folder"));
    const moved = await all.storage.update(key, { parent: "/root-b/", name: "moved.txt" });
    assert.deepEqual([moved.id.native, moved.path], ["/root-b/moved.txt", "/root-b/moved.txt"]);
    assert.equal((await all.storage.byPath("/root-b/moved.txt")).id.native, moved.id.native);
    for (const change of [{ name: "other" }, { parent: "/root-b/" }])
      await assert.rejects(
        all.storage.update({ type: "folder", id: "/root-a/" }, change),
        fails("invalid_resource_type"),
      );
    const remove = (name: string, recursive: boolean) =>
      all.storage.delete({ type: "folder", id: `/${name}/` }, { recursive, permanent: false });
    await assert.rejects(remove("root-b", false), fails("folder_not_empty"));
    await remove("root-a", false);
    await remove("root-b", true);
    await assert.rejects(remove("root-a", true), fails("not_found"));
    const left = await everyItem(100, (paging) => all.storage.list(ROOT, paging));
    assert.deepEqual(
      left.map(({ name }) => name).filter((name) => name.startsWith("root-")),
      ["root-c"],
    );
  });

  test("recursive from the account's root: buckets, then what they hold; search looks through all of them", async () => {
    const { all } = opened;
    for (const bucket of ["tree-a", "tree-b"]) {
      await all.storage.createFolder({ parent: ROOT, name: bucket });
      for (const key of ["x/y/deep needle.txt", "top.txt"])
        await opened.send("PUT", `/${bucket}/${encodeKey(key)}`, key);
    }
    for (const limit of [1, 3, 100]) {
      const items = await everyItem(limit, (paging) => all.storage.list(ROOT, { ...paging, recursive: true }));
      const ids = items.map(({ id }) => id.native).filter((id) => id.startsWith("/tree-"));
      assert.deepEqual(ids.sort(), [
        ...["a", "b"].flatMap((bucket) =>
          ["", "top.txt", "x/", "x/y/", "x/y/deep needle.txt"].map((key) => `/tree-${bucket}/${key}`),
        ),
      ]);
    }
    const found = await everyItem(1, (paging) => all.storage.search({ query: "NEEDLE", ...paging }));
    assert.deepEqual(
      found.map(({ path }) => path).sort(),
      ["a", "b"].map((b) => `/tree-${b}/x/y/deep needle.txt`),
    );
  });

  test("more objects than one request takes: listed page by page, moved and deleted many at a time", async () => {
    const account = await opened.bucket("many");
    const names = Array.from({ length: 45 }, (_, index) => (index % 20 ? `${index}` : `\u0001${index}`));
    for (const name of ["", ...names])
      await opened.send("PUT", `/many/all/${encodeKey(name)}`, "x".repeat(name.length));
    const { storage } = await withLimits(account, { page: 20, remove: 20 });
    for (const recursive of [false, true]) {
      const items = await everyItem(1000, (paging) => storage.list("/all/", { ...paging, recursive }));
      assert.deepEqual(items.map(({ name }) => name).sort(), names.toSorted());
    }
    const moved = await storage.update({ type: "folder", id: "/all/" }, { name: "elsewhere" });
    assert.equal((await everyItem(1000, (paging) => storage.list(moved.id.native, paging))).length, 45);
    const { book } = account.target();
    const before = book?.calls ?? 0;
    await storage.delete({ type: "folder", id: moved.id.native }, { recursive: true, permanent: false });
    // A look, three lists, three deletions and three keys that XML cannot say.
    assert.equal((book?.calls ?? 0) - before, 10);
    assert.deepEqual((await account.storage.list(ROOT, { cursor: null, limit: 10 })).items, []);
  });

  test("what a query tells of 1,000 objects of a bucket: one request, the least that S3 allows", async () => {
    const account = await opened.bucket("thousand");
    const numbers = Array.from({ length: 1000 }, (_, index) => index);
    await eachOf(numbers, async (number) => {
      await opened.send("PUT", `/thousand/${number}`, "x".repeat(number % 7));
    });
    const query = `query ($id: ID!) { account(id: $id) { storage { root { contents(first: 1000, recursive: true) {
      nodes { ... on File { name size modified } } pageInfo { hasNextPage } } } } } }`;
    const { calls, errors, data } = await ask(opened.core, query, { id: String(account.id) });
    assert.equal(errors, undefined);
    const { nodes, pageInfo } = data.account.storage.root.contents;
    assert.deepEqual(
      nodes.map(({ name, size }: { name: string; size: number }) => [name, size]),
      numbers.map((number) => [`${number}`, number % 7]).sort(([one], [other]) => (`${one}` < `${other}` ? -1 : 1)),
    );
    assert.equal(pageInfo.hasNextPage, false);
    assert.equal(calls, 1);
  });

  test("a bucket with versions: what is deleted is gone, comes back, and is listed once", async () => {
    const account = await opened.bucket("versions");
    const enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    await opened.send("PUT", "/versions?versioning=", enabled);
    const file = await upload(account, "a.txt", "first");
    const key = { type: "file", id: file.id.native } as const;
    await account.storage.upload({ parent: ROOT, name: "a.txt", size: 6, ifExists: "replace" }, streamFrom("second"));
    assert.equal(await text(account, file.id.native), "second");
    await account.storage.delete(key, { recursive: false, permanent: false });
    await assert.rejects(account.storage.get(key), fails("not_found"));
    await assert.rejects(account.storage.delete(key, { recursive: false, permanent: false }), fails("not_found"));
    assert.deepEqual((await account.storage.list(ROOT, { cursor: null, limit: 10 })).items, []);
    assert.match(await opened.send("GET", "/versions?versions="), /DeleteMarker/);
    await upload(account, "a.txt", "third");
    const renamed = await account.storage.update(key, { name: "b.txt" });
    assert.equal(await text(account, renamed.id.native), "third");
    assert.equal((await account.storage.list(ROOT, { cursor: null, limit: 10 })).items.length, 1);
    // Swift does not delete a bucket that still has versions, as Amazon does not.
    await account.storage.delete({ type: "file", id: "/b.txt" }, { recursive: false, permanent: false });
    const remove = opened.all.storage.delete(
      { type: "folder", id: "/versions/" },
      { recursive: true, permanent: false },
    );
    await assert.rejects(remove, fails("folder_not_empty"));
  });

  test("what is longer than one request copies is copied in parts, with what the object says of itself", async () => {
    const account = await opened.bucket("long-copies");
    const whole = bytesOf(13 * MEBIBYTE, "long");
    const headers = { "content-type": "image/x-long", "cache-control": "max-age=60", "x-amz-meta-owner": "lee" };
    await opened.send("PUT", "/long-copies/long.bin", whole, headers);
    const { storage } = await withLimits(account, { copyBytes: 5 * MEBIBYTE });
    const copied = await storage.copy({ type: "file", id: "/long.bin" }, { parent: ROOT, name: "copy é.bin" });
    assert.ok(copied.type === "file");
    assert.deepEqual([copied.size, copied.mimeType], [whole.length, "image/x-long"]);
    const { body, etag } = await account.storage.download(copied.id.native);
    assert.equal((await measure(body)).sha256, sha256(whole));
    assert.match(etag ?? "", /-3"$/, "an ETag of three parts");
    const { headers: kept } = await account.upstream.text({
      method: "HEAD",
      path: `/long-copies/${encodeKey("copy é.bin")}`,
    });
    assert.equal(kept["x-amz-meta-owner"], "lee");
    assert.doesNotMatch(await opened.send("GET", "/long-copies?uploads="), /<Upload>/);
  });

  test("a long body of unknown length goes up in parts; one that breaks leaves no parts behind", async () => {
    const account = await opened.bucket("long-bodies");
    const size = 37 * MEBIBYTE + 1;
    const unsized = { parent: ROOT, name: "long.bin", ifExists: "fail" } as const;
    const file = await account.storage.upload(unsized, streamOf(size, "long"));
    assert.equal(file.size, size);
    const { body } = await account.storage.download(file.id.native);
    assert.equal((await measure(body)).sha256, sha256(bytesOf(size, "long")));
    for (const sized of [{}, { size }]) {
      const broken = { parent: ROOT, name: "broken.bin", ifExists: "fail", ...sized } as const;
      await assert.rejects(account.storage.upload(broken, brokenAfter(20 * MEBIBYTE)), fails("request_failed"));
    }
    assert.doesNotMatch(await opened.send("GET", "/long-bodies?uploads="), /<Upload>/);
    assert.deepEqual(
      (await account.storage.list(ROOT, { cursor: null, limit: 10 })).items.map(({ name }) => name),
      ["long.bin"],
    );
  });

  test("long bodies of one name at the same time: renamed, each whole; or one wins", async () => {
    const account = await opened.bucket("long-rivals");
    const size = 9 * MEBIBYTE;
    const send = (ifExists: "rename" | "fail", seed: string) =>
      account.storage.upload({ parent: ROOT, name: "same.bin", size, ifExists }, streamOf(size, seed));
    const renamed = await Promise.all(["a", "b", "c"].map((seed) => send("rename", seed)));
    assert.deepEqual(renamed.map(({ name }) => name).sort(), ["same (1).bin", "same (2).bin", "same.bin"]);
    for (const [index, { id }] of renamed.entries()) {
      const { body } = await account.storage.download(id.native);
      assert.equal((await measure(body)).sha256, sha256(bytesOf(size, "abc"[index])));
    }
    await account.storage.delete({ type: "file", id: "/same.bin" }, { recursive: false, permanent: false });
    const outcomes = await Promise.allSettled(["d", "e"].map((seed) => send("fail", seed)));
    assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
    assert.doesNotMatch(await opened.send("GET", "/long-rivals?uploads="), /<Upload>/);
  });

  test("an upload URL: over at its end, for its headers and no others", async () => {
    const account = await opened.bucket("signed-urls");
    const put = async (url: string, headers = {}) => {
      const answer = await fetch(url, { method: "PUT", headers, body: "x" });
      return [answer.status, /<Code>(\w+)</.exec(await answer.text())?.[1]];
    };
    const at = { method: "PUT", path: "/signed-urls/late", headers: {} } as const;
    const { url } = await account.upstream.presign(at, 3);
    assert.deepEqual(await put(url), [200, undefined]);
    await delay(4_000);
    assert.deepEqual(await put(url), [403, "AccessDenied"]);
    const image = { parent: ROOT, name: "a.png", mimeType: "image/png", ifExists: "replace" } as const;
    const upload = await account.storage.uploadUrl(image);
    assert.deepEqual(upload.headers, { "content-type": "image/png" });
    assert.deepEqual(await put(upload.url, { "content-type": "text/html" }), [403, "SignatureDoesNotMatch"]);
    assert.deepEqual(await put(upload.url, { ...upload.headers, "x-amz-meta-a": "b" }), [403, "AccessDenied"]);
    assert.deepEqual(await put(upload.url, upload.headers), [200, undefined]);
  });

  test("no upload URL leads into a folder whose name URLs tidy up", async () => {
    const account = await opened.bucket("untidy-urls");
    await opened.send("PUT", "/untidy-urls/../a.txt", "x");
    const odd = { parent: "/../", name: "b.txt", ifExists: "replace" } as const;
    await assert.rejects(account.storage.uploadUrl(odd), fails("invalid_parameters"));
  });

  test("raw: the service's own words, the key as it is", async () => {
    const account = await opened.bucket("raw-words");
    await upload(account, "a.txt");
    const { items } = await account.apis(true).storage.list(ROOT, { cursor: null, limit: 10 });
    const { raw } = items[0]!;
    assert.equal(raw?.id, "/a.txt");
    assert.ok(raw?.object && typeof raw.object === "object" && "StorageClass" in raw.object, JSON.stringify(raw));
    const ref = await account.encodeRawId("storage", "object", "/a.txt");
    assert.equal(ref.valueOf(), items[0]?.id.valueOf());
  });
});
