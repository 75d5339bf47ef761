import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ApiError, STATUS } from "../../src/errors.js";
import { type MemoryResponse, memoryDispatcher } from "../../src/upstream/transports/memory.js";
import { openClient, targetAt } from "./client.js";

const ORIGIN = "http://anything.invalid";
const SECRET = "canary-5f1d7a90c2b84e6fa1-token";

test("whatever a service answers, a caller gets a value or an error of the table, and no secret", async (t) => {
  let next: MemoryResponse = { status: 200, headers: {}, body: "" };
  const client = openClient(t, { routes: new Map([[ORIGIN, memoryDispatcher(async () => next)]]) });
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.constant(JSON.stringify({ access_token: SECRET, stack: `at f (/srv/app.js:1:2) 10.1.2.3` })),
  );
  const headers = fc.record(
    {
      "content-type": fc.constantFrom("application/json", "text/html", "application/xml; charset=nonsense", ""),
      "content-encoding": fc.constantFrom("gzip", "br", "deflate", "identity", "x"),
      "retry-after": fc.constantFrom("0", "soon", "Wed, 21 Oct 2015 07:28:00 GMT", "99999999999999999999"),
      "www-authenticate": fc.string(),
      "ratelimit-limit": fc.string(),
    },
    { requiredKeys: [] },
  );
  let account = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 200, max: 599 }), headers, body, async (status, sent, content) => {
      next = { status, headers: sent as Record<string, string>, body: content };
      const upstream = client.for(targetAt(ORIGIN, { account: String(++account) }));
      for (const ask of [
        () => upstream.json({ path: "/" }),
        () => upstream.text({ path: "/" }),
        () => upstream.stream({ path: "/" }),
      ])
        await ask().then(
          (answer) => (answer as { body?: { resume?(): void } } | null)?.body?.resume?.(),
          (error: unknown) => {
            assert.ok(error instanceof ApiError);
            assert.ok(error.code in STATUS);
            assert.ok(error.context.retryAfter === undefined || Number.isSafeInteger(error.context.retryAfter));
            assert.doesNotMatch(`${error.message} ${String(error.cause)}`, new RegExp(SECRET));
            assert.doesNotMatch(error.message, /10\.1\.2\.3|srv|at f/);
          },
        );
    }),
    { numRuns: 400 },
  );
});
