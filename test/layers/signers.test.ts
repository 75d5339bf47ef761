import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { Readable } from "node:stream";
import { test } from "node:test";
import type { Credential } from "../../src/auth/credential.js";
import type { CallOptions } from "../../src/upstream/call.js";
import { authorize } from "../../src/upstream/layers/authorize.js";
import { presignAws4, regionOf } from "../../src/upstream/signers/aws4.js";
import { presign } from "../../src/upstream/signers/presign.js";
import { serviceSas } from "../../src/upstream/signers/serviceSas.js";
import { stringToSign } from "../../src/upstream/signers/sharedKey.js";
import { fails } from "../support/fails.js";
import { answering, openCall, through } from "./through.js";

/** A request as it leaves the authorize layer. */
const signedWith = async (credential: Credential, request: Partial<CallOptions>): Promise<CallOptions> => {
  let sent: CallOptions | undefined;
  const credentials = { current: async () => ({ credential, version: 1 }) };
  const wire: Parameters<typeof through>[1] = (options, handler) => {
    sent = options;
    answering(200)(options, handler);
  };
  const outcome = await through(
    authorize(() => 0),
    wire,
    { call: openCall({ credentials }), ...request },
  );
  assert.equal(outcome, 200, String(outcome));
  return sent as CallOptions;
};

const AWS = {
  scheme: "aws4",
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  region: "us-east-1",
  service: "s3",
  literalPaths: true,
} as const;
const signatureOf = ({ headers }: CallOptions) => /Signature=(\w+)$/.exec(headers.authorization ?? "")?.[1];

test("AWS: the examples that Amazon publishes for S3", async (context) => {
  // docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
  context.mock.timers.enable({ apis: ["Date"], now: Date.parse("2013-05-24T00:00:00Z") });
  const origin = "https://examplebucket.s3.amazonaws.com";
  for (const [path, headers, signature] of [
    ["/test.txt", { range: "bytes=0-9" }, "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"],
    ["/?lifecycle", {}, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"],
    ["/?max-keys=2&prefix=J", {}, "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"],
  ] as const)
    assert.equal(signatureOf(await signedWith(AWS, { origin, path, headers })), signature, path);
});

test("AWS: other services are signed for by their names", async (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: Date.parse("2015-08-30T12:36:00Z") });
  const sent = await signedWith(
    { ...AWS, service: "iam", literalPaths: false },
    { origin: "https://iam.amazonaws.com", path: "/?Action=ListUsers&Version=2010-05-08", headers: {} },
  );
  assert.match(
    String(sent.headers.authorization),
    /Credential=AKIAIOSFODNN7EXAMPLE\/20150830\/us-east-1\/iam\/aws4_request/,
  );
  assert.match(String(sent.headers.authorization), /SignedHeaders=host;x-amz-content-sha256;x-amz-date,/);
});

