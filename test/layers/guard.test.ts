import assert from "node:assert/strict";
import { test } from "node:test";
import { Addresses } from "../../src/upstream/addresses.js";
import { guard } from "../../src/upstream/layers/guard.js";
import { fails } from "../faults/client.js";
import { answering, ORIGIN, through } from "./through.js";

const layer = guard(new Addresses(), new Set(["http://127.0.0.1"]));

test("what is well-formed and within reach passes", async () => {
  assert.equal(await through(layer, answering(200), { headers: { "x-any": "ä" } }), 200);
});

test("whatever the outer layers did, nothing else leaves", async () => {
  const wire = () => assert.fail("it left");
  for (const [code, options] of [
    ["forbidden", { origin: "https://evil.test" }],
    ["forbidden", { origin: "http://api.vendor.test" }],
    ["forbidden", { origin: `${ORIGIN}:8443` }],
    ["bad_request", { headers: { host: "evil.test" } }],
    ["bad_request", { headers: { "transfer-encoding": "chunked" } }],
    ["bad_request", { headers: { x: "a\r\nb: c" } }],
    ["bad_request", { method: "CONNECT" }],
  ] as const)
    assert.ok(fails(code)(await through(layer, wire, options)));
});
