import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { ApiError } from "../../src/errors.js";
import { announce } from "../../src/tasks/announce.js";
import { type EventBus, topics } from "../../src/tasks/bus.js";
import { openEmbeddedBus } from "../../src/tasks/embedded/bus.js";
import { MAXIMUM_BYTES, type NewTask, type Task, type TaskQueue, WORKER_LOST } from "../../src/tasks/queue.js";
import { type Job, startWorker, type WorkerOptions } from "../../src/worker/worker.js";
import { openPlace } from "./folder.js";

describe("worker", () => {
  test("runs a task, and tells each of its changes to its readers and its account's", async (context) => {
    const { queue, bus, start, add } = await setUp(context);
    const events = bus.subscribe(topics.tasks(1));
    const result = { account: 1, api: "storage", type: "file", id: "made" };
    start(async ({ input, checkpoint }, { progress }) => {
      assert.deepEqual([input, checkpoint], [{ of: "mine" }, null]);
      await progress(1, 2, { step: 1 });
      return result;
    });
    const { id } = await add({ input: { of: "mine" } });
    const ended = await outcome(bus, queue, id);
    assert.deepEqual([ended.status, ended.result, ended.checkpoint], ["SUCCEEDED", result, { step: 1 }]);
    const told = await until(events, ({ status }) => status === "SUCCEEDED");
    assert.deepEqual([told[0]?.status, told[0]?.attempt], ["STARTED", 1]);
    assert.deepEqual(told.at(-1), { ...ended, checkpoint: null });
  });

  test("an ApiError is told with its code, message and status; anything else is our own failure", async (context) => {
    const complaints: string[] = [];
    const { queue, bus, start, add } = await setUp(context);
    const log = { error: (_: object, message: string) => void complaints.push(message) };
    const thrown: Record<string, unknown> = {
      known: new ApiError("method_not_allowed", "Not here.", { status: 500 }),
      unknown: new Error("password=hunter2 at 10.0.0.1"),
      nothing: undefined,
    };
    start(({ input }) => Promise.reject(thrown[input.throws as string]), { log });
    const errorOf = async (what: Partial<NewTask>) => (await outcome(bus, queue, (await add(what)).id)).error;
    const known = { code: "method_not_allowed", message: "Not here.", status: 500 };
    assert.deepEqual(await errorOf({ input: { throws: "known" } }), known);
    assert.deepEqual(complaints, []);
    const ours = { code: "internal_error", message: "Internal error", status: 500 };
    assert.deepEqual(await errorOf({ input: { throws: "unknown" } }), ours);
    assert.deepEqual(await errorOf({ input: { throws: "nothing" } }), ours);
    assert.deepEqual(complaints, ["A task failed unexpectedly.", "A task failed unexpectedly."]);
    assert.equal((await errorOf({ operation: "storage.fly" }))?.code, "not_implemented");
  });

  test("a result that is too large is a failure", async (context) => {
    const { queue, bus, start, add } = await setUp(context);
    start(async () => ({ account: 1, api: "storage", type: "file", id: "x".repeat(MAXIMUM_BYTES) }));
    const { error } = await outcome(bus, queue, (await add()).id);
    assert.deepEqual([error?.code, error?.status], ["entity_too_large", 413]);
  });

  test("runs as many at a time as it may, the oldest first", async (context) => {
    const { queue, bus, start, add } = await setUp(context);
    const begun: string[] = [];
    let now = 0;
    let most = 0;
    const ids: string[] = [];
    for (let count = 0; count < 20; count++) ids.push((await add()).id);
    start(
      async ({ id }) => {
        begun.push(id);
        most = Math.max(most, ++now);
        await wait(2);
        now--;
        return null;
      },
      { concurrency: 3 },
    );
    for (const id of ids) assert.equal((await outcome(bus, queue, id)).status, "SUCCEEDED");
    assert.equal(most, 3);
    assert.deepEqual(begun, ids);
  });

  test("mere progress is written now and then, a checkpoint at once and before it resolves", async (context) => {
    const { queue, bus, start, add } = await setUp(context);
    let writes = 0;
    const counted = counting(queue, () => writes++);
    const begun = performance.now();
    let seconds = 0;
    start(
      async ({ id }, { progress }) => {
        for (let done = 1; done <= 1000; done++) await progress(done, 2000);
        await wait(300);
        assert.equal((await queue.get(id))?.progress?.done, 1000, "what was told last is written");
        seconds = (performance.now() - begun) / 1000;
        assert.ok(writes <= 2 + seconds * 4, `${writes} writes in ${seconds} s`);
        writes = 0;
        for (let done = 1001; done <= 1010; done++) {
          await progress(done, 2000, { done });
          assert.deepEqual((await queue.get(id))?.checkpoint, { done });
        }
        assert.equal(writes, 10);
        writes = 0;
        await Promise.all([1011, 1012, 1013].map((done) => progress(done, 2000, { done })));
        assert.equal(writes, 1, "what comes at the same time is one write");
        await progress(2000, 2000);
        assert.deepEqual((await queue.get(id))?.checkpoint, { done: 1013 });
        return null;
      },
      { queue: counted },
    );
    const ended = await outcome(bus, queue, (await add()).id);
    assert.deepEqual([ended.status, ended.error], ["SUCCEEDED", null]);
  });

  test("a reader who wants the newest alone is not told every checkpoint", async (context) => {
    const { queue, bus, start, add } = await setUp(context);
    const { id } = await add();
    let told = 0;
    const count = async () => {
      for await (const _ of bus.subscribe(topics.task(id))) told++;
    };
    const counting = count();
    const begun = performance.now();
    start(async (_, { progress }) => {
      for (let done = 1; done <= 500; done++) await progress(done, 500, { done });
      return null;
    });
    await outcome(bus, queue, id);
    const seconds = (performance.now() - begun) / 1000;
    await bus.close();
    await counting;
    assert.ok(told <= 3 + seconds * 4, `${told} in ${seconds} s`);
  });

  test("a task that is cancelled here stops at once; one that is cancelled elsewhere, at its next word", async (context) => {
    const { place, bus, start, add, queue } = await setUp(context);
    const elsewhere = await place.connect();
    const ended: string[] = [];
    const running = Promise.withResolvers<void>();
    start(async ({ input }, { signal, progress }) => {
      try {
        if (input.silent) {
          running.resolve();
          await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
        }
        for (let done = 1; ; done++) {
          await progress(done, null, { done });
          await wait(5);
        }
      } finally {
        ended.push(`${input.silent} ${signal.aborted} ${signal.reason.name}`);
      }
    });
    const silent = await add({ input: { silent: true } });
    await running.promise;
    const told = bus.subscribe(topics.tasks(1));
    await announce(bus, (await queue.cancel(silent.id)) as Task);
    while (ended.length < 1) await wait(5);
    const talking = await add({ input: { silent: false } });
    while (!(await queue.get(talking.id))?.checkpoint) await wait(5);
    await elsewhere.cancel(talking.id);
    while (ended.length < 2) await wait(5);
    assert.deepEqual(ended, ["true true AbortError", "false true AbortError"]);
    const news = await until(told, ({ id, status }) => id === talking.id && status === "CANCELLED");
    const cancelled = news.filter(({ status }) => status === "CANCELLED").map(({ id }) => id);
    assert.deepEqual(cancelled, [silent.id, talking.id], "each is told once");
    for (const { id } of [silent, talking]) assert.equal((await queue.get(id))?.status, "CANCELLED");
    assert.equal(bus.listeners(topics.task(silent.id)), 0);
  });

  test("the heartbeat keeps the lease of a silent job", async (context) => {
    const { queue, bus, start, add } = await setUp(context);
    let beats = 0;
    const enough = Promise.withResolvers<void>();
    const counted = counting(queue, () => ++beats === 6 && enough.resolve());
    start(
      async () => {
        await enough.promise;
        return null;
      },
      { queue: counted, leaseSeconds: 0.6 },
    );
    const ended = await outcome(bus, queue, (await add()).id);
    assert.deepEqual([ended.status, ended.progress], ["SUCCEEDED", null]);
  });

  test("a worker that slept past its leases renews them before it claims", async (context) => {
    let time = Date.now();
    const { queue, bus, start, add } = await setUp(context, () => time);
    context.mock.timers.enable({ apis: ["Date"], now: time });
    const slept = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    start(async ({ input }) => {
      begun.resolve();
      if (input.sleeps) await slept.promise;
      return null;
    });
    const { id } = await add({ input: { sleeps: true } });
    await begun.promise;
    time += 3_600_000;
    context.mock.timers.setTime(time);
    await outcome(bus, queue, (await add()).id); // it was woken, and claimed
    slept.resolve();
    const ended = await outcome(bus, queue, id);
    assert.deepEqual([ended.status, ended.attempt, ended.lost], ["SUCCEEDED", 1, 0]);
  });

  test("a worker whose task was taken over is told, and cannot end it", async (context) => {
    let time = Date.now();
    const { place, queue, start, add } = await setUp(context, () => time);
    const aborted = Promise.withResolvers<unknown>();
    const { id } = await add({ onWorkerLoss: "resume" });
    start(
      async (_, { signal, progress }) => {
        await progress(1, 2, { step: 1 });
        time += 60_000;
        const other = await place.connect();
        assert.equal((await other.claim("other", 30))?.attempt, 2);
        await progress(2, 2, { step: 2 }).catch(aborted.resolve);
        assert.ok(signal.aborted);
        return null;
      },
      { concurrency: 1 },
    );
    assert.equal(((await aborted.promise) as Error).name, "AbortError");
    await wait(20);
    const task = await queue.get(id);
    assert.deepEqual([task?.status, task?.attempt, task?.checkpoint], ["STARTED", 2, { step: 1 }]);
  });

  test("what a lost worker leaves for good is told", async (context) => {
    let time = Date.now();
    const { queue, bus, start, add } = await setUp(context, () => time);
    const { id } = await add({ onWorkerLoss: "report" });
    await queue.claim("lost", 30);
    time += 30_000;
    const events = bus.subscribe(topics.task(id));
    start(async () => null);
    const [told] = await until(events, () => true);
    assert.deepEqual([told?.status, told?.error], ["FAILED", WORKER_LOST]);
  });

  test("a task on its last chance runs alone", async (context) => {
    let time = Date.now();
    const { queue, bus, start, add } = await setUp(context, () => time);
    const suspect = await add({ input: { suspect: true } });
    for (const worker of ["first", "second"]) {
      await queue.claim(worker, 30);
      time += 30_000;
    }
    const ids = [suspect.id];
    for (let count = 0; count < 6; count++) ids.push((await add()).id);
    let beside = 0;
    let alone = true;
    start(async ({ input }) => {
      beside++;
      for (let look = 0; look < 5; look++) {
        if (input.suspect && beside > 1) alone = false;
        await wait(2);
      }
      beside--;
      return null;
    });
    for (const id of ids) assert.equal((await outcome(bus, queue, id)).status, "SUCCEEDED");
    assert.ok(alone);
  });

  describe("shutting down (F27)", () => {
    test("what ends within the grace is recorded, and nothing more is claimed", async (context) => {
      const { queue, start, add } = await setUp(context);
      const begun = Promise.withResolvers<void>();
      const worker = start(
        async () => {
          begun.resolve();
          await wait(50);
          return null;
        },
        { concurrency: 1 },
      );
      const [first, second] = [await add(), await add()];
      await begun.promise;
      await worker.stop(60_000);
      assert.equal((await queue.get(first.id))?.status, "SUCCEEDED");
      assert.equal((await queue.get(second.id))?.status, "PENDING");
      await add();
      await wait(20);
      assert.equal((await queue.claim("other", 30))?.id, second.id);
    });

    test("the rest is given back with its checkpoint, also by a job that does not listen", async (context) => {
      const { queue, bus, start, add } = await setUp(context);
      const reached = new Map([1, 2, 3].map((number) => [number, Promise.withResolvers<void>()]));
      const worker = start(async ({ input }, { signal, progress }) => {
        await progress(1, 2, { step: 1 });
        reached.get(input.number as number)?.resolve();
        if (input.number === 3) return new Promise(() => {});
        await new Promise((_, reject) =>
          signal.addEventListener("abort", () => reject(new ApiError("timed_out", "Gone."))),
        );
        return null;
      });
      const resumes = await add({ input: { number: 1 } });
      const reports = await add({ input: { number: 2 }, onWorkerLoss: "report" });
      const deaf = await add({ input: { number: 3 }, onWorkerLoss: "rerun" });
      const events = bus.subscribe(topics.task(resumes.id));
      await Promise.all([...reached.values()].map(({ promise }) => promise));
      await worker.stop(0);
      const report = await queue.get(reports.id);
      assert.deepEqual([report?.status, report?.error], ["FAILED", WORKER_LOST]);
      assert.ok(await until(events, ({ status }) => status === "PENDING"));
      const [first, second] = [await queue.claim("one", 30), await queue.claim("two", 30)];
      assert.deepEqual([first?.id, first?.attempt, first?.lost, first?.checkpoint], [resumes.id, 2, 0, { step: 1 }]);
      assert.deepEqual([second?.id, second?.attempt, second?.checkpoint], [deaf.id, 2, null]);
      assert.equal(bus.listeners(topics.task(deaf.id)), 0);
    });

    test("another worker takes at once what was given back", async (context) => {
      const { queue, bus, start, add } = await setUp(context);
      const begun = Promise.withResolvers<void>();
      const first = start(async (_, { signal }) => {
        begun.resolve();
        await new Promise((_, reject) => signal.addEventListener("abort", reject));
        return null;
      });
      const { id } = await add();
      await begun.promise;
      start(async () => null);
      await Promise.all([first.stop(0), first.stop(60_000)]);
      const ended = await outcome(bus, queue, id);
      assert.deepEqual([ended.status, ended.attempt], ["SUCCEEDED", 2]);
    });
  });
});

