import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, type TestContext, test } from "node:test";
import type { Credential } from "../../../src/auth/credential.js";
import { explain } from "../../../src/connectors/aliyun_oss/explain.js";
import { aliyunOss } from "../../../src/connectors/aliyun_oss/index.js";
import { ROOT } from "../../../src/connectors/connector.js";
import { ApiError, type ErrorCode } from "../../../src/errors.js";
import { streamFrom } from "../../support/bytes.js";
import { fails } from "../../support/fails.js";
import { type Answer, type Asked, brief, objectList, played } from "../objects/played.js";

const CREDENTIAL: Credential = {
  scheme: "oss4",
  accessKeyId: "AKID",
  accessKeySecret: "secret",
  region: "cn-hangzhou",
};

const alibabaAt = (t: TestContext, origins: readonly string[], script: (asked: Asked) => Answer) =>
  played(t, { connector: aliyunOss, credential: CREDENTIAL }, origins, script);

const HOME = "https://oss-cn-hangzhou.aliyuncs.com";
const MINE = "https://mine.oss-cn-hangzhou.aliyuncs.com";
const ALL = { region: "cn-hangzhou", bucket: null, endpoint: null };
const ONE = { ...ALL, bucket: "mine" };
const bucketList = (buckets: Record<string, string>, more = "") =>
  `<?xml version="1.0" encoding="UTF-8"?><ListAllMyBucketsResult>${more}<Owner><ID>51264</ID></Owner><Buckets>${Object.entries(
    buckets,
  )
    .map(
      ([name, region]) =>
        `<Bucket><CreationDate>2014-02-17T18:12:43.000Z</CreationDate><Location>oss-${region}</Location><Name>${name}</Name><Region>${region}</Region></Bucket>`,
    )
    .join("")}</Buckets></ListAllMyBucketsResult>`;
const paging = { cursor: null, limit: 10 };

