import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { CallOptions } from "../../src/upstream/call.js";
import { oss4, presignOss4 } from "../../src/upstream/signers/oss4.js";
import { openCall } from "./through.js";

/**
 * Expected values are Alibaba's own. Sources: oss/signer/signer_test.go of aliyun/alibabacloud-oss-go-sdk-v2,
 * tests/UnitTests/Signer/SignerV4Test.php of alibabacloud-oss-php-sdk-v2, tests/unit/signer/test_v4.py of
 * alibabacloud-oss-python-sdk-v2; and the example of
 * alibabacloud.com/help/en/oss/developer-reference/recommend-to-use-signature-version-4
 */
const KEYS = { scheme: "oss4", accessKeyId: "ak", accessKeySecret: "sk", region: "cn-hangzhou" } as const;
const ORIGIN = "http://bucket.oss-cn-hangzhou.aliyuncs.com";
const QUERY = "?param1=value1&%2Bparam1=value3&%7Cparam1=value4&%2Bparam2=&%7Cparam2=&param2=";
const PUT = { origin: ORIGIN, method: "PUT", path: `/1234+-/123/1.txt${QUERY}` } as const;
const HEADERS = { "x-oss-head1": "value", abc: "value", zabc: "value", xyz: "value" };

const at = (context: TestContext, seconds: number) =>
  context.mock.timers.enable({ apis: ["Date"], now: seconds * 1000 });

const authorization = (
  request: Partial<CallOptions>,
  credential: Parameters<typeof oss4>[1] = KEYS,
  additional?: readonly string[],
) => {
  const headers = { ...HEADERS, "content-type": "text/plain" };
  return oss4({ ...PUT, headers, call: openCall(), ...request }, credential, additional).headers.authorization;
};

test("OSS: a request", (context) => {
  at(context, 1702743657);
  assert.equal(
    authorization({}, KEYS, []),
    "OSS4-HMAC-SHA256 Credential=ak/20231216/cn-hangzhou/oss/aliyun_v4_request,Signature=e21d18daa82167720f9b1047ae7e7f1ce7cb77a31e8203a7d5f4624fa0284afe",
  );
  const append = {
    method: "POST",
    path: "/object?position=0&append",
    headers: { "content-type": "text/plain" },
  } as const;
  assert.equal(
    authorization(append, KEYS, []),
    "OSS4-HMAC-SHA256 Credential=ak/20231216/cn-hangzhou/oss/aliyun_v4_request,Signature=f7a645f23a0434ea90d5e2bb2bca90d0fda9ef4bc54a9c5008b2134e7c9023f2",
  );
});

test("OSS: a request with temporary keys", (context) => {
  at(context, 1702784856);
  assert.equal(
    authorization({}, { ...KEYS, securityToken: "token" }, []),
    "OSS4-HMAC-SHA256 Credential=ak/20231217/cn-hangzhou/oss/aliyun_v4_request,Signature=b94a3f999cf85bcdc00d332fbd3734ba03e48382c36fa4d5af5df817395bd9ea",
  );
});

test("OSS: a request with more headers signed; what is signed anyway or not there is not named", (context) => {
  at(context, 1702747512);
  for (const additional of [
    ["zabc", "abc"],
    ["x-oss-no-exist", "zabc", "x-oss-head1", "abc"],
  ])
    assert.equal(
      authorization({}, KEYS, additional),
      "OSS4-HMAC-SHA256 Credential=ak/20231216/cn-hangzhou/oss/aliyun_v4_request,AdditionalHeaders=abc;zabc,Signature=4a4183c187c07c8947db7620deb0a6b38d9fbdd34187b6dbaccb316fa251212f",
    );
});

test("OSS: the documentation's example", (context) => {
  at(context, Date.parse("2025-04-11T06:41:24Z") / 1000);
  const headers = {
    "content-disposition": "attachment",
    "content-length": "3",
    "content-md5": "ICy5YqxZB1uWSwcVLSNLcA==",
    "content-type": "text/plain",
  };
  const keys = { ...KEYS, accessKeyId: "LTAI****************", accessKeySecret: "yourAccessKeySecret" };
  const request = { origin: "https://examplebucket.oss-cn-hangzhou.aliyuncs.com", path: "/exampleobject", headers };
  assert.match(
    String(authorization(request, keys, ["content-disposition", "content-length"])),
    /Signature=d3694c2dfc5371ee6acd35e88c4871ac95a7ba01d3a2f476768fe61218590097$/,
  );
});

const span = (from: number, seconds: number) => ({
  signed: new Date(from * 1000),
  expires: new Date((from + seconds) * 1000),
});
const UNSENT = { ...PUT, headers: { ...HEADERS, "content-type": "application/octet-stream" } };

