import assert from "node:assert/strict";
import type { Answer } from "./start.js";

/** One error, of the caller's own document, with status 400. */
export const refused = ({ status, body }: Answer, code: string): void => {
  assert.equal(status, 400, JSON.stringify(body));
  assert.equal(body.errors.length, 1, JSON.stringify(body.errors));
  assert.equal(body.errors[0].extensions.code, code);
  assert.equal(body.errors[0].extensions.errorCode, "bad_request");
  assert.equal(body.errors[0].extensions.statusCode, 400);
  assert.match(body.errors[0].extensions.requestId, /^[\w-]{8,}$/);
  assert.ok(!JSON.stringify(body).includes("node_modules"), "no stack");
};
