import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import { answer, type Challenge, nextNonce, readChallenge } from "../../src/upstream/digest.js";
import type { CredentialSource } from "../../src/upstream/upstream.js";
import { answers, json, status } from "../faults/behaviours.js";
import { fails, openClient, startService, targetAt } from "../faults/client.js";
import type { Behaviour, FaultService } from "../faults/service.js";

const PASSWORD = { username: "Mufasa", password: "Circle of Life" };
const password = (secret = PASSWORD.password): CredentialSource => ({
  current: async () => ({ credential: { scheme: "password", ...PASSWORD, password: secret }, version: 1 }),
});
const basic = `Basic ${Buffer.from("Mufasa:Circle of Life").toString("base64")}`;

test("challenges are read out of whatever stands beside them", () => {
  const both =
    'Basic realm="a, b", Digest realm="r \\"q\\"", nonce=abc, qop="auth,auth-int", algorithm=SHA-256, opaque="o", Digest realm="r", nonce="x", algorithm=MD5';
  const strongest = readChallenge(both) as Challenge;
  assert.deepEqual(
    [strongest.algorithm, strongest.realm, strongest.nonce, strongest.opaque, strongest.qop, strongest.stale],
    ["SHA-256", 'r "q"', "abc", "o", true, false],
  );
  assert.equal((readChallenge('Digest realm="r", nonce="n", stale=TRUE') as Challenge).stale, true);
  assert.equal(readChallenge('Basic realm="only"'), "basic");
  assert.equal(readChallenge("Negotiate"), null);
  assert.equal(readChallenge('Digest realm="r", nonce="n", qop="auth-int"'), null);
  assert.equal(readChallenge('Digest realm="r", nonce="n", algorithm=SHA-512-256'), null);
  assert.equal(readChallenge(""), null);
  assert.equal(nextNonce('qop=auth, nextnonce="next", nc=00000001'), "next");
});

const hash = (algorithm: string, text: string) =>
  createHash(algorithm === "MD5" ? "md5" : "sha256")
    .update(text)
    .digest("hex");
