import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { ApiError } from "../../src/errors.js";
import { type TestCore, testCore } from "../support/core.js";
import { fails } from "../support/fails.js";
import { install, scripted } from "../support/scripted.js";

describe("what an operation failed with, as its caller is told", () => {
  let core: TestCore;
  before(async () => {
    core = await testCore();
  });
  after(() => core.close());

  const failing = async (
    service: string,
    get: (signal: AbortSignal) => Promise<never>,
    caller = new AbortController(),
  ) => {
    install(core, scripted({ get: ({ signal }) => get(signal) }, service));
    const { account } = await core.connect(service);
    const { storage } = await core.unified.internal(core.application, caller.signal).account(account);
    return storage.get({ type: "file", id: "a" });
  };

  test("where it happened, once; what is nobody's error is an answer that could not be read", async () => {
    const failure = (error: Error) => failing("failing", () => Promise.reject(error)).catch((told: ApiError) => told);
    for (const [error, code] of [
      [new ApiError("locked", "Wait."), "locked"],
      [new TypeError("not a function"), "bad_gateway"],
    ] as const) {
      const told = (await failure(error)) as ApiError;
      assert.equal(told.code, code);
      assert.deepEqual([told.context.service, told.context.operation], ["failing", "storage.get"]);
    }
  });

  test("a caller who leaves while the connector waits is told that", async () => {
    const leaving = new AbortController();
    const work = failing("slow", (signal) => delay(10_000, undefined, { signal }).then(() => assert.fail()), leaving);
    setTimeout(() => leaving.abort(), 50);
    await assert.rejects(work, fails("timed_out"));
  });
});
