import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { ApiError } from "../../../src/errors.js";
import { fails } from "../../support/fails.js";
import { ask, aWhile, idsOf, type List, listOf } from "./lists.js";

const two = () => [listOf(1, [10, 8, 6]), listOf(2, [9, 7, 5])] as [List, List];
const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

describe("sources that fail or are slow", () => {
  test("a failure is named, the others' answers stand, and what was missing comes late, in order", async () => {
    const [good, bad] = two();
    bad.fault = "fails";
    const first = await ask({ sources: [good, bad], first: 2 });
    assert.deepEqual(idsOf(first), ["1-0", "1-1"]);
    assert.deepEqual(
      first.failures.map(({ source, account, error }) => [source, account, error.code]),
      [[bad, "account 2", "service_not_available"]],
    );
    bad.fault = "none";
    const second = await ask({ sources: [good, bad], after: first.next });
    assert.deepEqual([idsOf(second), second.failures], [["2-0", "2-1", "1-2", "2-2"], []]);
    assert.equal(second.next, null);
  });

  test("one that fails halfway is told from where it was", async () => {
    const list = listOf(1, [10, 9, 8, 7, 6, 5], { paging: "keyset", caps: [2], lateEnd: false });
    let reads = 0;
    const flaky = {
      ...list,
      key: "1:",
      number: 1,
      account: "",
      read: (...given: Parameters<List["read"]>) => {
        if (++reads === 3) throw new Error("a stranger's words");
        return list.read(...given);
      },
    };
    const other = listOf(2, [4, 3]);
    const first = await ask({ sources: [flaky, other], first: 50 });
    assert.deepEqual(idsOf(first), ["1-0", "1-1", "1-2", "2-0", "2-1"]);
    assert.deepEqual(
      first.failures.map(({ error }) => [error.code, error.message]),
      [["internal_error", "Internal error"]],
    );
    const second = await ask({ sources: [flaky, other], first: 50, after: first.next });
    assert.deepEqual(idsOf(second), ["1-3", "1-4", "1-5"]);
  });

  test("where all fail there are failures, no items, and a cursor to try again with", async () => {
    const lists = two();
    for (const list of lists) list.fault = "fails";
    const none = await ask({ sources: lists });
    assert.deepEqual([none.items, none.failures.length, none.hasNextPage], [[], 2, true]);
    const again = await ask({ sources: lists, after: none.next });
    assert.deepEqual([again.items, again.failures.length], [[], 2]);
    for (const list of lists) list.fault = "none";
    assert.deepEqual(idsOf(await ask({ sources: lists, after: again.next })), [
      "1-0",
      "2-0",
      "1-1",
      "2-1",
      "1-2",
      "2-2",
    ]);
  });

  test("the deadline holds for a source that heeds no signal, and its signal is aborted", async () => {
    const [good, silent] = two();
    silent.fault = "hangs";
    const began = performance.now();
    const answer = await ask({ sources: [good, silent], deadline: 30 });
    assert.ok(performance.now() - began < 5_000);
    assert.deepEqual(
      [idsOf(answer), answer.failures.map(({ error }) => error.code)],
      [["1-0", "1-1", "1-2"], ["gateway_timeout"]],
    );
    assert.equal(silent.signal?.aborted, true);
    silent.fault = "none";
    assert.deepEqual(idsOf(await ask({ sources: [good, silent], after: answer.next })), ["2-0", "2-1", "2-2"]);
  });

  test("those whose turn never came are named as well, unread", async () => {
    const lists = [1, 2, 3, 4].map((number) => listOf(number, [number]));
    for (const list of lists.slice(0, 2)) list.fault = "hangs";
    const { failures } = await ask({ sources: lists, concurrency: 2, deadline: 20 });
    assert.equal(failures.length, 4);
    assert.deepEqual(
      lists.map(({ reads }) => reads),
      [1, 1, 0, 0],
    );
  });

  test("an answer or a failure that comes too late does no harm, and no timer is left", async (context) => {
    const loud: unknown[] = [];
    const listen = (reason: unknown) => loud.push(reason);
    process.on("unhandledRejection", listen);
    context.after(() => process.off("unhandledRejection", listen));
    const before = timers();
    const late = (number: number, end: () => { items: never[]; next: null }) => ({
      key: `${number}:`,
      number,
      account: "",
      read: async (_: unknown, signal: AbortSignal) => {
        await new Promise((resolve) => signal.addEventListener("abort", () => setImmediate(resolve)));
        return end();
      },
    });
    const throws = late(1, () => {
      throw new Error("too late");
    });
    const answers = late(2, () => ({ items: [], next: null }));
    const { failures } = await ask({ sources: [throws, answers], deadline: 10 });
    assert.deepEqual(
      failures.map(({ error }) => error.code),
      ["gateway_timeout", "gateway_timeout"],
    );
    assert.equal(timers(), before);
    await aWhile();
    assert.deepEqual(loud, []);
  });
});

describe("a caller that goes", () => {
  test("gets no answer; the reads are told, and nothing is left behind", async () => {
    const [good, silent] = two();
    silent.fault = "hangs";
    const caller = new AbortController();
    const before = timers();
    const asked = ask({ sources: [good, silent], signal: caller.signal });
    setImmediate(() => caller.abort());
    await assert.rejects(asked, fails("timed_out"));
    assert.equal(silent.signal?.aborted, true);
    assert.deepEqual([timers(), getEventListeners(caller.signal, "abort").length], [before, 0]);
  });

  test("before it asked: no source is read, and its own reason is told", async () => {
    const lists = two();
    const signal = AbortSignal.abort(new ApiError("service_not_available", "shutting down"));
    await assert.rejects(ask({ sources: lists, signal }), fails("service_not_available"));
    assert.deepEqual(
      lists.map(({ reads }) => reads),
      [0, 0],
    );
  });

  test("stays: its signal has no listener afterwards", async () => {
    const { signal } = new AbortController();
    await ask({ sources: two(), signal });
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });
});
