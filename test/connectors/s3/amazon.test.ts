import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, type TestContext, test } from "node:test";
import type { Credential } from "../../../src/auth/credential.js";
import { type ConnectContext, ROOT, type Settings } from "../../../src/connectors/connector.js";
import { s3 } from "../../../src/connectors/s3/index.js";
import type { ApiError } from "../../../src/errors.js";
import { memoryDispatcher } from "../../../src/upstream/transports/memory.js";
import { openClient, targetAt } from "../../faults/client.js";
import { bindConnector } from "../../support/bind.js";
import { streamFrom } from "../../support/bytes.js";
import { fails } from "../../support/fails.js";

const CREDENTIAL: Credential = {
  scheme: "aws4",
  accessKeyId: "AKID",
  secretAccessKey: "secret",
  region: "us-east-1",
  service: "s3",
  literalPaths: true,
};

interface Asked {
  method: string;
  url: string;
  /** What the signature is for. */
  region: string | undefined;
  headers: Record<string, string>;
  body: string;
}
type Answer = { status?: number; headers?: Record<string, string>; body?: string };

/** A stand-in for Amazon's endpoints, which no test can reach: it answers by a script and keeps what it was asked. */
const amazonAt = (t: TestContext, origins: readonly string[], script: (asked: Asked) => Answer) => {
  const requests: Asked[] = [];
  const routes = origins.map((origin) => {
    const dispatcher = memoryDispatcher(async ({ method, path, headers, body }) => {
      const region = /Credential=AKID\/\d+\/([^/]+)\/s3\//.exec(headers.authorization ?? "")?.[1];
      const asked = { method, url: origin + path, region, headers, body: (await buffer(body)).toString() };
      requests.push(asked);
      const { status = 200, headers: more = {}, body: text = "" } = script(asked);
      return {
        status,
        headers: { "content-length": String(Buffer.byteLength(text)), ...more },
        body: method === "HEAD" ? "" : text,
      };
    });
    return [origin, dispatcher] as const;
  });
  const client = openClient(t, { routes: new Map(routes) });
  const upstream = (origin: string, credential: Credential) =>
    client.for(
      targetAt(origin, {
        service: "s3",
        ...(s3.hosts ? { hosts: s3.hosts } : {}),
        ...(s3.explain ? { explain: s3.explain } : {}),
        credentials: { current: async () => ({ credential, version: 1 }) },
      }),
    );
  const account = (settings: Settings) =>
    bindConnector(s3, settings, {
      upstream: upstream(`https://s3.${settings.region}.amazonaws.com`, CREDENTIAL),
    });
  const refuse = () => Promise.reject(new Error("this connector opens no connections"));
  const connections: ConnectContext["connections"] = () => ({ use: refuse, lend: refuse });
  const connecting: ConnectContext = { upstream, connections, signal: new AbortController().signal };
  return { requests, account, connecting };
};

const HOME = "https://s3.us-east-1.amazonaws.com";
const ABROAD = "https://s3.eu-west-1.amazonaws.com";
const list = (...keys: string[]) =>
  `<ListBucketResult><IsTruncated>false</IsTruncated>${keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`).join("")}</ListBucketResult>`;
const brief = ({ method, url, region }: Asked) => `${method} ${url.replace(/\?.*/, "")} ${region}`;

describe("Amazon S3, as its documentation describes it", () => {
  test("a bucket of another region: found out once, then asked and signed for there", async (t) => {
    const { requests, account } = amazonAt(
      t,
      [HOME, "https://far-away.s3.eu-west-1.amazonaws.com"],
      ({ method, url }) =>
        method === "HEAD" && url.startsWith(HOME)
          ? { status: 301, headers: { "x-amz-bucket-region": "eu-west-1" } }
          : { body: list("a.txt") },
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
        : { body: list("a.txt") },
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
        method === "HEAD" ? { status: 403, headers: { "x-amz-bucket-region": "eu-west-1" } } : { body: list() },
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
        if (method === "GET") return { body: list() };
        there = true;
        return headers["if-none-match"] === "*" ? { status } : {};
      });
      const { storage } = account({ region: "us-east-1", bucket: "mine" });
      const upload = storage.upload({ parent: ROOT, name: "a", size: 1, ifExists: "fail" }, streamFrom("x"));
      if (status === 412 || status === 409) await assert.rejects(upload, fails("naming_conflict"));
      else assert.equal((await upload).name, "a");
      const conditions = requests
        .filter(({ method }) => method === "PUT")
        .map(({ headers }) => headers["if-none-match"]);
      // What is over 499 is tried three times.
      assert.deepEqual(conditions, status === 501 ? ["*", "*", "*", undefined] : ["*"]);
    }
  });

  test("an upload URL leads to the bucket's own region, on whose condition nothing is replaced", async (t) => {
    const { account } = amazonAt(t, [HOME, "https://url-abroad.s3.eu-west-1.amazonaws.com"], ({ method, url }) => {
      if (url.startsWith(HOME)) return { status: 301, headers: { "x-amz-bucket-region": "eu-west-1" } };
      return method === "HEAD" ? { status: 404 } : { body: list() };
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
      method === "GET" ? { body: list() } : { headers: { "content-length": "1" } },
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
      return method === "DELETE" ? { status: 204 } : { body: list() };
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
      if (method === "GET") return { body: url.includes("max-keys=1&") ? list("folder/") : list() };
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