test("OSS: a URL, for a long time, with temporary keys, with more headers signed, with a key that has a space", () => {
  const spaced = { ...UNSENT, path: `/key%20123.txt${QUERY}` };
  for (const [from, seconds, signature, additional, request, token] of [
    [1702781677, 599, "a39966c61718be0d5b14e668088b3fa07601033f6518ac7b523100014269c0fe", [], UNSENT, {}],
    [1702781677, 432000, "31029123dc7732d2d2cfd4006ea4fdb6cf86da6478f813e2bf8f87877c7b9fec", [], UNSENT, {}],
    [
      1702785388,
      599,
      "3817ac9d206cd6dfc90f1c09c00be45005602e55898f26f5ddb06d7892e1f8b5",
      [],
      UNSENT,
      { securityToken: "token" },
    ],
    [1702783809, 599, "6bd984bfe531afb6db1f7550983a741b103a8c58e5e14f83ea474c2322dfa2b7", ["zabc", "abc"], UNSENT, {}],
    [
      1702783809,
      599,
      "6bd984bfe531afb6db1f7550983a741b103a8c58e5e14f83ea474c2322dfa2b7",
      ["x-oss-no-exist", "abc", "x-oss-head1", "zabc"],
      UNSENT,
      {},
    ],
    [1702783809, 599, "33208021567953241c3cc1d95ecf1864f8561890c30d29488ce76c7afb81a623", ["zabc", "abc"], spaced, {}],
  ] as const) {
    const url = new URL(presignOss4(request, { ...KEYS, ...token }, span(from, seconds), additional));
    assert.equal(url.searchParams.get("x-oss-signature"), signature);
    assert.equal(url.searchParams.get("x-oss-expires"), String(seconds));
    assert.equal(url.searchParams.get("x-oss-additional-headers"), additional.length === 0 ? null : "abc;zabc");
  }
});

test("OSS: odd keys, as Alibaba's ali-oss 6.23 signs them", (context) => {
  at(context, 1702743657);
  for (const [key, signature] of [
    ["a b+c%.txt", "03422a08971c09f2a5fef9e8d368c9e5ad3ec03e7cbb08621805ae5870e2692e"],
    ["é/漢字/😀", "47f8db3a77d638e22b2e86a64433604796947111f540c7830ecfa290fdf4764d"],
    ["a//b/../c", "87ba3101738f1e96e038f47fb4badfeb6f5fc4f15546f2ba7c2febf22985d875"],
    ["(x)!*'~;:@&=$,", "d7b65d9d88a8996c23fd8f2c484ecaa3bd67c1cafc252983da75c62e94750e3e"],
    ["\u0001\n", "5254c734fc395dbc7525a95cefb2f11fdcf95a68b328fecb19d2e3159b9017ff"],
  ] as const) {
    const path = `/${encodeURIComponent(key).replaceAll("%2F", "/")}`;
    const signed = authorization({ method: "GET", path, headers: {} }, KEYS, []);
    assert.equal(String(signed).split("Signature=")[1], signature, key);
  }
});

test("OSS: an endpoint's region goes before the account's, and what stands before its host is the bucket", (context) => {
  at(context, 1702743657);
  const signedAt = (host: string, path: string, own?: string) => {
    const keys = own === undefined ? KEYS : { ...KEYS, host: own };
    const [, region, signature] = /\/20231216\/([^/]+)\/.*Signature=(\w+)$/.exec(
      String(authorization({ origin: `https://${host}`, path, headers: {} }, keys, [])),
    ) as RegExpExecArray;
    return { region, signature };
  };
  const here = signedAt("bucket.oss-cn-hangzhou.aliyuncs.com", "/a");
  for (const host of [
    "bucket.oss-cn-hangzhou-internal.aliyuncs.com",
    "bucket.oss-accelerate.aliyuncs.com",
    "bucket.oss-accelerate-overseas.aliyuncs.com",
    "bucket.cn-hangzhou.oss.aliyuncs.com",
  ])
    assert.deepEqual(signedAt(host, "/a"), here, host);
  assert.deepEqual(signedAt("bucket.oss.example.com:8443", "/a", "oss.example.com"), here);
  // The service itself has no bucket, nor has a host that nobody said to be the service's.
  for (const [host, own] of [
    ["oss-cn-hangzhou.aliyuncs.com"],
    ["cn-hangzhou.oss.aliyuncs.com"],
    ["oss.example.com", "oss.example.com"],
    ["bucket.oss.example.com"],
    ["bucket.oss-cn-hangzhou.aliyuncs.com.example.com"],
  ] as const)
    assert.deepEqual(signedAt(host, "/bucket/a", own), here, host);
  for (const [host, region] of [
    ["bucket.oss-us-west-1.aliyuncs.com", "us-west-1"],
    ["oss-foo.oss-cn-beijing-finance-1-internal.aliyuncs.com", "cn-beijing-finance-1"],
    ["bucket.ap-southeast-1.oss.aliyuncs.com", "ap-southeast-1"],
  ] as const)
    assert.equal(signedAt(host, "/a").region, region, host);
});

test("OSS: the host and the range are signed, what proxies change is not; the address is sent as it is signed", () => {
  const request = { path: "/a'(1).txt?list-type=2&prefix=x y", headers: { range: "bytes=0-9", "user-agent": "us" } };
  const sent = oss4({ ...PUT, call: openCall(), ...request }, { ...KEYS, securityToken: "token" });
  assert.equal(sent.path, "/a%27%281%29.txt?list-type=2&prefix=x%20y");
  assert.match(String(sent.headers.authorization), /AdditionalHeaders=host;range,/);
  assert.equal(sent.headers["x-oss-security-token"], "token");
  assert.equal(sent.headers["user-agent"], "us");
  assert.equal(sent.headers.host, undefined);
});

test("OSS: a URL holds for all headers that were said, and tells no secret", () => {
  const headers = { "content-type": "image/png", "content-encoding": "gzip", "x-oss-forbid-overwrite": "true" };
  const url = new URL(presignOss4({ ...PUT, headers }, { ...KEYS, accessKeySecret: "quite secret" }, span(0, 60)));
  assert.equal(url.searchParams.get("x-oss-additional-headers"), "content-encoding;host");
  assert.doesNotMatch(url.href, /quite|image|gzip/);
});
