import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import {
  MAXIMUM_BYTES,
  MAXIMUM_LOST,
  type NewTask,
  OPEN_TASKS,
  POISONED,
  type Task,
  type TaskQueue,
  type TaskResult,
  WORKER_LOST,
} from "../../src/tasks/queue.js";

/** Where a queue lives. Every test has a new and empty one. */
export interface QueuePlace {
  /** Another worker's or server's view of the queue; all of them go by the clock given to `open`. */
  connect(): Promise<TaskQueue>;
  /** Closes what was connected, and clears up. */
  close(): Promise<void>;
}

const LEASE = 30;
const START = Date.UTC(2026, 0, 1);

/** What every queue owes. `open` is given the clock to use, or none: then the queue's own one counts. */
export const queueConformance = (name: string, open: (now?: () => number) => Promise<QueuePlace>) =>
  describe(`${name}: queue`, () => {
    /** A test with a queue, and a clock that stands still until it is moved on by so many seconds. */
    const queueTest = (title: string, work: (setting: Setting) => Promise<void>) =>
      test(title, async () => {
        let time = START;
        const place = await open(() => time);
        try {
          const pass = (seconds: number) => {
            time += Math.round(seconds * 1000);
          };
          await work({ queue: await place.connect(), place, pass });
        } finally {
          await place.close();
        }
      });

    queueTest("a task waits, runs and ends", async ({ queue, pass }) => {
      const added = await queue.add(newTask({ input: { from: "ä/%", deep: [1, null] }, user: "mary" }));
      const { id } = added;
      assert.deepEqual(added, {
        ...newTask({ input: { from: "ä/%", deep: [1, null] }, user: "mary" }),
        id,
        status: "PENDING",
        attempt: 0,
        lost: 0,
        progress: null,
        checkpoint: null,
        result: null,
        error: null,
        created: at(0),
        started: null,
        finished: null,
        expires: null,
      } satisfies Task);
      assert.deepEqual(await queue.get(id), added);

      pass(1);
      const started: Task = { ...added, status: "STARTED", attempt: 1, started: at(1) };
      assert.deepEqual(await queue.claim("one", LEASE), started);
      assert.equal(await queue.claim("two", LEASE), null);

      pass(1);
      const halfway: Task = { ...started, progress: { done: 1, total: null }, checkpoint: { step: 1 } };
      const told = await queue.progress(id, "one", LEASE, { done: 1, total: null, checkpoint: { step: 1 } });
      assert.deepEqual(told, halfway);
      const further: Task = { ...halfway, progress: { done: 3, total: 4 } };
      assert.deepEqual(await queue.progress(id, "one", LEASE, { done: 3, total: 4 }), further);
      assert.deepEqual(await queue.progress(id, "one", LEASE, null), further);

      pass(1);
      const ended: Task = { ...further, status: "SUCCEEDED", result: RESULT, finished: at(3), expires: at(603) };
      assert.deepEqual(await queue.finish(id, "one", { status: "SUCCEEDED", result: RESULT }), ended);
      assert.deepEqual(await queue.get(id), ended);
    });

    queueTest("a failure keeps its code, message and status", async ({ queue }) => {
      const { id } = await queue.add(newTask());
      await queue.claim("one", LEASE);
      const error = { code: "naming_conflict", message: "It exists.", status: 409 } as const;
      const ended = await queue.finish(id, "one", { status: "FAILED", error });
      assert.equal(ended?.status, "FAILED");
      assert.deepEqual((await queue.get(id))?.error, error);
    });

    queueTest("what was never added is null", async ({ queue }) => {
      assert.equal(await queue.get(randomUUID()), null);
      assert.equal(await queue.get("' or 1=1 --"), null);
      assert.equal(await queue.cancel(randomUUID()), null);
      assert.equal(await queue.claim("one", LEASE), null);
    });

    queueTest("the oldest comes first", async ({ queue }) => {
      const ids = await addMany(queue, 5);
      const claimed: (string | undefined)[] = [];
      for (const worker of ["a", "b", "c", "d", "e"]) claimed.push((await queue.claim(worker, LEASE))?.id);
      assert.deepEqual(claimed, ids);
    });

    queueTest("a list is of its accounts, newest first, and ends at its limit", async ({ queue, pass }) => {
      const [first] = await addMany(queue, 1, { account: 1 });
      const [second, third] = await addMany(queue, 2, { account: 2 });
      await addMany(queue, 1, { account: 3 });
      const idsOf = async (...of: Parameters<TaskQueue["list"]>) => (await queue.list(...of)).map(({ id }) => id);
      assert.deepEqual(await idsOf([1, 2], 10), [third, second, first]);
      assert.deepEqual(await idsOf([1, 2], 2), [third, second]);
      assert.deepEqual(await idsOf([], 10), []);
      await queue.cancel(second as string);
      assert.deepEqual(await idsOf([2], 10), [third, second]);
      pass(600);
      assert.deepEqual(await idsOf([2], 10), [third], "forgotten outcomes are not listed");
    });

    queueTest("an outcome lasts ten minutes to the millisecond, swept or not (F14)", async ({ queue, pass }) => {
      const { id } = await queue.add(newTask());
      await queue.claim("one", LEASE);
      await queue.finish(id, "one", { status: "SUCCEEDED", result: RESULT });
      pass(599);
      assert.deepEqual((await queue.get(id))?.result, RESULT);
      pass(0.999);
      assert.equal((await queue.get(id))?.status, "SUCCEEDED");
      pass(0.001);
      const forgotten = await queue.get(id);
      assert.equal(forgotten?.status, "UNKNOWN");
      assert.equal(forgotten.result, null);
      pass(1);
      assert.equal(await queue.sweep(), 0);
      assert.equal((await queue.get(id))?.status, "UNKNOWN");
      pass(3000);
      assert.equal(await queue.sweep(), 1);
      assert.equal(await queue.get(id), null);
      assert.equal(await queue.sweep(), 0);
    });

    queueTest("a sweep leaves what waits and runs", async ({ queue, pass }) => {
      const ids = await addMany(queue, 2);
      await queue.claim("one", LEASE);
      pass(86_400);
      assert.equal(await queue.sweep(), 0);
      for (const id of ids) assert.ok(await queue.get(id));
    });

    queueTest("a lease that is renewed holds, and one that is not is taken over", async ({ queue, pass }) => {
      const { id } = await queue.add(newTask());
      await queue.claim("one", LEASE);
      pass(29.999);
      assert.equal(await queue.claim("two", LEASE), null);
      assert.ok(await queue.progress(id, "one", LEASE, null));
      pass(29.999);
      assert.equal(await queue.claim("two", LEASE), null);
      pass(0.001);
      const taken = await queue.claim("two", LEASE);
      assert.equal(taken?.id, id);
      assert.equal(taken.attempt, 2);
      assert.equal(taken.lost, 1);
    });

    queueTest("a worker that is late but not replaced goes on", async ({ queue, pass }) => {
      const { id } = await queue.add(newTask());
      await queue.claim("one", LEASE);
      pass(3600);
      assert.ok(await queue.progress(id, "one", LEASE, { done: 1, total: 2 }));
      assert.equal(await queue.claim("two", LEASE), null);
    });

    queueTest("who was replaced can tell nothing more (F13)", async ({ queue, pass }) => {
      const { id } = await queue.add(newTask());
      await queue.claim("one", LEASE);
      await queue.progress(id, "one", LEASE, { done: 90, total: 100, checkpoint: { step: 90 } });
      pass(LEASE);
      await queue.claim("two", LEASE);
      await queue.progress(id, "two", LEASE, { done: 91, total: 100, checkpoint: { step: 91 } });
      assert.equal(await queue.progress(id, "one", LEASE, { done: 99, total: 100, checkpoint: { step: 99 } }), null);
      assert.equal(await queue.finish(id, "one", { status: "SUCCEEDED", result: null }), null);
      assert.equal(await queue.release(id, "one"), null);
      const task = await queue.get(id);
      assert.equal(task?.status, "STARTED");
      assert.deepEqual([task.attempt, task.progress?.done, task.checkpoint], [2, 91, { step: 91 }]);
      assert.ok(await queue.finish(id, "two", { status: "SUCCEEDED", result: RESULT }));
      assert.equal(await queue.finish(id, "two", { status: "FAILED", error: WORKER_LOST }), null);
      assert.deepEqual((await queue.get(id))?.result, RESULT);
    });

    queueTest("`resume` goes on from the checkpoint and its first start", async ({ queue, pass }) => {
      const { id } = await queue.add(newTask({ onWorkerLoss: "resume" }));
      await queue.claim("one", LEASE);
      await queue.progress(id, "one", LEASE, { done: 2, total: 9, checkpoint: { step: 2 } });
      pass(LEASE);
      const { checkpoint, progress, started } = (await queue.claim("two", LEASE)) as Task;
      assert.deepEqual([checkpoint, progress, started], [{ step: 2 }, { done: 2, total: 9 }, at(0)]);
    });

    queueTest("`rerun` begins anew", async ({ queue, pass }) => {
      const { id } = await queue.add(newTask({ onWorkerLoss: "rerun" }));
      await queue.claim("one", LEASE);
      await queue.progress(id, "one", LEASE, { done: 2, total: 9, checkpoint: { step: 2 } });
      pass(LEASE);
      const { checkpoint, progress, started } = (await queue.claim("two", LEASE)) as Task;
      assert.deepEqual([checkpoint, progress, started], [null, null, at(LEASE)]);
    });

    queueTest("`report` tells that its worker was lost, once", async ({ queue, place, pass }) => {
      const { id } = await queue.add(newTask({ onWorkerLoss: "report" }));
      await queue.claim("one", LEASE);
      pass(LEASE - 0.001);
      assert.deepEqual(await queue.failLost(), []);
      pass(0.001);
      assert.equal(await queue.claim("two", LEASE), null);
      const views = await Promise.all([1, 2, 3].map(() => place.connect()));
      const told = (await Promise.all(views.map((view) => view.failLost()))).flat();
      assert.deepEqual(told, [await queue.get(id)]);
      assert.equal(told[0]?.status, "FAILED");
      assert.deepEqual(told[0]?.error, WORKER_LOST);
      assert.equal(await queue.finish(id, "one", { status: "SUCCEEDED", result: null }), null);
    });

    queueTest("a poisoned task fails after three workers, and the others proceed (F33)", async ({ queue, pass }) => {
      const { id } = await queue.add(newTask());
      const other = await queue.add(newTask());
      for (let attempt = 1; attempt <= MAXIMUM_LOST; attempt++) {
        assert.deepEqual(await queue.failLost(), []);
        const task = await queue.claim(`worker ${attempt}`, LEASE);
        assert.deepEqual([task?.id, task?.attempt, task?.lost], [id, attempt, attempt - 1]);
        pass(LEASE);
      }
      assert.equal((await queue.claim("next", LEASE))?.id, other.id);
      const [failed] = await queue.failLost();
      assert.deepEqual([failed?.id, failed?.status, failed?.error], [id, "FAILED", POISONED]);
      assert.equal(await queue.claim("another", LEASE), null);
    });

    queueTest("what is given back is taken at once, and not counted as lost", async ({ queue, pass }) => {
      const { id } = await queue.add(newTask());
      for (let attempt = 1; attempt <= MAXIMUM_LOST + 2; attempt++) {
        const task = await queue.claim(`worker ${attempt}`, LEASE);
        assert.deepEqual([task?.attempt, task?.lost], [attempt, 0]);
        await queue.progress(id, `worker ${attempt}`, LEASE, { done: attempt, total: null, checkpoint: { attempt } });
        const waiting = await queue.release(id, `worker ${attempt}`);
        assert.deepEqual([waiting?.status, waiting?.checkpoint], ["PENDING", { attempt }]);
        assert.equal(await queue.release(id, `worker ${attempt}`), null);
      }
      pass(LEASE);
      assert.deepEqual(await queue.failLost(), []);
    });

    queueTest("cancelling ends what waits and what runs, and nothing else", async ({ queue, pass }) => {
      const [running, waiting, done] = (await addMany(queue, 3)) as [string, string, string];
      for (const worker of ["one", "two"]) await queue.claim(worker, LEASE);
      await queue.release(waiting, "two");
      await queue.cancel(done);
      pass(1);
      assert.equal((await queue.cancel(running))?.status, "CANCELLED");
      assert.equal((await queue.cancel(waiting))?.status, "CANCELLED");
      assert.equal((await queue.cancel(running))?.finished, at(1));
      assert.equal((await queue.cancel(done))?.finished, at(0), "what has ended stays as it is");
      assert.equal(await queue.claim("three", LEASE), null);
      assert.equal(await queue.progress(running, "one", LEASE, { done: 1, total: 1 }), null);
      assert.equal(await queue.finish(running, "one", { status: "SUCCEEDED", result: null }), null);
      pass(LEASE);
      assert.deepEqual(await queue.failLost(), []);
      pass(600);
      assert.equal((await queue.cancel(running))?.status, "UNKNOWN");
    });

    queueTest("an account's tasks are cancelled together", async ({ queue }) => {
      const ids = await addMany(queue, 3, { account: 7 });
      const [other] = await addMany(queue, 1, { account: 8 });
      await queue.claim("one", LEASE);
      await queue.claim("two", LEASE);
      await queue.finish(ids[0] as string, "one", { status: "SUCCEEDED", result: null });
      const cancelled = await queue.cancelAccount(7);
      assert.deepEqual(
        cancelled.map(({ id, status }) => `${id} ${status}`).sort(),
        [`${ids[1]} CANCELLED`, `${ids[2]} CANCELLED`].sort(),
      );
      assert.equal((await queue.get(ids[0] as string))?.status, "SUCCEEDED");
      assert.equal((await queue.claim("three", LEASE))?.id, other);
      assert.deepEqual(await queue.cancelAccount(7), []);
    });

    queueTest("input, checkpoint and result are bounded", async ({ queue }) => {
      const large = "ä".repeat(MAXIMUM_BYTES / 2);
      const tooLarge = { code: "entity_too_large" };
      await assert.rejects(queue.add(newTask({ input: { large } })), tooLarge);
      const { id } = await queue.add(newTask({ input: { large: large.slice(8) } }));
      await queue.claim("one", LEASE);
      await assert.rejects(queue.progress(id, "one", LEASE, { done: 1, total: 1, checkpoint: { large } }), tooLarge);
      const result = { ...RESULT, id: large };
      await assert.rejects(queue.finish(id, "one", { status: "SUCCEEDED", result }), tooLarge);
      assert.equal((await queue.get(id))?.status, "STARTED");
    });

    queueTest("an account's unfinished tasks are bounded", async ({ queue }) => {
      const [first] = await addMany(queue, OPEN_TASKS, { account: 5 });
      await assert.rejects(queue.add(newTask({ account: 5 })), { code: "too_many_requests" });
      await queue.add(newTask({ account: 6 }));
      await queue.cancel(first as string);
      await queue.add(newTask({ account: 5 }));
    });

    queueTest("workers are woken by what is added and what is given back", async ({ queue }) => {
      const wakes = listen(queue);
      const { id } = await queue.add(newTask());
      await wakes.next();
      await queue.claim("one", LEASE);
      wakes.forget();
      await queue.release(id, "one");
      await wakes.next();
      wakes.stop();
    });

    queueTest("workers elsewhere are woken as well, also by a lost worker", async ({ queue, place, pass }) => {
      const wakes = listen(await place.connect());
      await queue.add(newTask());
      await wakes.next();
      await queue.claim("one", LEASE);
      wakes.forget();
      pass(LEASE);
      await wakes.next();
      wakes.stop();
    });

    test("by the queue's own clock a lost worker's task is taken over, and times are told", async () => {
      const place = await open();
      try {
        const queue = await place.connect();
        const before = Date.now();
        const { id, created } = await queue.add(newTask());
        // Another machine's clock may differ; a minute is granted.
        assert.ok(Math.abs(Date.parse(created) - before) < 60_000, created);
        await queue.claim("one", 0.2);
        let taken: Task | null = null;
        while (!taken) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          taken = await queue.claim(randomUUID(), LEASE);
        }
        assert.deepEqual([taken.id, taken.attempt], [id, 2]);
      } finally {
        await place.close();
      }
    });

    test("200 tasks among 4 workers of 3 hands that drop some of what they hold: each is completed once", async () => {
      let time = START;
      const place = await open(() => time);
      try {
        const queue = await place.connect();
        const ids = await addMany(queue, 200);
        const completed: string[] = [];
        const attempts = new Map<string, number>();
        const hand = async (view: TaskQueue, name: string, drops: boolean) => {
          for (let turn = 1; ; turn++) {
            const owner = `${name} ${turn}`;
            const task = await view.claim(owner, LEASE);
            if (!task) return;
            assert.ok(task.attempt > (attempts.get(task.id) ?? 0), "no attempt is handed out twice");
            attempts.set(task.id, task.attempt);
            await view.progress(task.id, owner, LEASE, { done: task.attempt, total: null });
            if (drops && turn % 5 === 0) continue;
            if (await view.finish(task.id, owner, { status: "SUCCEEDED", result: null })) completed.push(task.id);
          }
        };
        const views = await Promise.all([1, 2, 3, 4].map(() => place.connect()));
        for (const round of [1, 2]) {
          const hands = views.flatMap((view, worker) =>
            [1, 2, 3].map((number) => hand(view, `round ${round} worker ${worker} hand ${number}`, round === 1)),
          );
          await Promise.all(hands);
          time += LEASE * 1000; // now others may take what was dropped
        }
        assert.ok([...attempts.values()].includes(2), "some were dropped");
        assert.deepEqual([...completed].sort(), [...ids].sort());
        for (const id of ids) assert.equal((await queue.get(id))?.status, "SUCCEEDED");
      } finally {
        await place.close();
      }
    });
  });

interface Setting {
  queue: TaskQueue;
  place: QueuePlace;
  /** Moves the clock on by so many seconds. */
  pass(seconds: number): void;
}

const RESULT: TaskResult = { account: 2, api: "storage", type: "folder", id: "native é" };

/** ISO time so many seconds after the start. */
const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

const newTask = (other: Partial<NewTask> = {}): NewTask => ({
  application: "company",
  account: 1,
  user: null,
  operation: "storage.copy",
  input: {},
  onWorkerLoss: "resume",
  ...other,
});

const addMany = async (queue: TaskQueue, count: number, other: Partial<NewTask> = {}): Promise<string[]> => {
  const ids: string[] = [];
  while (ids.length < count) ids.push((await queue.add(newTask(other))).id);
  return ids;
};

/** Wakes of a queue: `next` resolves with the next one, or at once if there was one since the last `next` or `forget`. */
const listen = (queue: TaskQueue) => {
  let woken = false;
  let resume = () => {};
  const stop = queue.onWork(() => {
    woken = true;
    resume();
  });
  return {
    stop,
    forget: () => {
      woken = false;
    },
    next: async () => {
      if (!woken) await new Promise<void>((resolve) => (resume = resolve));
      woken = false;
    },
  };
};
