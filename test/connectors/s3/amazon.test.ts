import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, type TestContext, test } from "node:test";
import type { Credential } from "../../../src/auth/credential.js";
import { ROOT } from "../../../src/connectors/connector.js";
import { copier } from "../../../src/connectors/families/s3/copy.js";
import { S3 } from "../../../src/connectors/families/s3/protocol.js";
import { s3 } from "../../../src/connectors/s3/index.js";
import type { ApiError } from "../../../src/errors.js";
import { streamFrom, streamOf } from "../../support/bytes.js";
import { fails } from "../../support/fails.js";
import { type Answer, type Asked, brief, objectList, played } from "../objects/played.js";
import { scripted as webdavScripted } from "../webdav/scripted.js";

const CREDENTIAL: Credential = {
  scheme: "aws4",
  accessKeyId: "AKID",
  secretAccessKey: "secret",
  region: "us-east-1",
  service: "s3",
  literalPaths: true,
};

const MEBIBYTE = 2 ** 20;

const amazonAt = (t: TestContext, origins: readonly string[], script: (asked: Asked) => Answer) =>
  played(t, { connector: s3, credential: CREDENTIAL }, origins, script);

const HOME = "https://s3.us-east-1.amazonaws.com";
const ABROAD = "https://s3.eu-west-1.amazonaws.com";

