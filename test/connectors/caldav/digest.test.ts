import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import { digestBefore, NONCE_LIFETIME } from "../../servers/apache.js";
import { install } from "../../servers/install.js";
import { INVITED, radicaleBehind } from "../../servers/radicale.js";
import { type Server, start } from "../../servers/server.js";
import { type TestCore, testCore } from "../../support/core.js";
import { says } from "../../support/fails.js";

describe("caldav: Digest, as Apache asks for it before Radicale", {
  skip: await install(radicaleBehind, digestBefore(0)),
}, () => {
  let radicale: Server;
  let apache: Server;
  let core: TestCore;
  let account: ConnectedAccount;
  before(async () => {
    radicale = await start(radicaleBehind);
    apache = await start(digestBefore(radicale.port));
    core = await testCore();
    account = await core.connect("caldav", { url: apache.url, ...INVITED });
  });
  after(async () => {
    await core?.close();
    await apache?.stop();
    await radicale?.stop();
  });
  const api = () => account.apis(false).calendar;
  const times = { start: "2032-01-01T09:00:00Z", end: "2032-01-01T10:00:00Z" };
  const costOf = async (work: () => Promise<unknown>): Promise<number> => {
    const calls = () => core.session.books.reduce((sum, book) => sum + book.calls, 0);
    const begun = calls();
    await work();
    return calls() - begun;
  };

  test("nobody is let in by Basic, or without a password", async () => {
    const credential = Buffer.from(`${INVITED.username}:${INVITED.password}`).toString("base64");
    for (const headers of [new Headers(), new Headers({ authorization: `Basic ${credential}` })]) {
      const { status, headers: answered } = await fetch(apache.url, { method: "PROPFIND", headers });
      assert.equal(status, 401);
      assert.match(answered.get("www-authenticate") ?? "", /^Digest /);
    }
  });

  test("calendars and events are made, read, changed, answered and deleted", async () => {
    const { id } = await api().calendars.create({ name: "Söhne & Co" });
    const attendees = [{ email: INVITED.username }];
    const made = await api().events.create({ calendar: id.native, name: "Made", ...times, attendees });
    assert.equal((await api().events.update(made.id.native, { name: "Renamed" })).name, "Renamed");
    const { attendees: answered } = await api().respond(made.id.native, { status: "ACCEPTED" });
    assert.equal(answered[0]?.status, "ACCEPTED");
    const [taken] = await api().busy([id.native], times);
    assert.ok(Array.isArray(taken) && taken.length === 1);
    await api().events.delete(made.id.native, { permanent: true });
    await api().calendars.delete(id.native, { permanent: true });
    const { items } = await api().calendars.list({ cursor: null, limit: 10 });
    assert.deepEqual(items, []);
  });

  test("a nonce that has become stale costs one more request, for reads and for writes", async () => {
    const { id } = await api().calendars.create({ name: "Stale" });
    const read = () => api().calendars.get(id.native);
    await read();
    assert.equal(await costOf(read), 1);
    await delay(NONCE_LIFETIME * 1000 + 1100); // Apache counts whole seconds
    assert.equal(await costOf(read), 2);
    await delay(NONCE_LIFETIME * 1000 + 1100);
    const create = () => api().events.create({ calendar: id.native, name: "Late", ...times });
    assert.equal(await costOf(create), 3, "PUT, again with a new nonce, and the result");
    const { items } = await api().events.list({ calendar: id.native, expand: false, cursor: null, limit: 10 });
    assert.equal(items.length, 1);
  });

  test("many at once are let in, each by a count of its own", async () => {
    const { id } = await api().calendars.create({ name: "Many" });
    const names = Array.from({ length: 20 }, (_, number) => `Event ${number}`);
    await Promise.all(names.map((name) => api().events.create({ calendar: id.native, name, ...times })));
    const { items } = await api().events.list({ calendar: id.native, expand: false, cursor: null, limit: 100 });
    assert.deepEqual(items.map(({ name }) => name).sort(), names.sort());
  });

  test("a wrong password and an unknown name are told alike", async () => {
    for (const wrong of [{ password: "wrong" }, { username: "nobody@suite.example" }])
      await assert.rejects(
        core.connect("caldav", { url: apache.url, ...INVITED, ...wrong }),
        says("service_unauthorized", /user name or the password/),
      );
  });
});
