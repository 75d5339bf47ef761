import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { POISONED, type Task, type TaskQueue } from "../../src/tasks/queue.js";
import { databaseIn, openPlace } from "./folder.js";

const STEPS = 200;

describe("workers in processes of their own", () => {
  for (let round = 1; round <= 5; round++) {
    const from = 1 + Math.floor(Math.random() * (STEPS - 20));
    test(`killed after step ${from} of ${STEPS}, another goes on from the checkpoint (F13)`, async (context) => {
      const { queue, start, stepsOf, completions } = await setUp(context, 1);
      const { id } = await add(queue, "steps", { steps: STEPS });
      const first = await start();
      while (stepsOf(id).length < from) await wait(2);
      first.kill("SIGKILL");
      await once(first, "exit");
      const left = await queue.get(id);
      const before = stepsOf(id).length;
      assert.equal(left?.status, "STARTED");
      const kept = Number(left.checkpoint?.step ?? 0);

      await start();
      const ended = await outcome(queue, id);
      assert.deepEqual([ended.status, ended.progress], ["SUCCEEDED", { done: STEPS, total: STEPS }]);
      assert.ok(ended.attempt >= 2);
      assert.equal(completions(id), 1);
      const steps = stepsOf(id);
      assert.deepEqual(
        new Set(steps.map(({ step }) => step)),
        new Set(Array.from({ length: STEPS }, (_, index) => index + 1)),
      );
      assert.equal(steps[before]?.step, kept + 1, "the second begins after the checkpoint");
      assert.ok(steps.length <= STEPS + ended.lost, "only the step that was under way is done again");
    });
  }

  test("a task that kills its process three times has failed, and its neighbours have not (F33)", async (context) => {
    const { queue, start, stop, completions } = await setUp(context, 1);
    const others: Task[] = [];
    for (let count = 0; count < 3; count++) others.push(await add(queue, "steps", { steps: STEPS }));
    const { id } = await add(queue, "poison", {});
    for (let count = 0; count < 3; count++) others.push(await add(queue, "steps", { steps: STEPS }));
    const supervise = async () => {
      for (let deaths = 0; ; deaths++) {
        const [code] = await once(await start(), "exit");
        if (code !== 7) return deaths;
      }
    };
    const supervised = supervise();
    const failed = await outcome(queue, id);
    assert.deepEqual([failed.status, failed.error, failed.lost], ["FAILED", POISONED, 3]);
    const hurt = await Promise.all(others.map(async ({ id: other }) => (await queue.get(other))?.lost ?? 0));
    assert.ok(Math.max(...hurt) > 0, "it took others down with it");
    for (const other of others) {
      assert.equal((await outcome(queue, other.id)).status, "SUCCEEDED");
      assert.equal(completions(other.id), 1);
    }
    assert.equal(completions(id), 1);
    await stop();
    assert.equal(await supervised, 3);
  });

  test("two processes share the tasks of one file, and do none twice", async (context) => {
    const { queue, start, stepsOf, completions } = await setUp(context, 30);
    const ids: string[] = [];
    for (let count = 0; count < 200; count++) ids.push((await add(queue, "steps", { steps: 1 })).id);
    const workers = await Promise.all([start(), start()]);
    for (const id of ids) {
      const { status, attempt } = await outcome(queue, id);
      assert.deepEqual([status, attempt, completions(id), stepsOf(id).length], ["SUCCEEDED", 1, 1, 1]);
    }
    for (const worker of workers) assert.equal(worker.exitCode, null);
  });

  test("processes that start together on a new folder agree on the table", async (context) => {
    const { place, start } = await startUp(context, 30);
    await Promise.all([start(), start(), start(), start()]);
    const queue = await place.connect();
    const { id } = await add(queue, "steps", { steps: 1 });
    assert.equal((await outcome(queue, id)).status, "SUCCEEDED");
  });
});

/** A new data folder, and worker processes on it; `stop` kills them. */
const startUp = async (context: TestContext, leaseSeconds: number) => {
  const place = await openPlace();
  const processes: ChildProcess[] = [];
  const stop = async () => {
    for (const child of processes.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  };
  context.after(async () => {
    await stop();
    await place.close();
  });
  return {
    place,
    stop,
    async start(): Promise<ChildProcess> {
      const child = fork(new URL("./process.js", import.meta.url), [place.folder, String(leaseSeconds)]);
      processes.push(child);
      await once(child, "message");
      return child;
    },
  };
};

/** The same with a queue in this process, and what can be seen of the others' work. */
const setUp = async (context: TestContext, leaseSeconds: number) => {
  const { place, start, stop } = await startUp(context, leaseSeconds);
  const queue = await place.connect();
  const database = new DatabaseSync(databaseIn(place.folder), { timeout: 5000 });
  database.exec(`create table completions (id text) strict;
    create trigger completed after update of finished on tasks when new.finished is not null
    begin insert into completions values (new.id); end`);
  database.close();
  return {
    queue,
    start,
    stop,
    stepsOf: (id: string): { step: number }[] => {
      const file = join(place.folder, "steps");
      const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
      const words = lines.map((line) => line.split(" ")).filter(([of]) => of === id);
      return words.map(([, , step]) => ({ step: Number(step) }));
    },
    completions: (id: string): number => {
      const reading = new DatabaseSync(databaseIn(place.folder), { readOnly: true });
      const row = reading.prepare("select count(*) as count from completions where id = ?").get(id);
      reading.close();
      return Number(row?.count);
    },
  };
};

const add = (queue: TaskQueue, operation: string, input: Record<string, unknown>): Promise<Task> =>
  queue.add({ application: "company", account: 1, user: null, operation, input, onWorkerLoss: "resume" });

/** The processes do not hear each other, so this one asks. */
const outcome = async (queue: TaskQueue, id: string): Promise<Task> => {
  for (;;) {
    const task = await queue.get(id);
    if (!task) assert.fail("there is no such task");
    if (task.finished !== null) return task;
    await wait(10);
  }
};