describe("Alibaba Cloud OSS, as its documentation describes it", () => {
  test("the list of buckets goes on behind a marker and tells their regions, where they are asked and signed for", async (t) => {
    const next = "<IsTruncated>true</IsTruncated><NextMarker>oss-one</NextMarker>";
    const { requests, account } = alibabaAt(t, [HOME, "https://oss-two.oss-cn-beijing.aliyuncs.com"], ({ url }) => {
      if (!url.startsWith(HOME)) return { body: objectList("a.txt") };
      return {
        body: url.includes("marker=oss-one")
          ? bucketList({ "oss-two": "cn-beijing" })
          : bucketList({ "oss-one": "cn-hangzhou" }, next),
      };
    });
    const { storage } = account(ALL);
    const { items } = await storage.list(ROOT, paging);
    assert.deepEqual(
      items.map(({ name, created }) => [name, created]),
      [
        ["oss-one", "2014-02-17T18:12:43.000Z"],
        ["oss-two", "2014-02-17T18:12:43.000Z"],
      ],
    );
    await storage.list("/oss-two/", paging);
    assert.deepEqual(requests.map(brief), [
      `GET ${HOME}/ cn-hangzhou`,
      `GET ${HOME}/ cn-hangzhou`,
      "GET https://oss-two.oss-cn-beijing.aliyuncs.com/ cn-beijing",
    ]);
  });

  test("the region of a bucket that nobody listed: found by its name, once", async (t) => {
    const { requests, account } = alibabaAt(t, [HOME, "https://abroad.oss-eu-central-1.aliyuncs.com"], ({ url }) => ({
      body: url.startsWith(HOME) ? bucketList({ abroad: "eu-central-1" }) : objectList("a.txt"),
    }));
    const { storage } = account(ALL);
    for (let time = 0; time < 2; time++) await storage.list("/abroad/", paging);
    assert.deepEqual(requests.map(brief), [
      `GET ${HOME}/ cn-hangzhou`,
      "GET https://abroad.oss-eu-central-1.aliyuncs.com/ eu-central-1",
      "GET https://abroad.oss-eu-central-1.aliyuncs.com/ eu-central-1",
    ]);
    assert.equal(requests[0]?.url, `${HOME}/?prefix=abroad&max-keys=1`);
  });

  test("a bucket that the account has is not made again, for that would change it; a name that others have is taken", async (t) => {
    const { requests, account } = alibabaAt(
      t,
      [HOME, "https://theirs.oss-cn-hangzhou.aliyuncs.com", "https://fresh.oss-cn-hangzhou.aliyuncs.com"],
      ({ method, url }) => {
        if (url.startsWith("https://theirs"))
          return { status: 409, body: "<Error><Code>BucketAlreadyExists</Code></Error>" };
        return method === "PUT" ? {} : { body: bucketList({ made: "cn-hangzhou" }) };
      },
    );
    const { storage } = account(ALL);
    for (const name of ["made", "theirs"])
      await assert.rejects(storage.createFolder({ parent: ROOT, name }), fails("naming_conflict"));
    assert.equal((await storage.createFolder({ parent: ROOT, name: "fresh" })).id.native, "/fresh/");
    assert.deepEqual(requests.filter(({ method }) => method === "PUT").map(brief), [
      "PUT https://theirs.oss-cn-hangzhou.aliyuncs.com/ cn-hangzhou",
      "PUT https://fresh.oss-cn-hangzhou.aliyuncs.com/ cn-hangzhou",
    ]);
    for (const name of ["with.dots", "Capitals", "-a-", "ab", "x".repeat(64)])
      await assert.rejects(storage.createFolder({ parent: ROOT, name }), fails("invalid_parameters"), name);
  });

  test("a name is taken by the service itself: 409 means that another was faster", async (t) => {
    let there = false;
    const { requests, account } = alibabaAt(t, [MINE], ({ method }) => {
      if (method === "HEAD") return there ? { headers: { "content-length": "3" } } : { status: 404 };
      if (method === "GET") return { body: objectList() };
      there = true;
      return { status: 409, body: "<Error><Code>FileAlreadyExists</Code><EC>0026-00000002</EC></Error>" };
    });
    const upload = account(ONE).storage.upload({ parent: ROOT, name: "a", size: 1, ifExists: "fail" }, streamFrom("x"));
    await assert.rejects(upload, fails("naming_conflict"));
    const sent = requests.filter(({ method }) => method === "PUT").map(({ headers }) => headers);
    assert.deepEqual(
      sent.map((headers) => [headers["x-oss-forbid-overwrite"], headers["if-none-match"]]),
      [["true", undefined]],
    );
  });

  test("many are deleted with each named in the answer: who is not named there was not deleted", async (t) => {
    const keys = ["dir/", "dir/a&b", "dir/c"];
    for (const named of [keys, keys.slice(1)]) {
      const { requests, account } = alibabaAt(t, [MINE], ({ method }) => ({
        body:
          method === "GET"
            ? objectList(...keys.map((key) => key.replace("&", "&amp;")))
            : `<DeleteResult>${named.map((key) => `<Deleted><Key>${key.replace("&", "&amp;")}</Key></Deleted>`).join("")}</DeleteResult>`,
      }));
      const remove = account(ONE).storage.delete(
        { type: "folder", id: "/dir/" },
        { recursive: true, permanent: false },
      );
      if (named.length === keys.length) await remove;
      else await assert.rejects(remove, fails("bad_gateway"));
      const { url, headers, body } = requests.find(({ method }) => method === "POST") as Asked;
      assert.equal(url, `${MINE}/?delete=`);
      assert.match(body, /^<Delete><Quiet>false<\/Quiet><Object><Key>dir\/<\/Key><\/Object>/);
      assert.equal(headers["content-md5"], createHash("md5").update(body).digest("base64"));
    }
  });

  test("an upload URL says the type, for it is signed whether it was said or not", async (t) => {
    const { account } = alibabaAt(t, [MINE], ({ method }) =>
      method === "HEAD" ? { status: 404 } : { body: objectList() },
    );
    const { storage } = account(ONE);
    const plain = await storage.uploadUrl({ parent: ROOT, name: "a b.txt", ifExists: "fail" });
    const url = new URL(plain.url);
    assert.equal(url.origin + url.pathname, `${MINE}/a%20b.txt`);
    assert.match(String(url.searchParams.get("x-oss-credential")), /^AKID\/\d+\/cn-hangzhou\/oss\/aliyun_v4_request$/);
    assert.equal(url.searchParams.get("x-oss-expires"), "900");
    assert.deepEqual(plain.headers, { "content-type": "application/octet-stream", "x-oss-forbid-overwrite": "true" });
    const image = { parent: ROOT, name: "a.png", mimeType: "image/png", ifExists: "replace" } as const;
    assert.deepEqual((await storage.uploadUrl(image)).headers, { "content-type": "image/png" });
  });

  test("a range is meant as HTTP has it", async (t) => {
    const { requests, account } = alibabaAt(t, [MINE], () => ({
      status: 206,
      headers: { "content-range": "bytes 2-3/4" },
      body: "cd",
    }));
    const { body, range } = await account(ONE).storage.download("/a", { start: 2, end: 9 });
    body.resume();
    assert.deepEqual(range, { start: 2, end: 3 });
    assert.equal(requests[0]?.headers["x-oss-range-behavior"], "standard");
    assert.match(String(requests[0]?.headers.authorization), /AdditionalHeaders=host;range,/);
  });

  test("keys that begin with a slash or a backslash are none; further in they may be", async (t) => {
    const { requests, account } = alibabaAt(t, [MINE], ({ method, url }) => {
      if (method === "GET") return { body: url.includes("%5C") ? objectList() : objectList("dir/a") };
      const isThere = requests.some((request) => request.method === "PUT");
      return method === "HEAD" && !isThere ? { status: 404 } : { headers: { "content-length": "1" } };
    });
    const { storage } = account(ONE);
    for (const id of ["//a", "/\\a"]) await assert.rejects(storage.get({ type: "file", id }), fails("not_found"), id);
    const create = (parent: string, name: string) =>
      storage.upload({ parent, name, size: 1, ifExists: "fail" }, streamFrom("x"));
    await assert.rejects(create(ROOT, "\\a"), fails("invalid_parameters"));
    assert.deepEqual(requests, []);
    assert.equal((await create("/dir/", "\\a")).id.native, "/dir/\\a");
  });

  test("what OSS refuses is told as what it is", () => {
    for (const [refusal, code, words] of [
      ["<Code>InvalidAccessKeyId</Code>", "service_unauthorized", /does not know this access key id/],
      ["<Code>SignatureDoesNotMatch</Code>", "service_unauthorized", /secret/],
      ["<Code>SecurityTokenExpired</Code>", "service_unauthorized", /have expired/],
      ["<Code>InvalidSecurityToken</Code>", "service_unauthorized", /security token is not valid/],
      ["<Code>RequestTimeTooSkewed</Code>", "service_forbidden", /15 minutes apart: set the clock/],
      ["<Code>AccessDenied</Code>", "service_forbidden", /does not allow this/],
      [
        "<Code>AccessDenied</Code><Message>…</Message><Endpoint>oss-cn-beijing.aliyuncs.com</Endpoint>",
        "service_forbidden",
        /lies in the region cn-beijing/,
      ],
      ["<Code>InvalidArgument</Code><EC>0002-00000226</EC>", "service_forbidden", /another region/],
      ["<Code>AccessDenied</Code><EC>0016-00000306</EC>", "service_forbidden", /within one region only/],
      ["<Code>InDebt</Code>", "service_forbidden", /bills to pay/],
      ["<Code>NoSuchBucket</Code>", "not_found", /no such bucket/],
      ["<Code>FileImmutable</Code>", "service_forbidden", /retention policy/],
      ["<Code>InvalidObjectState</Code>", "service_forbidden", /must be restored/],
      ["<Code>BucketNotEmpty</Code>", "folder_not_empty", /not empty/],
    ] as const) {
      const explained = explain(403, `<Error>${refusal}</Error>`, {});
      assert.ok(typeof explained === "object", refusal);
      assert.equal(explained.code, code satisfies ErrorCode);
      assert.match(explained.message, words);
    }
    assert.equal(explain(429, "<Error><Code>QpsLimitExceeded</Code></Error>", {}), "too_many_service_requests");
    assert.equal(explain(404, "<Error><Code>NoSuchKey</Code></Error>", {}), "not_found");
    assert.equal(explain(500, "<Error><Code>InternalError</Code></Error>", {}), undefined);
  });
});

