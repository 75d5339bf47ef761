import assert from "node:assert/strict";
import { describe } from "node:test";
import { AUDIT_DROPPED, type AuditEntry, type AuditLink } from "../../../src/store/store.js";
import { at, type OpenStorePlace, storeTests } from "./place.js";

const entry = (subject: string, change: Partial<AuditEntry> = {}): AuditEntry => ({
  application: "acme",
  actor: "key 1",
  action: "account.connected",
  subject,
  details: { service: "dropbox", endUser: null },
  ...change,
});
const link: AuditLink = (previous, { number, subject }) => `${previous}/${number} ${subject}`;

export const auditTests = (open: OpenStorePlace) =>
  describe("audit", () => {
    const storeTest = storeTests(open);

    storeTest("rows are numbered and linked, each to the one before it", async ({ store, pass }) => {
      const first = await store.audit.append(entry("a"), link);
      pass(5);
      const second = await store.audit.append(entry("b", { application: "nobody", details: {} }), link);
      assert.deepEqual(first, { ...entry("a"), number: 1, time: at(0), hash: "/1 a" });
      assert.deepEqual([second.number, second.time, second.hash], [2, at(5), "/1 a/2 b"]);
      assert.deepEqual(await store.audit.read({ after: 0, limit: 10 }), [first, second]);
      assert.deepEqual(await store.audit.read({ after: 1, limit: 10 }), [second]);
      assert.deepEqual(await store.audit.read({ after: 0, limit: 1 }), [first]);
      assert.deepEqual(await store.audit.bounds(), { last: 2, dropped: null });
    });

    storeTest("an application's are read newest first", async ({ store }) => {
      for (const subject of ["a", "b", "c"]) await store.audit.append(entry(subject), link);
      await store.audit.append(entry("d", { application: "other" }), link);
      const newest = await store.audit.newest("acme", 2);
      assert.deepEqual(
        newest.map(({ subject }) => subject),
        ["c", "b"],
      );
    });

    storeTest("many writers of two processes make one chain", async ({ store, place }) => {
      const elsewhere = await place.connect();
      const writes = Array.from({ length: 40 }, (_, index) =>
        (index % 2 === 0 ? store : elsewhere).audit.append(entry(`s${index}`), link),
      );
      await Promise.all(writes);
      const rows = await store.audit.read({ after: 0, limit: 100 });
      assert.deepEqual(
        rows.map(({ number }) => number),
        Array.from({ length: 40 }, (_, index) => index + 1),
      );
      rows.forEach((row, index) => {
        assert.equal(row.hash, link(rows[index - 1]?.hash ?? "", row));
      });
    });

    storeTest("the oldest are dropped once they are too many, and an entry stands for them", async ({ store }) => {
      for (let count = 1; count <= 14; count++) await store.audit.append(entry(`s${count}`), link);
      const rows = { keep: 10, batch: 5 };
      assert.equal(await store.audit.sweep(rows, link), false);
      const fifteenth = await store.audit.append(entry("s15"), link);
      const [fifth] = await store.audit.read({ after: 4, limit: 1 });
      assert.equal(await store.audit.sweep(rows, link), true);
      assert.equal(await store.audit.sweep(rows, link), false);
      const { last, dropped } = await store.audit.bounds();
      assert.equal(last, 16);
      assert.deepEqual([dropped?.action, dropped?.details], [AUDIT_DROPPED, { through: 5, hash: fifth?.hash }]);
      assert.equal(dropped?.hash, link(fifteenth.hash, dropped!));
      assert.equal((await store.audit.read({ after: 0, limit: 1 }))[0]?.number, 6);
    });
  });