describe("Amazon S3, as its documentation describes it", () => {
  test("a bucket of another region: found out once, then asked and signed for there", async (t) => {
    const { requests, account } = amazonAt(
      t,
      [HOME, "https://far-away.s3.eu-west-1.amazonaws.com"],
      ({ method, url }) =>
        method === "HEAD" && url.startsWith(HOME)
          ? { status: 301, headers: { "x-amz-bucket-region": "eu-west-1" } }
          : { body: objectList("a.txt") },
    );
    const { storage } = account({ region: "us-east-1", bucket: null });
    for (let time = 0; time < 2; time++) {
      const { items } = await storage.list("/far-away/", { cursor: null, limit: 10 });
      assert.deepEqual(
        items.map(({ id }) => id.native),
        ["/far-away/a.txt"],
      );
    }
    assert.deepEqual(requests.map(brief), [
      `HEAD ${HOME}/far-away us-east-1`,
      "GET https://far-away.s3.eu-west-1.amazonaws.com/ eu-west-1",
      "GET https://far-away.s3.eu-west-1.amazonaws.com/ eu-west-1",
    ]);
  });

  test("a list of buckets tells their regions; a name with dots stands in the path, for no certificate has it", async (t) => {
    const { requests, account } = amazonAt(t, [HOME, ABROAD], ({ url }) =>
      url.startsWith(`${HOME}/?`)
        ? {
            body: "<ListAllMyBucketsResult><Buckets><Bucket><Name>with.dots</Name><CreationDate>2020-01-02T03:04:05Z</CreationDate><BucketRegion>eu-west-1</BucketRegion></Bucket></Buckets></ListAllMyBucketsResult>",
          }
        : { body: objectList("a.txt") },
    );
    const { storage } = account({ region: "us-east-1", bucket: null });
    const { items } = await storage.list(ROOT, { cursor: null, limit: 10 });
    assert.deepEqual(
      items.map(({ name, created }) => [name, created]),
      [["with.dots", "2020-01-02T03:04:05.000Z"]],
    );
    await storage.list("/with.dots/", { cursor: null, limit: 10 });
    assert.deepEqual(requests.map(brief), [`GET ${HOME}/ us-east-1`, `GET ${ABROAD}/with.dots/ eu-west-1`]);
  });

  test("connecting finds the bucket's region, or says which one it is", async (t) => {
    const { connecting } = amazonAt(
      t,
      [HOME, "https://s3.us-west-2.amazonaws.com", "https://mine.s3.eu-west-1.amazonaws.com"],
      ({ method }) =>
        method === "HEAD" ? { status: 403, headers: { "x-amz-bucket-region": "eu-west-1" } } : { body: objectList() },
    );
    const keys = { accessKeyId: "AKID", secretAccessKey: "secret", bucket: "mine" };
    const { settings, credential, name } = await s3.connect(connecting, keys);
    assert.deepEqual(settings, { region: "eu-west-1", bucket: "mine" });
    assert.equal(credential.scheme === "aws4" && credential.region, "eu-west-1");
    assert.equal(name, "mine @ s3.eu-west-1.amazonaws.com");
    await assert.rejects(s3.connect(connecting, { ...keys, region: "us-west-2" }), (error: ApiError) => {
      assert.match(error.message, /lies in the region eu-west-1/);
      return fails("invalid_parameters")(error);
    });
  });

  test("a bucket is made where the account is at home", async (t) => {
    const { requests, account } = amazonAt(t, [ABROAD, "https://new-one.s3.eu-west-1.amazonaws.com"], ({ method }) =>
      method === "HEAD" ? { status: 404 } : {},
    );
    await account({ region: "eu-west-1", bucket: null }).storage.createFolder({ parent: ROOT, name: "new-one" });
    const made = requests.find(({ method }) => method === "PUT");
    assert.match(made?.body ?? "", /<LocationConstraint>eu-west-1<\/LocationConstraint>/);
    assert.equal(made?.url, "https://new-one.s3.eu-west-1.amazonaws.com/");
  });

  test("a name is taken by the service itself: 412 and 409 mean that another was faster, 501 that it cannot tell", async (t) => {
    const origin = "https://mine.s3.us-east-1.amazonaws.com";
    for (const status of [412, 409, 501, 200]) {
      let there = false;
      const { requests, account } = amazonAt(t, [origin], ({ method, headers }) => {
        if (method === "HEAD") return there ? { headers: { "content-length": "3" } } : { status: 404 };
        if (method === "GET") return { body: objectList() };
        const isConditional = headers["if-none-match"] === "*";
        there = status !== 501 || !isConditional;
        return isConditional ? { status } : {};
      });
      const { storage } = account({ region: "us-east-1", bucket: "mine" });
      const upload = storage.upload({ parent: ROOT, name: "a", size: 1, ifExists: "fail" }, streamFrom("x"));
      if (status === 412 || status === 409) await assert.rejects(upload, fails("naming_conflict"));
      else assert.equal((await upload).name, "a");
      const conditions = requests
        .filter(({ method }) => method === "PUT")
        .map(({ headers }) => headers["if-none-match"]);
      assert.deepEqual(conditions, status === 501 ? ["*", undefined] : ["*"]);
    }
  });

  test("where a condition is not known, the name is looked at once more: a list may be behind", async (t) => {
    const { requests, account } = amazonAt(t, ["https://mine.s3.us-east-1.amazonaws.com"], ({ method }) => {
      if (method === "HEAD") return { headers: { "content-length": "3" } };
      return method === "GET" ? { body: objectList() } : { status: 501 };
    });
    const { storage } = account({ region: "us-east-1", bucket: "mine" });
    const upload = storage.upload({ parent: ROOT, name: "a", size: 1, ifExists: "fail" }, streamFrom("x"));
    await assert.rejects(upload, fails("naming_conflict"));
    assert.equal(requests.filter(({ method }) => method === "PUT").length, 1);
  });

  test("a name that is taken after an attempt of unknown outcome: by ourselves if it holds what was sent", async (t) => {
    const origin = "https://mine.s3.us-east-1.amazonaws.com";
    const outcomes: [string | null, string][] = [];
    for (const there of ["ours", "theirs", "longer", "", null]) {
      let attempts = 0;
      const { account } = amazonAt(t, [origin], ({ method, url }) => {
        if (method === "PUT") return { status: attempts++ === 0 ? 500 : 412 };
        if (new URL(url).pathname === "/") return { body: objectList() };
        if (there === null || attempts === 0) return { status: 404 };
        return method === "HEAD" ? { headers: { "content-length": String(there.length) } } : { body: there };
      });
      const { storage } = account({ region: "us-east-1", bucket: "mine" });
      const upload = storage.upload({ parent: ROOT, name: "a", size: 4, ifExists: "fail" }, streamFrom("ours"));
      const outcome = await upload.then(
        () => "made",
        ({ code }: ApiError) => code,
      );
      outcomes.push([there, outcome]);
    }
    assert.deepEqual(outcomes, [
      ["ours", "made"],
      ["theirs", "naming_conflict"],
      ["longer", "naming_conflict"],
      ["", "naming_conflict"],
      [null, "bad_gateway"],
    ]);
  });

  test("what is put together answers 200 and fails behind it: an error, and the parts are taken back", async (t) => {
    const origin = "https://mine.s3.us-east-1.amazonaws.com";
    const { requests, account } = amazonAt(t, [origin], ({ method, url }) => {
      const { search } = new URL(url);
      if (method === "HEAD") return { status: 404 };
      if (method === "GET") return { body: objectList() };
      if (search === "?uploads=") return { body: initiated };
      if (method === "POST")
        return { body: `<?xml version="1.0"?>\n${" ".repeat(3000)}<Error><Code>InternalError</Code></Error>` };
      return { headers: { etag: '"part"' } };
    });
    const initiated = "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>";
    const { storage } = account({ region: "us-east-1", bucket: "mine" });
    const size = 9 * 2 ** 20;
    const upload = storage.upload({ parent: ROOT, name: "a", size, ifExists: "fail" }, streamOf(size));
    await assert.rejects(upload, fails("bad_gateway"));
    assert.deepEqual(
      requests
        .filter(({ method }) => method === "POST" || method === "DELETE")
        .map(({ method, url }) => `${method} ${new URL(url).search}`),
      ["POST ?uploads=", "POST ?uploadId=u1", "DELETE ?uploadId=u1"],
    );
  });

  test("a copy may take longer the more bytes it has, in one request or in parts", async () => {
    const asked: string[] = [];
    const copy = copier(
      async (_, __, { method = "GET", query = {}, deadlineMs = "usual" }) => {
        asked.push(`${method} ${Object.keys(query)} ${deadlineMs}`);
        const text =
          "uploads" in query
            ? "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>"
            : '<CopyPartResult><ETag>"1"</ETag></CopyPartResult>';
        return { status: 200, headers: {}, repeated: false, text };
      },
      512 * MEBIBYTE,
      S3,
    );
    const { context } = webdavScripted("https://files.test/", () => ({}));
    for (const size of [MEBIBYTE, 512 * MEBIBYTE, 513 * MEBIBYTE]) {
      const object = { key: "a", size, modified: null, created: null, mimeType: null, etag: null, told: () => ({}) };
      await copy(context, "mine", object, { bucket: "mine", key: "b" });
    }
    assert.deepEqual(asked, [
      "PUT  usual",
      "PUT  131072",
      "HEAD  usual",
      "POST uploads usual",
      "PUT partNumber,uploadId 131072",
      "PUT partNumber,uploadId usual",
      "POST uploadId 30120",
    ]);
  });

  test("an upload URL leads to the bucket's own region, on whose condition nothing is replaced", async (t) => {
    const { account } = amazonAt(t, [HOME, "https://url-abroad.s3.eu-west-1.amazonaws.com"], ({ method, url }) => {
      if (url.startsWith(HOME)) return { status: 301, headers: { "x-amz-bucket-region": "eu-west-1" } };
      return method === "HEAD" ? { status: 404 } : { body: objectList() };
    });
    const { storage } = account({ region: "us-east-1", bucket: null });
    const file = { parent: "/url-abroad/", name: "a b.txt", ifExists: "fail" } as const;
    const upload = await storage.uploadUrl(file);
    const url = new URL(upload.url);
    assert.equal(url.origin + url.pathname, "https://url-abroad.s3.eu-west-1.amazonaws.com/a%20b.txt");
    assert.match(String(url.searchParams.get("X-Amz-Credential")), /^AKID\/\d+\/eu-west-1\/s3\//);
    assert.equal(url.searchParams.get("X-Amz-SignedHeaders"), "host;if-none-match");
    assert.deepEqual([upload.method, upload.headers], ["PUT", { "if-none-match": "*" }]);
  });

  test("what replaces is not conditional", async (t) => {
    const origin = "https://mine.s3.us-east-1.amazonaws.com";
    const { requests, account } = amazonAt(t, [origin], ({ method }) =>
      method === "GET" ? { body: objectList() } : { headers: { "content-length": "1" } },
    );
    const { storage } = account({ region: "us-east-1", bucket: "mine" });
    await storage.upload({ parent: ROOT, name: "a", size: 1, ifExists: "replace" }, streamFrom("x"));
    assert.deepEqual(
      requests.filter(({ method }) => method === "PUT").map(({ headers }) => headers["if-none-match"]),
      [undefined],
    );
  });

  test("a part that is refused ends the upload at once, though the body has stalled", async (t) => {
    const origin = "https://mine.s3.us-east-1.amazonaws.com";
    const { requests, account } = amazonAt(t, [origin], ({ method, url }) => {
      if (url.includes("partNumber=2")) return { status: 403, body: "<Error><Code>AccessDenied</Code></Error>" };
      if (method === "PUT") return { headers: { etag: '"part"' } };
      if (method === "POST")
        return {
          body: "<InitiateMultipartUploadResult><UploadId>one</UploadId></InitiateMultipartUploadResult>",
        };
      return method === "DELETE" ? { status: 204 } : { body: objectList() };
    });
    const { storage } = account({ region: "us-east-1", bucket: "mine" });
    const body = new Readable({ read: () => undefined });
    body.push(Buffer.alloc(17 * 2 ** 20));
    const file = { parent: "root", name: "long.bin", size: 30 * 2 ** 20, ifExists: "replace" } as const;
    await assert.rejects(storage.upload(file, body), fails("service_forbidden"));
    assert.ok(body.destroyed);
    assert.match(requests.at(-1)?.url ?? "", /uploadId=one/);
    assert.equal(requests.at(-1)?.method, "DELETE");
  });

  test("many uploads into one folder look for it once, until something is deleted", async (t) => {
    const origin = "https://mine.s3.us-east-1.amazonaws.com";
    const { requests, account } = amazonAt(t, [origin], ({ method, url }) => {
      if (method === "GET") return { body: url.includes("max-keys=1&") ? objectList("folder/") : objectList() };
      return { headers: { "content-length": "1", etag: '"x"' } };
    });
    const { storage } = account({ region: "us-east-1", bucket: "mine" });
    const upload = (name: string) =>
      storage.upload({ parent: "/folder/", name, size: 1, ifExists: "replace" }, streamFrom("x"));
    const looks = () => requests.filter(({ url }) => /[?&]prefix=folder%2F(&|$)/.test(url)).length;
    await upload("a");
    await upload("b");
    assert.equal(looks(), 1);
    assert.deepEqual(
      requests.slice(-3).map(({ method }) => method),
      ["GET", "PUT", "HEAD"],
    );
    await storage.delete({ type: "file", id: "/folder/a" }, { recursive: false, permanent: false });
    await upload("c");
    assert.equal(looks(), 2);
  });

  test("a key that begins with a slash, and dots, arrive as they are", async (t) => {
    const origin = "https://mine.s3.us-east-1.amazonaws.com";
    const { requests, account } = amazonAt(t, [origin], () => ({ headers: { "content-length": "1" } }));
    const { storage } = account({ region: "us-east-1", bucket: "mine" });
    for (const id of ["//a", "///a", "/a/../b", "/..", "/./a"]) await storage.get({ type: "file", id });
    assert.deepEqual(
      requests.map(({ url }) => url.slice(origin.length)),
      ["//a", "///a", "/a/../b", "/..", "/./a"],
    );
  });
});
