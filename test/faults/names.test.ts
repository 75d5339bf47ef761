import assert from "node:assert/strict";
import { test } from "node:test";
import { Addresses } from "../../src/upstream/addresses.js";
import { Names, type Resolve, type ResolvedAddress } from "../../src/upstream/names.js";
import { json } from "./behaviours.js";
import { fails, openClient, startService, targetAt } from "./client.js";

const failing = (code: string) => Object.assign(new Error(code), { code });
const LOCAL: ResolvedAddress[] = [{ address: "127.0.0.1", family: 4 }];
const atName = (origin: string, name = "service.test") => origin.replace("127.0.0.1", name);

test("F8: a name that does not exist is told at once, after one attempt", async (t) => {
  let asked = 0;
  const lookup: Resolve = async () => {
    asked++;
    throw failing("ENOTFOUND");
  };
  const upstream = openClient(t, { lookup }).for(targetAt("http://nowhere.invalid"));
  await assert.rejects(upstream.json({ path: "/" }), fails("service_not_available"));
  assert.equal(asked, 1);
});

test("F8: a name server that hesitates is asked again", async (t) => {
  const service = await startService(t, json({ ok: true }));
  const answers = ["EAI_AGAIN", "EAI_AGAIN"];
  const lookup: Resolve = async () => {
    const code = answers.shift();
    if (code) throw failing(code);
    return LOCAL;
  };
  const client = openClient(t, { lookup });
  const target = targetAt(atName(service.origin));
  assert.deepEqual(await client.for(target).json({ method: "POST", path: "/", body: {} }), { ok: true });
  assert.equal(service.count, 1);
  assert.equal(client.counts.retries.connect, 2);
  const always = openClient(t, { lookup: () => Promise.reject(failing("EAI_AGAIN")) });
  await assert.rejects(always.for(target).json({ path: "/" }), fails("service_not_available"));
  assert.equal(always.counts.retries.connect, 2);
});

test("F8: a hundred names that nobody answers for do not delay another", async (t) => {
  const service = await startService(t, json({ ok: true }));
  const lookup: Resolve = (name) => (name === "service.test" ? Promise.resolve(LOCAL) : new Promise(() => undefined));
  const client = openClient(t, { lookup });
  const bad = Array.from({ length: 100 }, (_, number) =>
    client.for(targetAt(`http://slow-${number}.test`, { account: `${number}`, deadlineMs: 300 })).json({ path: "/" }),
  );
  const outcomes = Promise.allSettled(bad);
  const first = client.for(targetAt(atName(service.origin), { account: "good" })).json({ path: "/" });
  assert.equal(await Promise.race([first.then(() => "good"), outcomes]), "good");
  for (const outcome of await outcomes)
    assert.equal(outcome.status === "rejected" && outcome.reason.code, "gateway_timeout");
});

test("names are asked for once, kept as long as they may be, and at most two thousand of them", async () => {
  let now = 0;
  const asked: string[] = [];
  const names = new Names(
    new Addresses(),
    () => now,
    async (name) => {
      asked.push(name);
      if (name === "gone.test") throw failing("ENOTFOUND");
      return [{ address: "93.184.216.34", family: 4, ttl: 30 }];
    },
  );
  await Promise.all([names.find("A.test"), names.find("a.test"), names.find("a.test")]);
  now = 29_000;
  await names.find("a.test");
  assert.equal(asked.length, 1);
  now = 31_000;
  await names.find("a.test");
  assert.equal(asked.length, 2);
  for (let time = 0; time < 900; time += 300) {
    now += 300;
    await assert.rejects(names.find("gone.test"), { code: "ENOTFOUND" });
  }
  assert.equal(asked.length, 3);
  for (let number = 0; number < 2100; number++) await names.find(`${number}.test`);
  asked.length = 0;
  await names.find("2099.test");
  await names.find("0.test");
  assert.deepEqual(asked, ["0.test"]);
});

test("S5: a name with a private address is refused when it is dialled, also among public ones and after a change", async (t) => {
  const service = await startService(t, json({}));
  const resolutions: ResolvedAddress[][] = [
    LOCAL,
    [{ address: "93.184.216.34", family: 4 }, ...LOCAL],
    [{ address: "fd00::1", family: 6 }],
    [{ address: "::ffff:127.0.0.1", family: 6 }],
  ];
  for (const resolution of resolutions) {
    const client = openClient(t, { privateNetworks: [], lookup: async () => resolution });
    await assert.rejects(client.for(targetAt(atName(service.origin))).json({ path: "/" }), fails("forbidden"));
  }
  // Rebinding: public when it was asked first, ours when it is dialled.
  const changing = [[{ address: "93.184.216.34", family: 4 as const, ttl: 1 }], LOCAL];
  let now = 0;
  const names = new Names(
    new Addresses(),
    () => now,
    async () => changing.shift() ?? LOCAL,
  );
  await names.find("rebinding.test");
  now = 2000;
  await assert.rejects(names.find("rebinding.test"), fails("forbidden"));
  assert.equal(service.count, 0);
  const allowed = openClient(t, { privateNetworks: ["127.0.0.0/8"], lookup: async () => LOCAL });
  await allowed.for(targetAt(atName(service.origin))).json({ path: "/" });
  assert.equal(service.count, 1);
});

test("localhost needs no name server", async (t) => {
  const service = await startService(t, json({ ok: true }));
  const client = openClient(t, { privateNetworks: ["127.0.0.0/8", "::1/128"] });
  assert.deepEqual(await client.for(targetAt(atName(service.origin, "localhost"))).json({ path: "/" }), { ok: true });
});
