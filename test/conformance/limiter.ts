import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Limiter } from "../../src/tasks/limiter.js";

/** What every limiter owes. `open`: two of them, as two processes have them, with one clock in milliseconds. */
export const limiterConformance = (
  name: string,
  open: () => Promise<{ limiters: [Limiter, Limiter]; pass(milliseconds: number): void; close(): Promise<void> }>,
) =>
  describe(`${name}: limiter`, () => {
    const limit = { count: 10, milliseconds: 1000 };

    test("so many pass, over two processes; the next one when the first is a second old", async () => {
      const { limiters, pass, close } = await open();
      try {
        for (let number = 0; number < 10; number++) {
          assert.deepEqual(limiters[number % 2]?.pass("account 1", limit), { passed: true });
          pass(10);
        }
        assert.deepEqual(limiters[0].pass("account 1", limit), { passed: false, wait: 900 });
        pass(899);
        assert.deepEqual(limiters[1].pass("account 1", limit), { passed: false, wait: 1 });
        pass(1);
        assert.deepEqual(limiters[1].pass("account 1", limit), { passed: true });
        assert.equal(limiters[0].pass("account 1", limit).passed, false);
      } finally {
        await close();
      }
    });

    test("names are counted apart, and a refusal counts for nothing", async () => {
      const { limiters, pass, close } = await open();
      try {
        for (let number = 0; number < 30; number++) limiters[0].pass("account 1", limit);
        assert.equal(limiters[1].pass("account 2", limit).passed, true);
        pass(1000);
        for (let number = 0; number < 10; number++)
          assert.equal(limiters[0].pass("account 1", limit).passed, true, String(number));
      } finally {
        await close();
      }
    });

    test("a clock that was set back keeps nobody waiting", async () => {
      const { limiters, pass, close } = await open();
      try {
        for (let number = 0; number < 10; number++) limiters[0].pass("account 1", limit);
        pass(-3_600_000);
        assert.equal(limiters[0].pass("account 1", limit).passed, true);
      } finally {
        await close();
      }
    });
  });
