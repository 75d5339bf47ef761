import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { backoff, type Facts, reasonToRetry, retry } from "../../src/upstream/layers/retry.js";
import { RetryBudget } from "../../src/upstream/retryBudget.js";
import { answering, CONTROLLER, openCall, through, type Wire } from "./through.js";

const CODES = [
  undefined,
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "EAI_AGAIN",
  "ENOTFOUND",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_SOCKET",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH",
  "CERT_HAS_EXPIRED",
  "HPE_INVALID_CONSTANT",
];
const facts: fc.Arbitrary<Facts> = fc.record({
  repeatable: fc.boolean(),
  unread: fc.boolean(),
  final: fc.constantFrom([], [501, 505, 507]),
});

test("statuses: over 499, repeatable, not final, body at hand; a 429 never", () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 599 }), facts, (status, given) => {
      const expected = status > 499 && given.repeatable && given.unread && !given.final.includes(status);
      assert.equal(reasonToRetry({ status }, given) !== null, expected);
    }),
  );
  fc.assert(fc.property(facts, (given) => assert.equal(reasonToRetry({ status: 429 }, given), null)));
});

test("errors: before a byte was sent whatever the method, after it only what is repeatable", () => {
  const never = new Set([
    undefined,
    "ENOTFOUND",
    "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH",
    "CERT_HAS_EXPIRED",
    "HPE_INVALID_CONSTANT",
  ]);
  fc.assert(
    fc.property(fc.constantFrom(...CODES), fc.boolean(), facts, (error, sent, given) => {
      const reason = reasonToRetry({ error, sent }, given);
      if (never.has(error) || !given.unread) assert.equal(reason, null);
      else if (!sent)
        assert.equal(
          reason === "connect",
          !["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"].includes(error as string),
        );
      else if (!given.repeatable) assert.equal(reason, null);
      else if (error === "ECONNRESET" || error === "UND_ERR_HEADERS_TIMEOUT") assert.equal(reason, "reset");
    }),
  );
});

test("a consumed body is never sent again", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.record({ status: fc.integer({ min: 100, max: 599 }) }),
        fc.record({ error: fc.constantFrom(...CODES), sent: fc.boolean() }),
      ),
      facts,
      (mishap, given) => assert.equal(reasonToRetry(mishap, { ...given, unread: false }), null),
    ),
  );
});

test("full jitter: any time up to 50 ms doubled per retry, 20 s at most", () => {
  fc.assert(
    fc.property(fc.nat(60), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (retries, chance) => {
      const delay = backoff(retries, () => chance);
      assert.ok(delay >= 0 && delay <= Math.min(20_000, 50 * 2 ** retries));
    }),
  );
});

test("the budget: ten in ten seconds, or a tenth of the calls, whatever the order of events", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom("call", "retry"), fc.nat(1500)), { maxLength: 400 }), (events) => {
      let now = 0;
      const budget = new RetryBudget(() => now);
      const calls: number[] = [];
      const retries: number[] = [];
      const recent = (times: number[]) =>
        times.filter((time) => Math.floor(time / 1000) > Math.floor(now / 1000) - 10).length;
      for (const [event, pause] of events) {
        now += pause;
        if (event === "call") {
          budget.called();
          calls.push(now);
        } else {
          const allowed = recent(retries) < Math.max(10, Math.floor(recent(calls) / 10));
          assert.equal(budget.take(), allowed);
          if (allowed) retries.push(now);
        }
      }
    }),
  );
});

test("what never left leaves no doubt; what left and broke does", async () => {
  const layer = retry({ now: () => performance.now(), random: () => 0, final: [], count: () => undefined });
  const failing = (code: string, sent: boolean): Wire => {
    let attempts = 0;
    return (options, handler) => {
      if (attempts++ > 0) return answering(200)(options, handler);
      options.call.sent = sent;
      handler.onResponseError(CONTROLLER, Object.assign(new Error(code), { code }));
    };
  };
  for (const [code, sent] of [
    ["ECONNREFUSED", false],
    ["ECONNRESET", false],
    ["ECONNRESET", true],
    ["UND_ERR_HEADERS_TIMEOUT", true],
  ] as const) {
    const call = openCall();
    call.deadline = Number.POSITIVE_INFINITY;
    assert.equal(await through(layer, failing(code, sent), { call }), 200);
    assert.equal(call.repeated, sent, code);
  }
});
