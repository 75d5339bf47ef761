import assert from "node:assert/strict";
import { createServer } from "node:net";
import { type TestContext, test } from "node:test";
import { json } from "./behaviours.js";
import { authority, type Certificate, expired, good, other, own } from "./certificates.js";
import { fails, openClient, targetAt } from "./client.js";
import { FaultService } from "./service.js";

const start = async (t: TestContext, certificate: Certificate, more: object = {}) => {
  const service = await FaultService.start([json({ ok: true })], { ...certificate, ...more });
  t.after(() => service.close());
  return service;
};

test("F9: a certificate by an authority of the operator's is trusted, and by nothing else", async (t) => {
  const service = await start(t, good);
  const trusting = openClient(t, { ca: [authority] });
  assert.deepEqual(await trusting.for(targetAt(service.origin)).json({ path: "/" }), { ok: true });
  await assert.rejects(openClient(t).for(targetAt(service.origin)).json({ path: "/" }), fails("bad_gateway"));
});

for (const [name, certificate, code, words] of [
  ["signed by itself", own, "DEPTH_ZERO_SELF_SIGNED_CERT", /not signed by an authority/],
  ["that has expired", expired, "CERT_HAS_EXPIRED", /has expired/],
  ["for another host", other, "ERR_TLS_CERT_ALTNAME_INVALID", /for another host/],
] as const)
  test(`F9: a certificate ${name} is refused; its fault stays in the cause`, async (t) => {
    const service = await start(t, certificate);
    const told = fails("bad_gateway", ({ cause, message }) => {
      assert.equal((cause as NodeJS.ErrnoException).code, code);
      assert.match(message, words);
    });
    const upstream = openClient(t, { ca: [authority] }).for(targetAt(service.origin));
    await assert.rejects(upstream.json({ path: "/" }), told);
    assert.equal(service.count, 0);
  });

test("F9: TLS 1.0 is refused", async (t) => {
  const old = { minVersion: "TLSv1", maxVersion: "TLSv1", ciphers: "ALL:@SECLEVEL=0" };
  const service = await start(t, good, old);
  const upstream = openClient(t, { ca: [authority] }).for(targetAt(service.origin));
  await assert.rejects(upstream.json({ path: "/" }), fails("bad_gateway"));
  assert.equal(service.count, 0);
});

test("F9: a handshake that is cut is tried again by any method, for nothing has been sent", async (t) => {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.once("data", () => socket.destroy()).on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const upstream = openClient(t).for(targetAt(`https://127.0.0.1:${port}`));
  await assert.rejects(upstream.json({ method: "POST", path: "/", body: {} }), fails("bad_gateway"));
  assert.equal(connections, 3);
});

test("F4: a handshake that never ends is over at the deadline", async (t) => {
  const server = createServer((socket) => socket.on("error", () => undefined));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const client = openClient(t);
  const upstream = client.for(targetAt(`https://127.0.0.1:${port}`, { deadlineMs: 200 }));
  await assert.rejects(upstream.json({ path: "/" }), fails("gateway_timeout"));
});
