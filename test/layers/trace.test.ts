import assert from "node:assert/strict";
import { test } from "node:test";
import { type AttemptRecord, trace } from "../../src/upstream/layers/trace.js";
import { newBook } from "../faults/client.js";
import { answering, CONTROLLER, openCall, through, type Wire } from "./through.js";

test("each attempt is told with its outcome and its time, and nothing that could be secret", async () => {
  let now = 0;
  const told: AttemptRecord[] = [];
  const layer = trace(
    () => now,
    (attempt) => told.push(attempt),
  );
  const book = newBook();
  const call = openCall({ book });
  const slowly =
    (wire: Wire): Wire =>
    (...given) => {
      now += 40;
      wire(...given);
    };
  const refused: Wire = (_, handler) =>
    handler.onResponseError(CONTROLLER, Object.assign(new Error("no"), { code: "ECONNREFUSED" }));
  const options = { call, path: "/secret?token=secret", headers: { authorization: "secret" } };
  await through(layer, slowly(answering(503)), options);
  await through(layer, slowly(refused), options);
  const common = { service: "test", account: "1", method: "GET", host: "api.vendor.test", milliseconds: 40 };
  assert.deepEqual(told, [
    { ...common, status: 503, error: null },
    { ...common, status: null, error: "ECONNREFUSED" },
  ]);
  // The second never left.
  assert.deepEqual([book.calls, book.ms], [1, 80]);
});