describe("connecting to Alibaba Cloud OSS", () => {
  const KEYS = { accessKeyId: " AKID ", accessKeySecret: " secret ", region: "oss-cn-hangzhou" };
  const told = (words: RegExp) => (error: unknown) => error instanceof ApiError && words.test(error.message);

  test("with a bucket, without, at an internal endpoint, at another's, with temporary keys", async (t) => {
    const inner = "https://mine.oss-cn-hangzhou-internal.aliyuncs.com";
    const company = "https://mine.oss.example.com:8443";
    const { requests, connecting } = alibabaAt(t, [HOME, MINE, inner, company], ({ url }) => ({
      body: url.startsWith(HOME) ? bucketList({}) : objectList(),
    }));
    const all = await aliyunOss.connect(connecting, KEYS);
    assert.deepEqual(all.settings, ALL);
    assert.equal(all.name, "AKID @ oss-cn-hangzhou.aliyuncs.com");
    assert.deepEqual(all.credential, CREDENTIAL);
    const one = await aliyunOss.connect(connecting, { ...KEYS, bucket: "oss://mine/" });
    assert.deepEqual(one.settings, ONE);
    assert.equal(one.name, "mine @ oss-cn-hangzhou.aliyuncs.com");
    const internal = { endpoint: "https://oss-cn-hangzhou-internal.aliyuncs.com/", bucket: "mine" };
    const { settings } = await aliyunOss.connect(connecting, { ...KEYS, ...internal });
    assert.equal(settings.endpoint, "https://oss-cn-hangzhou-internal.aliyuncs.com");
    const foreign = { endpoint: "https://oss.example.com:8443", bucket: "mine", securityToken: "token" };
    const { credential } = await aliyunOss.connect(connecting, { ...KEYS, ...foreign });
    assert.deepEqual(credential, { ...CREDENTIAL, securityToken: "token", host: "oss.example.com" });
    assert.equal(requests.at(-1)?.headers["x-oss-security-token"], "token");
    assert.deepEqual(
      requests.map(brief),
      [HOME, MINE, inner, company].map((origin) => `GET ${origin}/ cn-hangzhou`),
    );
  });

  test("a bucket of another region, which is named", async (t) => {
    const body =
      "<Error><Code>AccessDenied</Code><Bucket>mine</Bucket><Endpoint>oss-cn-beijing.aliyuncs.com</Endpoint></Error>";
    const { connecting } = alibabaAt(t, [MINE], () => ({ status: 403, body }));
    await assert.rejects(
      aliyunOss.connect(connecting, { ...KEYS, bucket: "mine" }),
      told(/^The bucket lies in the region cn-beijing\.$/),
    );
  });

  test("fields that can be none are told before anything is asked", async (t) => {
    const { requests, connecting } = alibabaAt(t, [], () => ({}));
    for (const [fields, words] of [
      [{ region: "" }, /region is missing/],
      [{ region: "cn hangzhou" }, /no region's name/],
      [{ bucket: "with.dots" }, /small letters, digits and hyphens/],
      [{ bucket: "a/b" }, /no bucket's name/],
      [{ endpoint: "oss-cn-hangzhou.aliyuncs.com" }, /must be a URL/],
      [{ endpoint: "https://oss-cn-hangzhou.aliyuncs.com/path" }, /a scheme and a host alone/],
      [{ endpoint: "http://127.0.0.1:80", bucket: "mine" }, /must have a host's name/],
      [{ endpoint: "http://[::1]:80", bucket: "mine" }, /must have a host's name/],
      [{ endpoint: "https://oss.example.com" }, /name the bucket/],
      [{ endpoint: "http://oss-cn-hangzhou.aliyuncs.com" }, /name the bucket/],
    ] as const)
      await assert.rejects(aliyunOss.connect(connecting, { ...KEYS, ...fields }), told(words), JSON.stringify(fields));
    assert.deepEqual(requests, []);
  });
});
