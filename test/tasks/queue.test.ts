import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { openDatabase } from "../../src/store/database.js";
import type { NewTask } from "../../src/tasks/queue.js";
import { queueConformance } from "../conformance/queue.js";
import { databaseIn, openPlace } from "./folder.js";

queueConformance("embedded", openPlace);

const task: NewTask = {
  application: "company",
  account: 1,
  user: null,
  operation: "storage.copy",
  input: {},
  onWorkerLoss: "resume",
};

describe("embedded: queue on a file", () => {
  test("waits for another connection's transaction without blocking this process, which may have to end it", async () => {
    const place = await openPlace();
    const queue = await place.connect();
    const store = openDatabase(databaseIn(place.folder));
    try {
      store.exec("begin immediate");
      const adding = queue.add(task);
      await wait(30);
      assert.deepEqual(await queue.list([1], 10), [], "reading goes on");
      store.exec("commit");
      const { id } = await adding;
      assert.equal((await queue.get(id))?.status, "PENDING");
    } finally {
      store.close();
      await place.close();
    }
  });

  test("gives up on a transaction that does not end, and says so", async () => {
    const place = await openPlace();
    const queue = await place.connect();
    const store = openDatabase(databaseIn(place.folder));
    try {
      store.exec("begin immediate");
      await assert.rejects(queue.add(task), { code: "service_not_available" });
      store.exec("rollback");
      await queue.add(task);
    } finally {
      store.close();
      await place.close();
    }
  });

  test("what was added and claimed survives its process", async () => {
    const place = await openPlace();
    try {
      const before = await place.connect();
      const { id } = await before.add(task);
      const claimed = await before.claim("one", 30);
      await before.close();
      const after = await place.connect();
      assert.deepEqual(await after.get(id), claimed);
      assert.ok(await after.progress(id, "one", 30, null));
    } finally {
      await place.close();
    }
  });
});
