import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import { Addresses } from "../../src/upstream/addresses.js";
import { Names, type ResolvedAddress } from "../../src/upstream/names.js";
import { Dialler } from "../../src/upstream/transports/dial.js";
import { authority, type Certificate, expired, good, other, own } from "../faults/certificates.js";
import { fails } from "../faults/client.js";

const now = () => performance.now();
const never = new AbortController().signal;

const dialler = (
  networks: readonly string[] = ["127.0.0.0/8"],
  resolve: (name: string) => Promise<readonly ResolvedAddress[]> = async () => [{ address: "127.0.0.1", family: 4 }],
  ca: readonly string[] = [],
) => new Dialler(new Names(new Addresses(networks), now, resolve), ca);

const listening = async (t: TestContext, server: Server): Promise<number> => {
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => sockets.add(socket.on("error", () => undefined)));
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
};

test("S4: no spelling of an address that is not public is dialled", async (t) => {
  let arrived = 0;
  const port = await listening(
    t,
    createServer(() => arrived++),
  );
  const strict = dialler([], async (name) => assert.fail(`${name} was looked up`));
  for (const host of [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "0",
    "::1",
    "::ffff:127.0.0.1",
    "169.254.169.254",
    "fd00::1",
    "100.64.0.1",
    "198.18.0.1",
    "10.0.0.1",
  ])
    await assert.rejects(strict.dial(host, port, never), fails("forbidden"), host);
  assert.equal(arrived, 0);
});

test("S5: a name with one forbidden address is refused as a whole, and what was checked is what is dialled", async (t) => {
  const port = await listening(t, createServer());
  const both = dialler(["127.0.0.0/8"], async () => [
    { address: "127.0.0.1", family: 4 },
    { address: "10.0.0.1", family: 4 },
  ]);
  await assert.rejects(both.dial("both.test", port, never), fails("forbidden"));
  let lookups = 0;
  const rebinding = dialler(["127.0.0.0/8"], async () => [
    { address: lookups++ === 0 ? "127.0.0.1" : "10.0.0.1", family: 4 },
  ]);
  const socket = await rebinding.dial("rebinding.test", port, never);
  assert.deepEqual([socket.remoteAddress, lookups], ["127.0.0.1", 1]);
  socket.destroy();
});

test("what is no host, and no port", async () => {
  for (const host of ["", "a b", "user@host", "host:22", "http://host", "a/b", "a#b", "[::1]", "a\nb"])
    await assert.rejects(dialler().dial(host, 22, never), fails("invalid_parameters"), JSON.stringify(host));
  for (const port of [0, -1, 65_536, 1.5, Number.NaN])
    await assert.rejects(dialler().dial("host.test", port, never), fails("invalid_parameters"), String(port));
});

test("an unknown name, a closed port, a silent network: each in its own words", async (t) => {
  const told = async (promise: Promise<unknown>) =>
    promise.then(
      () => assert.fail("it was reached"),
      ({ code, message }) => [code, message],
    );
  const unknown = dialler([], () => Promise.reject(Object.assign(new Error(), { code: "ENOTFOUND" })));
  assert.deepEqual(await told(unknown.dial("no.test", 22, never)), [
    "service_not_available",
    "There is no host of this name.",
  ]);
  const server = createServer();
  const port = await listening(t, server);
  server.close();
  assert.deepEqual(await told(dialler().dial("host.test", port, never)), [
    "service_not_available",
    "Nothing listens at this port of the host.",
  ]);
});

test("who leaves while it is dialled is told at once, and nothing stays open", async () => {
  const leaving = new AbortController();
  const dial = dialler([], () => new Promise(() => undefined)).dial("slow.test", 22, leaving.signal);
  leaving.abort();
  await assert.rejects(dial, fails("timed_out"));
});

const secured = async (t: TestContext, { cert, key }: Certificate, trust = {}, ca: readonly string[] = []) => {
  const port = await listening(
    t,
    createTlsServer({ cert, key }, (socket) => socket.on("error", () => undefined)),
  );
  const dials = dialler(["127.0.0.0/8"], undefined, ca);
  return dials.secure(await dials.dial("localhost", port, never), "localhost", never, trust);
};
const fingerprint = new X509Certificate(own.cert).fingerprint256;

test("a certificate is trusted by its authority, or by its fingerprint alone", async (t) => {
  (await secured(t, good, {}, [authority])).destroy();
  (await secured(t, own, { fingerprint })).destroy();
  (await secured(t, own, { fingerprint: fingerprint.replaceAll(":", "").toLowerCase() })).destroy();
});

for (const [what, certificate, trust, ca, words] of [
  ["another host's", other, {}, [authority], /is for another host/],
  ["expired", expired, {}, [authority], /has expired/],
  [
    "signed by itself",
    own,
    {},
    [],
    new RegExp(`not signed by an authority.*${fingerprint.replaceAll(":", "").toLowerCase()}`),
  ],
  ["by an unknown authority", good, {}, [], /not signed by an authority/],
  ["not the one that was pinned", good, { fingerprint }, [authority], /not the one that this account trusts/],
] as const)
  test(`a certificate that is ${what} is refused in its own words`, async (t) => {
    await assert.rejects(
      secured(t, certificate, trust, ca),
      fails("bad_gateway", ({ message }) => assert.match(message, words)),
    );
  });

test("TLS to a port that does not speak it", async (t) => {
  const port = await listening(
    t,
    createServer((socket) => socket.write("220 welcome\r\n")),
  );
  const socket = await dialler().dial("localhost", port, never);
  const secure = dialler().secure(socket, "localhost", never);
  await assert.rejects(
    secure,
    fails("bad_gateway", ({ message }) => assert.match(message, /does not speak TLS/)),
  );
  assert.ok(socket.destroyed);
});

test("a socket stays private where its address is not the public internet's", () => {
  const leadsTo = (remoteAddress: string) => dialler().staysPrivate({ remoteAddress } as Socket);
  for (const address of ["127.0.0.1", "::ffff:10.0.0.1", "192.168.1.2", "fd00::1"])
    assert.ok(leadsTo(address), address);
  for (const address of ["8.8.8.8", "::ffff:8.8.8.8", "2001:4860:4860::8888"]) assert.ok(!leadsTo(address), address);
});
