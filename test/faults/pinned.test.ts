import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { type TestContext, test } from "node:test";
import { Agent } from "undici";
import { Addresses } from "../../src/upstream/addresses.js";
import type { Layer } from "../../src/upstream/call.js";
import { Names } from "../../src/upstream/names.js";
import { Pinned } from "../../src/upstream/pinned.js";
import { Dialler } from "../../src/upstream/transports/dial.js";
import type { VersionedCredential } from "../../src/upstream/upstream.js";
import { Wire } from "../../src/upstream/wire.js";
import { openCall, through } from "../layers/through.js";
import { contentOf } from "../support/bytes.js";
import { after, json, status } from "./behaviours.js";
import { authority, type Certificate, expired, good, other, own } from "./certificates.js";
import { fails, openClient, targetAt } from "./client.js";
import { type Behaviour, FaultService } from "./service.js";

const fingerprintOf = ({ cert }: Certificate): string => new X509Certificate(cert).fingerprint256;
const bare = (fingerprint: string): string => fingerprint.replaceAll(":", "").toLowerCase();

const start = async (t: TestContext, certificate: Certificate, ...script: Behaviour[]) => {
  const service = await FaultService.start(script.length > 0 ? script : [json({ ok: true })], certificate);
  t.after(() => service.close());
  return service;
};

for (const [name, certificate] of [
  ["signed by itself", own],
  ["that has expired", expired],
  ["for another host", other],
  ["that nobody known has signed", good],
] as const)
  test(`a certificate ${name} is trusted by its fingerprint, however it is spelt`, async (t) => {
    const service = await start(t, certificate);
    const client = openClient(t);
    const fingerprint = fingerprintOf(certificate);
    for (const spelt of [fingerprint, fingerprint.toLowerCase(), bare(fingerprint)]) {
      const upstream = client.for(targetAt(service.origin, { certificate: spelt }));
      assert.deepEqual(await upstream.json({ path: "/" }), { ok: true });
      const { body } = await upstream.stream({ path: "/" });
      assert.equal((await contentOf(body)).toString(), '{"ok":true}');
    }
  });

test("F9: another certificate than the one that is trusted is refused, whoever has signed it", async (t) => {
  const client = openClient(t, { ca: [authority] });
  const told = fails("bad_gateway", ({ message }) =>
    assert.equal(message, "The server's certificate is not the one that this account trusts."),
  );
  for (const certificate of [good, own]) {
    const service = await start(t, certificate);
    const upstream = client.for(targetAt(service.origin, { certificate: fingerprintOf(expired) }));
    await assert.rejects(upstream.json({ path: "/" }), told);
    assert.equal(service.count, 0);
  }
});

test("F9: who could name a certificate is told the one that is shown; nobody else is", async (t) => {
  const client = openClient(t);
  for (const [certificate, words] of [
    [own, "is not signed by an authority that is trusted here"],
    [good, "is not signed by an authority that is trusted here"],
    [expired, "has expired"],
  ] as const) {
    const service = await start(t, certificate);
    const hint = ` To trust it all the same, give its fingerprint, ${bare(fingerprintOf(certificate))}.`;
    for (const [more, sentence] of [
      [{}, `The server's certificate ${words}.`],
      [{ certificate: null }, `The server's certificate ${words}.${hint}`],
    ] as const)
      await assert.rejects(
        client.for(targetAt(service.origin, more)).json({ path: "/" }),
        fails("bad_gateway", ({ message }) => assert.equal(message, sentence)),
      );
    assert.equal(service.count, 0);
  }
});

test("trust is one account's and its origin's: no connection of it is anybody else's", async (t) => {
  const service = await start(t, own);
  const client = openClient(t);
  const certificate = fingerprintOf(own);
  const ask = (more: object) => client.for(targetAt(service.origin, more)).json({ path: "/" });
  await ask({ account: "1", certificate });
  assert.equal(service.sockets.size, 1, "a connection is kept");
  await assert.rejects(ask({ account: "2" }), fails("bad_gateway"));
  await assert.rejects(ask({ account: "2", certificate: null }), fails("bad_gateway"));
  await assert.rejects(ask({ account: "3", certificate: fingerprintOf(good) }), fails("bad_gateway"));
  await ask({ account: "1", certificate });
  assert.equal(service.count, 2);
  const names = new Names(new Addresses(["127.0.0.0/8"]), () => performance.now());
  const wire = new Wire({ names, routes: new Map(), ca: [], dialler: new Dialler(names, []) });
  t.after(() => wire.close());
  const call = openCall({ certificate }); // of another origin
  const layer: Layer = (_) => (options, handler) => wire.dispatch(options, handler);
  const error = await through(layer, () => assert.fail(), { call, origin: service.origin });
  assert.equal((error as NodeJS.ErrnoException).code, "DEPTH_ZERO_SELF_SIGNED_CERT");
  assert.equal(service.count, 2);
});

test("what breaks is tried again as on other connections, and a credential renewed", async (t) => {
  const certificate = fingerprintOf(own);
  const attempts: (string | null)[] = [];
  const client = openClient(t, { observe: ({ error }) => attempts.push(error) });
  const service = await FaultService.start([json({})], own);
  await service.close();
  const request = { method: "POST", path: "/", body: {} };
  await assert.rejects(
    client.for(targetAt(service.origin, { certificate })).json(request),
    fails("service_not_available"),
  );
  assert.deepEqual(attempts, ["ECONNREFUSED", "ECONNREFUSED", "ECONNREFUSED"]);
  let version = 1;
  const current = async (): Promise<VersionedCredential> => ({ credential: { scheme: "none" }, version });
  const renew = () => {
    version++;
    return current();
  };
  const renewing = await start(t, own, status(401), json({ ok: true }));
  const upstream = client.for(targetAt(renewing.origin, { certificate, credentials: { current, renew } }));
  assert.deepEqual(await upstream.json(request), { ok: true });
  assert.deepEqual([renewing.count, version], [2, 2]);
});

test("agents are bounded in number; what is under way on one that must go comes to its end", async (t) => {
  const service = await start(t, own, after(200, json({ ok: true })));
  const names = new Names(new Addresses(["127.0.0.0/8"]), () => performance.now());
  const pinned = new Pinned(new Dialler(names, []), (connect) => ({
    calls: new Agent({ connect }),
    transfers: new Agent({ connect }),
  }));
  t.after(() => pinned.close());
  const answered = pinned.find(fingerprintOf(own)).calls.request({ origin: service.origin, path: "/", method: "GET" });
  for (let number = 0; number < 300; number++) pinned.find(String(number));
  assert.equal(pinned.size, 256);
  assert.deepEqual(await (await answered).body.json(), { ok: true });
});
