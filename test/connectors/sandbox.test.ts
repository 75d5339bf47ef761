import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type Fields, ROOT } from "../../src/connectors/connector.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import { apisOf } from "../../src/unified/capabilities.js";
import { eventsConformance } from "../conformance/events.js";
import { storageConformance } from "../conformance/storage.js";
import { type TestCore, testCore } from "../support/core.js";
import { fails } from "../support/fails.js";
import { openThroughUnified } from "../support/open.js";

eventsConformance("sandbox", () => openThroughUnified("sandbox", {}));
storageConformance("sandbox", () => openThroughUnified("sandbox", {}, { foreign: { seed: "another" } }));

describe("sandbox", () => {
  let core: TestCore;
  before(async () => {
    core = await testCore();
  });
  after(() => core.close());
  const connect = (fields: Fields = {}): Promise<ConnectedAccount> => core.connect("sandbox", fields);
  /** Requests that really left for an account so far. */
  const calls = (account: ConnectedAccount): number => account.target().book?.calls ?? 0;

  test("every wrong field is refused by its name, before anything is made", async () => {
    for (const [name, values] of Object.entries({
      seed: ["x".repeat(101)],
      size: ["medium", "Small"],
      latencyMs: ["-1", "60001", "1.5", "soon", "1e3"],
      failRate: ["1.1", "-0.1", "50%", "NaN"],
      rateLimit: ["0", "0.5", "100001", "Infinity"],
      tokenLifetime: ["0", "86401", " "],
      apis: ["files", "crm,", "crm;calendar", "events"],
    }))
      for (const value of values)
        await assert.rejects(connect({ [name]: value }), (error: Error) => {
          fails("invalid_parameters")(error);
          assert.match(error.message, new RegExp(`^${name} must be`));
          return true;
        });
  });

  test("what was ordered is kept with the account; an empty field orders nothing", async () => {
    const { record } = await connect({ seed: "kept", size: "", failRate: "0.25", rateLimit: "50" });
    const { account, ...ordered } = record.settings;
    assert.match(String(account), /^acc_/);
    assert.deepEqual(ordered, { seed: "kept", failRate: 0.25, rateLimit: 50 });
    assert.match(record.name, /@sandbox\.invalid$/);
  });

  test("an account has the categories that it was connected for, and no other", async () => {
    const account = await connect({ apis: "crm, storage" });
    assert.deepEqual(apisOf(account.connector, account.record), ["storage", "crm"]);
    assert.ok(account.capabilities.includes("crm.contacts.create"));
    assert.ok(account.capabilities.every((name) => /^(storage|crm|events|meta)\./.test(name)));
    const before = calls(account);
    await assert.rejects(account.apis(false).itsm.incidents.list({ cursor: null, limit: 1 }), fails("not_implemented"));
    assert.equal(calls(account), before);
  });

  test("the demo: a folder, its pictures and their thumbnails", async () => {
    const { storage } = await connect({ seed: "demo" });
    const photos = await storage.byPath("/Photos/Alps");
    const { items, next, total } = await storage.list(photos.id.native, { cursor: null, limit: 10 });
    assert.deepEqual(
      [items.map(({ name }) => name), next, total],
      [["ridge.jpg", "sunrise.jpg", "valley.png"], null, 3],
    );
    const [photo] = items;
    assert.ok(photo?.type === "file");
    assert.equal(photo.mimeType, "image/jpeg");
    const thumbnail = await storage.thumbnail(photo.id.native, { size: 32, format: "png" });
    assert.equal(
      (await thumbnail.body.toArray()).reduce((sum, chunk) => sum + chunk.length, 0),
      thumbnail.length,
    );
  });

  test("200 items, and the first pages of 50 folders, are one call each", async () => {
    const account = await connect({ size: "large", seed: "many" });
    const { items } = await account.storage.list(ROOT, { cursor: null, limit: 1000, recursive: true });
    const keys = items.slice(0, 200).map(({ type, id }) => ({ type, id: id.native }));
    const start = calls(account);
    assert.deepEqual(
      (await account.storage.getMany(keys)).map((item) => (item instanceof Error ? item : item.id.native)),
      keys.map(({ id }) => id),
    );
    assert.equal(calls(account) - start, 1);
    const folders = await account.storage.search({ query: "report", cursor: null, limit: 1000 });
    const ids = folders.items.filter(({ type }) => type === "folder").map(({ id }) => id.native);
    const pages = await account.storage.listMany([...ids, ...ids].slice(0, 50), 20);
    assert.equal(pages.length, 50);
    assert.ok(pages.every((page) => !(page instanceof Error) && page.items.length === 20));
    assert.equal(calls(account) - start, 3);
  });

  test("all files have one shape, and all folders", async () => {
    const { storage } = await connect();
    const { items } = await storage.list(ROOT, { cursor: null, limit: 1000, recursive: true });
    const shapes = new Set(items.map((item) => Object.keys(item).join()));
    assert.equal(shapes.size, 2);
  });

  test("the service's own object only when it is asked for", async () => {
    const account = await connect();
    const plain = await account.storage.byPath("/Welcome.md");
    const raw = await account.apis(true).storage.byPath("/Welcome.md");
    assert.equal(plain.raw, undefined);
    assert.equal(raw.raw?.id, plain.id.native);
    assert.equal((raw.raw?.object as { kind: string } | undefined)?.kind, "file");
  });

  test("an expired token is renewed once for all who wait", async () => {
    const account = await connect({ tokenLifetime: "1" });
    await delay(1100);
    const asked = Array.from({ length: 20 }, () => account.storage.quota());
    for (const { total } of await Promise.all(asked)) assert.equal(total, 256 * 2 ** 20);
    await delay(1100);
    assert.equal((await account.storage.byPath("/")).parentId, null);
  });

  test("a read that fails now and then succeeds by trying again", async () => {
    const account = await connect({ failRate: "0.2", seed: "flaky" });
    for (let count = 0; count < 10; count++) await account.storage.get({ type: "folder", id: ROOT });
    assert.ok(calls(account) > 10, `${calls(account)} calls for 10 reads`);
  });

  test("a rate limit of the service is told with its time, not retried", async () => {
    const account = await connect({ rateLimit: "1" });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, (_, size) => account.storage.search(query(size))),
    );
    const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    assert.ok(refused.length > 0);
    for (const error of refused) {
      fails("too_many_service_requests")(error);
      assert.ok(error.context.retryAfter > 0);
    }
  });

  test("a thing that takes a name tells what has it", async () => {
    const { storage } = await connect();
    const contracts = await storage.byPath("/Contracts");
    const same = await storage.ensureFolder({ parent: ROOT, name: "Contracts" });
    assert.equal(String(same.id), String(contracts.id));
  });
});

const query = (size: number) => ({ query: `word ${size}`, cursor: null, limit: 1 });