const fieldsOf = (header: string): Record<string, string> =>
  Object.fromEntries(
    [...header.matchAll(/(\w+)=(?:"([^"]*)"|([^, ]*))/g)].map(([, name, quoted, plain]) => [name, quoted ?? plain]),
  );

test("answers add up as RFC 7616 says", () => {
  for (const header of [
    'Digest realm="http-auth@example.org", qop="auth", algorithm=MD5, nonce="7ypf", opaque="FQhe"',
    'Digest realm="http-auth@example.org", qop="auth", algorithm=SHA-256, nonce="7ypf", opaque="FQhe"',
    'Digest realm="r", qop="auth", algorithm=MD5-sess, nonce="n"',
    'Digest realm="r", nonce="n"',
  ]) {
    const challenge = readChallenge(header) as Challenge;
    const { algorithm } = challenge;
    answer(challenge, PASSWORD, { method: "GET", path: "/" });
    const f = fieldsOf(answer(challenge, PASSWORD, { method: "GET", path: "/dir/index.html?a=b" }));
    let first = hash(algorithm, `Mufasa:${challenge.realm}:Circle of Life`);
    if (challenge.session) first = hash(algorithm, `${first}:${f.nonce}:${f.cnonce}`);
    const second = hash(algorithm, "GET:/dir/index.html?a=b");
    const middle = challenge.qop ? `${f.nonce}:00000002:${f.cnonce}:auth` : f.nonce;
    assert.equal(f.response, hash(algorithm, `${first}:${middle}:${second}`), header);
    assert.equal(f.opaque, challenge.opaque);
    assert.equal(f.nc, challenge.qop ? "00000002" : undefined);
  }
});

/** A server that asks for Digest, counts the uses of its nonces and forgets each after so many. */
const digestServer = (uses: number, then: Behaviour = json({ ok: true })) => {
  let number = 0;
  const counts = new Map<string, Set<string>>();
  const challenge = (stale: boolean) => {
    counts.set(`n${++number}`, new Set());
    return status(401, {
      "www-authenticate": `Digest realm="test", nonce="n${number}", qop="auth", algorithm=SHA-256${stale ? ", stale=true" : ""}`,
    });
  };
  const behaviour: Behaviour = (exchange) => {
    const { method, url, headers } = exchange.request;
    if (!headers.authorization?.startsWith("Digest ")) return challenge(false)(exchange);
    const f = fieldsOf(headers.authorization);
    const used = counts.get(f.nonce as string);
    if (!used || used.size >= uses) return challenge(true)(exchange);
    assert.equal(used.has(f.nc as string), false, "a count was used twice");
    used.add(f.nc as string);
    const expected = hash(
      "SHA-256",
      `${hash("SHA-256", "Mufasa:test:Circle of Life")}:${f.nonce}:${f.nc}:${f.cnonce}:auth:${hash("SHA-256", `${method}:${url}`)}`,
    );
    return (f.response === expected && f.uri === url ? then : challenge(false))(exchange);
  };
  return behaviour;
};
const methods = ({ requests }: FaultService) =>
  requests.map(({ method, headers }) => `${method} ${headers.authorization?.split(" ")[0] ?? "unsigned"}`);
const openAccount = async (t: TestContext, behaviour: Behaviour, credentials = password()) => {
  const service = await startService(t, behaviour);
  return { service, upstream: openClient(t).for(targetAt(service.origin, { credentials })) };
};

test("Digest: asked once, then answered ahead with a growing count", async (t) => {
  const { service, upstream } = await openAccount(t, digestServer(100));
  for (let number = 0; number < 3; number++) await upstream.json({ path: `/${number}?q=ä` });
  assert.deepEqual(methods(service), ["HEAD unsigned", "GET Digest", "GET Digest", "GET Digest"]);
  await Promise.all(Array.from({ length: 20 }, (_, number) => upstream.json({ path: `/parallel/${number}` })));
  assert.equal(service.count, 24);
});

test("Digest: a stale nonce is replaced without anybody noticing", async (t) => {
  const { service, upstream } = await openAccount(t, digestServer(2));
  for (let number = 0; number < 4; number++)
    assert.deepEqual(await upstream.json({ method: "POST", path: "/", body: { number } }), { ok: true });
  assert.deepEqual(methods(service), ["HEAD unsigned", ...Array(5).fill("POST Digest")]);
});

test("Digest: a stream is sent once, and only when its answer is known", async (t) => {
  const { service, upstream } = await openAccount(t, digestServer(100));
  const body = () => Readable.from([Buffer.from("streamed")]);
  await upstream.json({ method: "PUT", path: "/a", body: body() });
  await upstream.json({ method: "PUT", path: "/b", body: body() });
  assert.deepEqual(methods(service), ["HEAD unsigned", "PUT Digest", "PUT Digest"]);
  assert.deepEqual(
    service.requests.map(({ body: sent }) => sent),
    ["", "streamed", "streamed"],
  );
});

test("Digest: a wrong password is refused, not repeated for ever", async (t) => {
  const { service, upstream } = await openAccount(t, digestServer(100), password("wrong"));
  await assert.rejects(upstream.json({ path: "/" }), fails("service_unauthorized"));
  assert.deepEqual(methods(service), ["HEAD unsigned", "GET Digest"]);
});

test("Basic: never in the clear before the server has asked for it", async (t) => {
  const { service, upstream } = await openAccount(t, (exchange) =>
    (exchange.request.headers.authorization === basic
      ? json({ ok: true })
      : answers(401, "", { "www-authenticate": 'Basic realm="test"' }))(exchange),
  );
  await upstream.json({ path: "/a" });
  await upstream.json({ path: "/b" });
  await upstream.json({ method: "PUT", path: "/c", body: Readable.from([Buffer.from("x")]) });
  assert.deepEqual(methods(service), ["HEAD unsigned", "GET Basic", "GET Basic", "PUT Basic"]);
});

test("Basic: a wrong password is refused at once", async (t) => {
  const { service, upstream } = await openAccount(t, status(401, { "www-authenticate": "Basic" }), password("wrong"));
  await assert.rejects(upstream.json({ path: "/" }), fails("service_unauthorized"));
  assert.equal(service.count, 2);
});

test("Bearer and none", async (t) => {
  const service = await startService(t, json({}));
  const client = openClient(t);
  const bearer: CredentialSource = {
    current: async () => ({ credential: { scheme: "bearer", token: "t" }, version: 1 }),
  };
  await client.for(targetAt(service.origin, { credentials: bearer })).json({ path: "/" });
  await client.for(targetAt(service.origin, { account: "2" })).json({ path: "/" });
  assert.deepEqual(methods(service), ["GET Bearer", "GET unsigned"]);
});
