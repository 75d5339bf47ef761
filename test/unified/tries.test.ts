import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ApiError } from "../../src/errors.js";
import { Tries } from "../../src/unified/tries.js";
import { fails } from "../support/fails.js";

describe("tries at a link's password", () => {
  test("ten at once, then one a minute, each link by itself", () => {
    let now = 1_000_000;
    const tries = new Tries(() => now);
    for (let count = 0; count < 10; count++) tries.take("a");
    assert.throws(() => tries.take("a"), fails("too_many_requests"));
    tries.take("b");
    now += 59_000;
    assert.throws(
      () => tries.take("a"),
      (error: unknown) => error instanceof ApiError && error.context.retryAfter === 1,
    );
    now += 1_000;
    tries.take("a");
    assert.throws(() => tries.take("a"), fails("too_many_requests"));
  });

  test("a right guess costs nothing", () => {
    const tries = new Tries(() => 0);
    for (let count = 0; count < 100; count++) {
      tries.take("a");
      tries.giveBack("a");
    }
  });
});