const setUp = async (context: TestContext, now?: () => number) => {
  const place = await openPlace(now);
  const queue = await place.connect();
  const bus = openEmbeddedBus();
  const workers: ReturnType<typeof startWorker>[] = [];
  context.after(async () => {
    for (const worker of workers) await worker.stop(0);
    await bus.close();
    await place.close();
  });
  return {
    place,
    queue,
    bus,
    /** A worker that does every `storage.copy` so. */
    start(job: Job, options: Partial<WorkerOptions> = {}) {
      const worker = startWorker({ queue, bus, jobs: new Map([["storage.copy", job]]), ...options });
      workers.push(worker);
      return worker;
    },
    add: (task: Partial<NewTask> = {}) =>
      queue.add({
        application: "company",
        account: 1,
        user: null,
        operation: "storage.copy",
        input: {},
        onWorkerLoss: "resume",
        ...task,
      }),
  };
};

/** The same queue, told of every renewal or progress that is written. */
const counting = (queue: TaskQueue, count: () => void): TaskQueue =>
  new Proxy(queue, {
    get(target, name) {
      if (name === "progress") count();
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });

const ENDED = new Set(["SUCCEEDED", "FAILED", "CANCELLED"]);

/** The task once it has ended, as a subscriber learns of it. */
const outcome = async (bus: EventBus, queue: TaskQueue, id: string): Promise<Task> => {
  const news = bus.subscribe(topics.task(id), { coalesce: true });
  for (let task = await queue.get(id); task; task = await queue.get(id)) {
    if (ENDED.has(task.status)) {
      await news.return?.();
      return task;
    }
    await news.next();
  }
  assert.fail("there is no such task");
};

/** What a reader is told, up to and with the first that fits. */
const until = async (events: ReturnType<EventBus["subscribe"]>, fits: (task: Task) => boolean): Promise<Task[]> => {
  const tasks: Task[] = [];
  for await (const { data } of events) {
    tasks.push(data as Task);
    if (fits(data as Task)) break;
  }
  return tasks;
};
