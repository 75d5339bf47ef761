import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { type BusEvent, type EventBus, Overrun, PAST, QUEUE, type SubscribeOptions } from "../../src/tasks/bus.js";

/** What every event bus owes. Each test has a bus of its own; other buses may know the same topics. */
export const busConformance = (name: string, open: () => Promise<EventBus>) =>
  describe(`${name}: bus`, () => {
    const busTest = (title: string, work: (bus: EventBus, topic: string) => Promise<void>) =>
      test(title, async () => {
        const bus = await open();
        try {
          await work(bus, `test:${randomUUID()}`);
        } finally {
          await bus.close();
        }
      });

    busTest("a reader is told what comes after it, in order, of its topic alone", async (bus, topic) => {
      await bus.publish(topic, "before");
      const reader = bus.subscribe(topic);
      await bus.publish(`${topic}:other`, "elsewhere");
      const told = [{ deep: [1, "é", null] }, "text", 3, null];
      for (const data of told) await bus.publish(topic, data);
      assert.deepEqual(dataOf(await take(reader, 4)), told);
    });

    busTest("a reader that waits is told at once, and all readers are told", async (bus, topic) => {
      const readers = [1, 2, 3].map(() => bus.subscribe(topic));
      const waiting = readers.map((reader) => reader.next());
      await bus.publish(topic, "news");
      for (const { value } of await Promise.all(waiting)) assert.equal(value.data, "news");
    });

    busTest("questions asked in advance are answered in order", async (bus, topic) => {
      const reader = bus.subscribe(topic);
      const waiting = [reader.next(), reader.next(), reader.next()];
      await publishMany(bus, topic, 2);
      await reader.return?.();
      const answers = await Promise.all(waiting);
      assert.deepEqual(
        answers.map(({ value }) => value?.data),
        [1, 2, undefined],
      );
      assert.equal(answers[2]?.done, true);
    });

    busTest("a cursor resumes with what follows it", async (bus, topic) => {
      const first = bus.subscribe(topic);
      await publishMany(bus, topic, 5);
      const seen = await take(first, 3);
      const second = bus.subscribe(topic, { after: seen.at(-1)?.cursor as string });
      assert.deepEqual(dataOf(await take(second, 2)), [4, 5]);
      await bus.publish(topic, 6);
      const [sixth] = await take(second, 1);
      assert.equal(sixth?.data, 6);
      const third = bus.subscribe(topic, { after: sixth?.cursor as string });
      await bus.publish(topic, 7);
      assert.deepEqual(dataOf(await take(third, 1)), [7]);
    });

    busTest("all readers see the same cursors, each once", async (bus, topic) => {
      const one = bus.subscribe(topic);
      const two = bus.subscribe(topic);
      await publishMany(bus, topic, 20);
      const cursors = (await take(one, 20)).map(({ cursor }) => cursor);
      assert.deepEqual(
        (await take(two, 20)).map(({ cursor }) => cursor),
        cursors,
      );
      assert.equal(new Set(cursors).size, 20);
    });

    busTest(
      "broken off and resumed again and again while others publish: no gap, nothing twice",
      async (bus, topic) => {
        const total = 600;
        let cursor: string | undefined;
        const seen: unknown[] = [];
        const first = bus.subscribe(topic);
        const publishing = (async () => {
          for (let number = 1; number <= total; number++) {
            await bus.publish(topic, number);
            if (number % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
          }
        })();
        let reader = first;
        for (let turn = 1; seen.length < total; turn++) {
          for (const event of await take(reader, Math.min(1 + (turn % 11), total - seen.length))) {
            seen.push(event.data);
            cursor = event.cursor;
          }
          await reader.return?.();
          if (turn % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
          reader = bus.subscribe(topic, { after: cursor as string });
        }
        await publishing;
        assert.deepEqual(seen, numbers(1, total));
      },
    );

    busTest("a resumed reader catches up with the whole past, and goes on", async (bus, topic) => {
      const reader = bus.subscribe(topic);
      await bus.publish(topic, 1);
      const [{ cursor } = { cursor: "" }] = await take(reader, 1);
      await reader.return?.();
      await publishMany(bus, topic, PAST - 1, 2);
      const resumed = bus.subscribe(topic, { after: cursor });
      assert.deepEqual(dataOf(await take(resumed, PAST - 1)), numbers(2, PAST));
      await bus.publish(topic, "next");
      assert.deepEqual(dataOf(await take(resumed, 1)), ["next"]);
    });

    busTest("a cursor that is no longer kept, or never was, is an overrun", async (bus, topic) => {
      const reader = bus.subscribe(topic);
      await bus.publish(topic, 1);
      const [{ cursor } = { cursor: "" }] = await take(reader, 1);
      await reader.return?.();
      for (const after of ["", "0", "nonsense", `${cursor}9`])
        await assert.rejects(bus.subscribe(topic, { after }).next(), Overrun, after);
      await assert.rejects(bus.subscribe(`${topic}:other`, { after: cursor }).next(), Overrun);
      await publishMany(bus, topic, 2 * PAST);
      const late = bus.subscribe(topic, { after: cursor });
      await assert.rejects(late.next(), Overrun);
      assert.equal((await late.next()).done, true);
      assert.equal(bus.listeners(topic), 0);
    });

    busTest("a stalled reader holds so many events, then ends and can resume (F21)", async (bus, topic) => {
      const stalled = bus.subscribe(topic);
      const brisk = bus.subscribe(topic);
      const total = QUEUE + 50;
      const read = take(brisk, total);
      await publishMany(bus, topic, total);
      assert.deepEqual(dataOf(await read), numbers(1, total), "others are not held up");
      assert.equal(bus.listeners(topic), 1, "the stalled one was let go");
      const seen = await take(stalled, QUEUE);
      assert.deepEqual(dataOf(seen), numbers(1, QUEUE));
      await assert.rejects(stalled.next(), Overrun);
      assert.equal((await stalled.next()).done, true);
      const resumed = bus.subscribe(topic, { after: seen.at(-1)?.cursor as string });
      assert.deepEqual(dataOf(await take(resumed, 50)), numbers(QUEUE + 1, total));
    });

    busTest("a full queue is not yet too slow", async (bus, topic) => {
      const reader = bus.subscribe(topic);
      await publishMany(bus, topic, QUEUE);
      assert.deepEqual(dataOf(await take(reader, QUEUE)), numbers(1, QUEUE));
      await bus.publish(topic, "next");
      assert.deepEqual(dataOf(await take(reader, 1)), ["next"]);
    });

    busTest("a coalescing reader is told the newest alone, and never overruns", async (bus, topic) => {
      const reader = bus.subscribe(topic, { coalesce: true });
      await publishMany(bus, topic, 2 * PAST);
      const [newest] = await take(reader, 1);
      assert.equal(newest?.data, 2 * PAST);
      const waiting = reader.next();
      await bus.publish(topic, "next");
      const { value: next } = await waiting;
      assert.equal(next.data, "next");

      const resumed = bus.subscribe(topic, { coalesce: true, after: newest?.cursor as string });
      assert.deepEqual(dataOf(await take(resumed, 1)), ["next"]);
      const upToDate = bus.subscribe(topic, { coalesce: true, after: next.cursor });
      await publishMany(bus, topic, 3);
      assert.deepEqual(dataOf(await take(upToDate, 1)), [3]);
    });

    busTest("a signal ends a reader that waits, one that does not, and one that has not begun", async (bus, topic) => {
      const abort = new AbortController();
      const options = { signal: abort.signal };
      const waits = bus.subscribe(topic, options);
      const behind = bus.subscribe(topic, options);
      const waiting = waits.next();
      await bus.publish(topic, 1);
      assert.equal((await waiting).done, false);
      const next = waits.next();
      abort.abort();
      assert.equal((await next).done, true);
      assert.equal((await behind.next()).done, true, "what waited is dropped");
      assert.equal((await bus.subscribe(topic, options).next()).done, true);
      assert.equal(bus.listeners(topic), 0);
    });

    busTest("leaving a loop releases its reader", async (bus, topic) => {
      const reader = bus.subscribe(topic);
      await publishMany(bus, topic, 3);
      for await (const { data } of reader) if (data === 2) break;
      assert.equal(bus.listeners(topic), 0);
      assert.equal((await reader.next()).done, true);
    });

    busTest("10,000 readers come and go, and none is left (F20)", async (bus, topic) => {
      const longLived = new AbortController();
      for (let cycle = 0; cycle < 10_000; cycle++) {
        const abort = new AbortController();
        const options: SubscribeOptions = { signal: cycle % 2 === 0 ? abort.signal : longLived.signal };
        const reader = bus.subscribe(topic, cycle % 3 === 0 ? { ...options, coalesce: true } : options);
        const next = reader.next();
        if (cycle % 5 === 0) await bus.publish(topic, cycle);
        if (cycle % 2 === 0) abort.abort();
        else await reader.return?.();
        await next;
      }
      assert.equal(bus.listeners(topic), 0);
      assert.equal(getEventListeners(longLived.signal, "abort").length, 0);
    });

    test("closing ends every reader", async () => {
      const bus = await open();
      const topic = `test:${randomUUID()}`;
      const next = bus.subscribe(topic).next();
      await bus.close();
      assert.equal((await next).done, true);
      assert.equal(bus.listeners(topic), 0);
    });
  });

const take = async (reader: AsyncIterableIterator<BusEvent>, count: number): Promise<BusEvent[]> => {
  const events: BusEvent[] = [];
  while (events.length < count) {
    const { done, value } = await reader.next();
    if (done) assert.fail(`the reader ended after ${events.length} of ${count} events`);
    events.push(value);
  }
  return events;
};

const dataOf = (events: readonly BusEvent[]): unknown[] => events.map(({ data }) => data);

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

const publishMany = async (bus: EventBus, topic: string, count: number, from = 1): Promise<void> => {
  for (const number of numbers(from, from + count - 1)) await bus.publish(topic, number);
};
