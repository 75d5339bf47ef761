import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { taskInfo } from "../../src/tasks/info.js";
import type { Task } from "../../src/tasks/queue.js";

const START = Date.UTC(2026, 0, 1);
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();

const running: Task = {
  id: "id",
  application: "company",
  account: 1,
  user: null,
  operation: "storage.copy",
  input: {},
  onWorkerLoss: "resume",
  status: "STARTED",
  attempt: 1,
  lost: 0,
  progress: null,
  checkpoint: null,
  result: null,
  error: null,
  created: at(-5),
  started: at(0),
  finished: null,
  expires: null,
};

const infoAfter = (seconds: number, other: Partial<Task>) => {
  const { timeElapsed, timeRemaining, percentCompleted } = taskInfo({ ...running, ...other }, START + seconds * 1000);
  return [timeElapsed, timeRemaining, percentCompleted];
};

describe("how far a task is", () => {
  test("nothing can be told of what waits or is forgotten", () => {
    assert.deepEqual(infoAfter(9, { status: "PENDING", started: null }), [null, null, null]);
    assert.deepEqual(infoAfter(900, { status: "UNKNOWN", finished: at(10) }), [null, null, null]);
  });
  test("the rest is expected to go as fast as what is done", () => {
    assert.deepEqual(infoAfter(1466, { progress: { done: 75, total: 100 } }), [1466, 488.667, 75]);
    assert.deepEqual(infoAfter(0.5, { progress: { done: 1, total: 1000 } }), [0.5, 499.5, 0.1]);
  });
  test("nothing is expected of what has done nothing, or does not know its total", () => {
    assert.deepEqual(infoAfter(3, {}), [3, null, null]);
    assert.deepEqual(infoAfter(3, { progress: { done: 0, total: 10 } }), [3, null, 0]);
    assert.deepEqual(infoAfter(3, { progress: { done: 5, total: null } }), [3, null, null]);
    assert.deepEqual(infoAfter(3, { progress: { done: 0, total: 0 } }), [3, null, null]);
  });
  test("percentages stay within bounds, and short of 100 until all is done", () => {
    assert.deepEqual(infoAfter(10, { progress: { done: 99_999, total: 100_000 } }), [10, 0, 99.9]);
    assert.deepEqual(infoAfter(10, { progress: { done: 12, total: 10 } }), [10, 0, 100]);
  });
  test("what has ended no longer ages", () => {
    const progress = { done: 3, total: 12 };
    assert.deepEqual(infoAfter(99, { status: "SUCCEEDED", finished: at(10), progress }), [10, 0, 100]);
    assert.deepEqual(infoAfter(99, { status: "FAILED", finished: at(10), progress }), [10, null, 25]);
    assert.deepEqual(infoAfter(99, { status: "CANCELLED", finished: at(10) }), [10, null, null]);
  });
  test("a released task that waits again keeps what it has done", () => {
    assert.deepEqual(infoAfter(8, { status: "PENDING", progress: { done: 1, total: 4 } }), [8, null, 25]);
  });
  test("a clock that was set back makes no negative times", () => {
    assert.deepEqual(infoAfter(-60, { progress: { done: 1, total: 2 } }), [0, 0, 50]);
  });
});
