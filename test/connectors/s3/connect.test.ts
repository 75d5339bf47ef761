import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import type { Fields } from "../../../src/connectors/connector.js";
import { ApiError, type ErrorCode } from "../../../src/errors.js";
import { expired, good, own } from "../../faults/certificates.js";
import { FaultService } from "../../faults/service.js";
import { install } from "../../servers/install.js";
import { SWIFT_KEYS, swift } from "../../servers/swift.js";
import { type TestCore, testCore } from "../../support/core.js";
import { type Opened, openSwift } from "./swift.js";

/** For `assert.rejects`: this code, in these words. */
const told = (code: ErrorCode, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ApiError, String(error));
  assert.match(error.message, words);
  assert.equal(error.code, code, error.message);
  return true;
};

describe("connecting to an S3 service that is not as it was said to be", () => {
  let core: TestCore;
  before(async () => {
    core = await testCore();
  });
  after(() => core?.close());
  const connect = (endpoint: string, more: Fields = {}) =>
    core.connect("s3_compatible", { endpoint, accessKeyId: "key", secretAccessKey: "secret", ...more });

  test("a certificate that is expired, signed by nobody known or by itself", async (context) => {
    for (const [certificate, words] of [
      [expired, /certificate has expired\. To trust it .* fingerprint, [0-9a-f]{64}\./],
      [good, /not signed by an authority that is trusted here\. To trust it .* fingerprint, [0-9a-f]{64}\./],
      [own, /not signed by an authority that is trusted here\. To trust it .* fingerprint, [0-9a-f]{64}\./],
    ] as const) {
      const service = await FaultService.start([], certificate);
      context.after(() => service.close());
      await assert.rejects(connect(service.origin), told("invalid_parameters", words));
    }
  });

  test("TLS where there is none, none where there is, and nobody at all", async (context) => {
    const plain = await FaultService.start([]);
    const tls = await FaultService.start([], good);
    context.after(() => tls.close());
    const { port } = new URL(plain.origin);
    await assert.rejects(
      connect(`https://127.0.0.1:${port}`),
      told("invalid_parameters", /does not speak TLS: its address begins with http:/),
    );
    await assert.rejects(
      connect(tls.origin.replace("https:", "http:")),
      told("invalid_parameters", /begin with https:/),
    );
    await plain.close();
    await assert.rejects(connect(plain.origin), told("invalid_parameters", /Nothing listens at 127/));
  });

  test("a web server that knows nothing of S3", async () => {
    for (const [status, body] of [
      [200, "<html>Welcome</html>"],
      [404, "<html>Not found</html>"],
    ] as const) {
      const server = createServer((_, response) => void response.writeHead(status).end(body)).listen(0, "127.0.0.1");
      await new Promise((resolve) => server.once("listening", resolve));
      const { port } = server.address() as AddressInfo;
      await assert.rejects(connect(`http://127.0.0.1:${port}`), told("invalid_parameters", /There is no S3 service/));
      server.close();
    }
  });

  test("fields that can be none are told before anything is asked", async () => {
    for (const [endpoint, more, words] of [
      ["minio.example.com", {}, /must be a URL/],
      ["ftp://minio.example.com", {}, /must be a URL/],
      ["https://minio.example.com/path", {}, /a scheme and a host alone/],
      ["https://user@minio.example.com", {}, /a scheme and a host alone/],
      ["https://minio.example.com", { bucket: "a/b" }, /no bucket's name/],
      ["https://minio.example.com", { region: "eu west" }, /no region's name/],
      ["https://minio.example.com", { style: "both" }, /`path` or `virtual`/],
      ["https://minio.example.com", { style: "virtual" }, /needs the bucket's name/],
    ] as const)
      await assert.rejects(
        connect(endpoint, more),
        told("invalid_parameters", words),
        JSON.stringify([endpoint, more]),
      );
  });
});

describe("connecting to Swift", { skip: await install(swift) }, () => {
  let opened: Opened;
  before(async () => {
    opened = await openSwift();
    await opened.all.storage.createFolder({ parent: "root", name: "mine" });
  });
  after(() => opened?.close());

  test("with a bucket, and without", async () => {
    const one = await opened.connect({ bucket: "s3://mine/" });
    assert.match(one.record.name, /^mine @ 127\.0\.0\.1:\d+$/);
    assert.equal((await one.storage.get({ type: "folder", id: "root" })).name, "mine");
    assert.match(opened.all.record.name, /^test:tester @ /);
    assert.equal((await opened.all.storage.get({ type: "folder", id: "root" })).name, "/");
    assert.doesNotMatch(JSON.stringify([one.record, opened.all.record]), /testing/, "no secret is kept in the open");
  });

  test("each mistake is told as what it is", async () => {
    const wrong = (more: Fields) => opened.connect(more);
    await assert.rejects(wrong({ secretAccessKey: "guess" }), told("service_unauthorized", /secret access key is not/));
    await assert.rejects(wrong({ accessKeyId: "no:body" }), told("service_unauthorized", /access key id/));
    await assert.rejects(wrong({ region: "eu-central-1" }), told("service_forbidden", /expects the region us-east-1/));
    await assert.rejects(wrong({ bucket: "no-such-bucket" }), told("invalid_parameters", /There is no such bucket/));
    const { stranger } = SWIFT_KEYS;
    await assert.rejects(wrong(stranger), told("service_forbidden", /may not list buckets: name the bucket/));
    await assert.rejects(wrong({ ...stranger, bucket: "mine" }), told("service_forbidden", /does not allow/));
  });

  test("a clock that is wrong", async (context) => {
    context.mock.timers.enable({ apis: ["Date"], now: Date.now() - 20 * 60_000 });
    await assert.rejects(opened.connect({}), told("service_forbidden", /15 minutes apart: set the clock/));
  });

  test("what is refused later is told in the same words", async () => {
    const { grants } = opened.core.unified;
    const account = await opened.connect({ bucket: "mine" });
    const credential = {
      scheme: "aws4",
      ...SWIFT_KEYS.owner,
      region: "us-east-1",
      service: "s3",
      literalPaths: true,
    } as const;
    await grants.save(account.record, { ...credential, secretAccessKey: "rotated" });
    const list = account.storage.list("root", { cursor: null, limit: 10 });
    await assert.rejects(list, told("service_unauthorized", /secret access key is not/));
    const get = account.storage.get({ type: "file", id: "/a.txt" });
    await assert.rejects(get, told("service_unauthorized", /secret access key is not/));
  });
});