test("AWS: a body in memory is hashed, a stream is said to be unsigned, a session's token is sent and signed", async () => {
  const put = { origin: "https://s3.us-east-1.amazonaws.com", method: "PUT", path: "/b/k" } as const;
  const hash = async (body: CallOptions["body"]) =>
    (await signedWith(AWS, { ...put, body })).headers["x-amz-content-sha256"];
  assert.equal(await hash(null), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  // "Welcome to Amazon S3.", of the example "PUT Object".
  assert.equal(await hash("Welcome to Amazon S3."), "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072");
  assert.equal(await hash(Readable.from(["stream"])), "UNSIGNED-PAYLOAD");
  const { headers } = await signedWith({ ...AWS, sessionToken: "a token" }, put);
  assert.equal(headers["x-amz-security-token"], "a token");
  assert.match(String(headers.authorization), /SignedHeaders=[^,]*x-amz-security-token/);
});

test("AWS: what proxies change is not signed, the host is not sent twice", async () => {
  const headers = {
    "accept-encoding": "gzip",
    "user-agent": "us",
    "content-type": "text/plain",
    "x-amz-acl": "private",
  };
  const sent = await signedWith(AWS, { origin: "https://s3.us-east-1.amazonaws.com:8443", path: "/", headers });
  assert.match(
    String(sent.headers.authorization),
    /SignedHeaders=content-type;host;x-amz-acl;x-amz-content-sha256;x-amz-date,/,
  );
  assert.equal(sent.headers["accept-encoding"], "gzip");
  assert.equal(sent.headers.host, undefined);
});

test("AWS: the address is sent as it is signed, whatever it looked like", async () => {
  const origin = "https://s3.us-east-1.amazonaws.com";
  for (const [path, sent] of [
    ["/b/a'(1)!*.txt?x=y z", "/b/a%27%281%29%21%2A.txt?x=y%20z"],
    ["/b//a/./b/../c?delete", "/b//a/./b/../c?delete="],
    ["/b/%7euser%2fx", "/b/~user%2Fx"],
    ["/b/100%?prefix=%zz&prefix=b", "/b/100%25?prefix=%25zz&prefix=b"],
  ] as const)
    assert.equal((await signedWith(AWS, { origin, path })).path, sent);
});

test("AWS: an endpoint's region goes before the account's", () => {
  for (const [host, region] of [
    ["s3.eu-central-1.amazonaws.com", "eu-central-1"],
    ["bucket.s3.dualstack.ap-southeast-2.amazonaws.com", "ap-southeast-2"],
    ["s3-us-west-2.amazonaws.com", "us-west-2"],
    ["bucket.s3.cn-north-1.amazonaws.com.cn", "cn-north-1"],
    ["s3.us-gov-west-1.amazonaws.com", "us-gov-west-1"],
    ["s3.amazonaws.com", undefined],
    ["minio.example.com", undefined],
    ["s3.eu-central-1.amazonaws.com.example.com", undefined],
  ] as const)
    assert.equal(regionOf(host), region, host);
});

const span = (from: string, seconds: number) => {
  const signed = new Date(from);
  return { signed, expires: new Date(signed.getTime() + seconds * 1000) };
};

test("AWS: the example of a URL that Amazon publishes", async () => {
  // docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  const request = { origin: "https://examplebucket.s3.amazonaws.com", method: "GET", path: "/test.txt", headers: {} };
  assert.equal(
    await presignAws4(request, AWS, span("2013-05-24T00:00:00Z", 86_400)),
    "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
  );
});

test("AWS: a URL holds for all headers that were said, and for temporary keys", async () => {
  const origin = "https://bucket.s3.eu-west-1.amazonaws.com";
  const headers = { "content-type": "image/png", "if-none-match": "*", "x-amz-meta-a": "b" };
  const request = { origin, method: "PUT", path: "/a%27+b", headers };
  const url = new URL(
    await presignAws4(request, { ...AWS, sessionToken: "a/token" }, span("2020-01-01T00:00:00Z", 60)),
  );
  assert.equal(url.pathname, "/a%27%2Bb");
  assert.equal(url.searchParams.get("X-Amz-SignedHeaders"), "content-type;host;if-none-match;x-amz-meta-a");
  assert.equal(url.searchParams.get("X-Amz-Security-Token"), "a/token");
  assert.match(String(url.searchParams.get("X-Amz-Credential")), /\/eu-west-1\/s3\//);
  assert.doesNotMatch(url.href, /wJalrX|image/);
});

test("Azure: the example that Microsoft publishes for Shared Key", () => {
  // learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key, "Constructing the signature string"
  const headers = { "x-ms-date": "Fri, 26 Jun 2015 23:39:12 GMT", "x-ms-version": "2015-02-21" };
  const path = "/mycontainer?restype=container&comp=metadata&timeout=20";
  assert.equal(
    stringToSign({ method: "GET", path, headers, body: null }, "myaccount"),
    "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20",
  );
});

test("Azure: the length of a body is signed, none for an empty one", () => {
  const line = (body: CallOptions["body"], headers: Record<string, string> = {}) =>
    stringToSign({ method: "PUT", path: "/c/b", headers, body }, "a").split("\n")[3];
  assert.deepEqual([line(null), line(""), line("é"), line(Buffer.alloc(3))], ["", "", "2", "3"]);
  assert.equal(line(Readable.from(["x"]), { "content-length": "5" }), "5");
});

test("Azure: values of one name are sorted together, names without regard to case", () => {
  const path = "/c?include=snapshots&Comp=list&include=metadata&marker=a%2Fb";
  const signed = stringToSign({ method: "GET", path, headers: {}, body: null }, "a");
  assert.ok(signed.endsWith("\n/a/c\ncomp:list\ninclude:metadata,snapshots\nmarker:a/b"), signed);
});

test("Azure: a shared access signature stands in the query, and in that of a copy's source on the same host only", async () => {
  const origin = "https://account.blob.core.windows.net";
  const credential = { scheme: "shared_access", token: "sv=2021-12-02&sig=abc%3D" } as const;
  const copy = (source: string) =>
    signedWith(credential, { origin, path: "/c/b?comp=x", headers: { "x-ms-copy-source": source } });
  const sent = await copy(`${origin}/c/a`);
  assert.equal(sent.path, "/c/b?comp=x&sv=2021-12-02&sig=abc%3D");
  assert.equal(sent.headers["x-ms-copy-source"], `${origin}/c/a?sv=2021-12-02&sig=abc%3D`);
  for (const foreign of ["https://elsewhere.example/c/a", `${origin}.example/c/a`])
    assert.equal((await copy(foreign)).headers["x-ms-copy-source"], foreign);
});

const AZURE = { scheme: "shared_key", account: "account", key: Buffer.from("key").toString("base64") } as const;

test("Azure: a URL says for one blob what may be done, until when and by what protocol", async () => {
  const at = async (origin: string, path: string, headers = {}) =>
    new URL(await serviceSas({ origin, path, method: "PUT", headers }, AZURE, span("2020-01-01T00:00:00Z", 900)));
  const host = "https://account.blob.core.windows.net";
  const url = await at(host, "/c/a%20b");
  assert.equal(url.pathname, "/c/a%20b");
  const { sig, ...said } = Object.fromEntries(url.searchParams);
  assert.deepEqual(said, { sv: "2021-12-02", sr: "b", sp: "cw", se: "2020-01-01T00:15:00Z", spr: "https" });
  const lines = ["cw", "", said.se, "/blob/account/c/a b", "", "", "https", said.sv, "b", "", "", "", "", "", "", ""];
  assert.equal(sig, createHmac("sha256", "key").update(lines.join("\n")).digest("base64"));
  const isNew = await at(host, "/c/a%20b", { "if-none-match": "*" });
  assert.equal(isNew.searchParams.get("sp"), "c");
  // The account is named by the host, whatever a container is called; by the path where the host cannot.
  const signatureOf = async (...place: Parameters<typeof at>) => (await at(...place)).searchParams.get("sig");
  assert.notEqual(await signatureOf(host, "/account/c/a"), await signatureOf(host, "/c/a"));
  assert.equal(
    await signatureOf("http://127.0.0.1:10000", "/account/c/a"),
    await signatureOf("http://azurite", "/account/c/a"),
  );
});

test("only what can sign unseen makes URLs, and only such as are sent as they are spelt", async () => {
  const request = { origin: "https://account.blob.core.windows.net", method: "PUT", path: "/c/b", headers: {} };
  for (const credential of [
    { scheme: "shared_access", token: "sig=x" },
    { scheme: "bearer", token: "x" },
    { scheme: "password", username: "a", password: "b" },
    { scheme: "none" },
  ] as const)
    await assert.rejects(presign(request, credential, 60), fails("not_implemented"), credential.scheme);
  const OSS = { scheme: "oss4", accessKeyId: "ak", accessKeySecret: "sk", region: "cn-hangzhou" } as const;
  for (const credential of [AWS, AZURE, OSS]) {
    const { expires } = await presign(request, credential, 60);
    assert.ok(Math.abs(Date.parse(expires) - Date.now() - 60_000) < 2_000);
    for (const path of ["/c/../b", "/c/./b", "/c/b/.."])
      await assert.rejects(presign({ ...request, path }, credential, 60), fails("invalid_parameters"), path);
    assert.match((await presign({ ...request, path: "/c//b" }, credential, 60)).url, /\/c\/\/b\?/);
  }
});
