import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { ApiError, codeOfServiceStatus, ERRORS, type ErrorCode, STATUS, toApiError } from "../../src/errors.js";
import { Ids, Ref } from "../../src/ids.js";

/** The error table of the unified API, section "Errors", in its order. */
const TABLE: readonly (readonly [ErrorCode, number])[] = [
  ["bad_request", 400],
  ["request_failed", 400],
  ["invalid_parent_folder", 400],
  ["invalid_parameters", 400],
  ["invalid_resource_type", 400],
  ["unauthorized", 401],
  ["service_unauthorized", 401],
  ["authentication_required", 401],
  ["invalid_token", 401],
  ["folder_not_empty", 403],
  ["permission_denied", 403],
  ["forbidden", 403],
  ["service_forbidden", 403],
  ["not_found", 404],
  ["method_not_allowed", 405],
  ["not_acceptable", 406],
  ["timed_out", 408],
  ["naming_conflict", 409],
  ["data_conflict", 409],
  ["entity_too_large", 413],
  ["locked", 423],
  ["too_many_requests", 429],
  ["too_many_service_requests", 429],
  ["method_not_allowed", 500],
  ["internal_error", 500],
  ["link_error", 500],
  ["unsupported_media_type", 500],
  ["not_implemented", 501],
  ["bad_gateway", 502],
  ["service_not_available", 503],
  ["gateway_timeout", 504],
  ["insufficient_storage", 507],
];

describe("errors", () => {
  test("32 rows, 31 codes, each row told in one sentence", () => {
    assert.deepEqual(
      ERRORS.map(([code, status]) => [code, status]),
      TABLE,
    );
    assert.equal(ERRORS.length, 32);
    assert.equal(new Set(ERRORS.map(([code]) => code)).size, 31);
    for (const [code, , when] of ERRORS) assert.match(when, /^[A-Z].*\.$/, code);
  });

  for (const [code, status] of TABLE.filter((row) => row[1] !== 500 || row[0] !== "method_not_allowed"))
    test(`${code} is ${status}`, () => {
      assert.equal(STATUS[code], status);
      assert.equal(new ApiError(code, "A sentence.").status, status);
    });

  test("method_not_allowed is 405 for the caller's mistake and 500 for ours", () => {
    assert.equal(new ApiError("method_not_allowed", "Theirs.").status, 405);
    assert.equal(new ApiError("method_not_allowed", "Ours.", { status: 500 }).status, 500);
    assert.deepEqual(codeOfServiceStatus(405), { code: "method_not_allowed", status: 500 });
  });

  test("within: an outer layer adds what it knows, inner facts win, the first error is the cause", () => {
    const cause = new Error("the service's own words");
    const inner = new ApiError("locked", "The file is locked.", { service: "inner", retryAfter: 7 }, { cause });
    const outer = inner.within({ service: "outer", account: "1", operation: "storage.get" });
    assert.ok(outer instanceof ApiError);
    assert.deepEqual([outer.code, outer.message, outer.status], ["locked", "The file is locked.", 423]);
    assert.deepEqual(outer.context, { service: "inner", account: "1", operation: "storage.get", retryAfter: 7 });
    assert.equal(outer.cause, inner);
    assert.deepEqual(inner.context, { service: "inner", retryAfter: 7 }, "the first error is as it was");
  });

  test("within keeps a status of our own and what is in the way", () => {
    const ids = new Ids([{ number: 1, secret: "secret" }]);
    const conflicting = new Ref({ ids, application: "app", account: 1 }, "storage", "file", "native");
    const error = new ApiError("naming_conflict", "Taken.", { conflicting }).within({ account: "1" });
    assert.equal(error.context.conflicting, conflicting);
    assert.equal(new ApiError("method_not_allowed", "Ours.", { status: 500 }).within({ account: "1" }).status, 500);
  });

  test("whatever is thrown, its message stays within", () => {
    const secrets = ["at 10.0.0.1:5432", "password=hunter2", "Bearer abc.def", "/home/alice/x.ts:12"];
    const thrown = [
      new Error(secrets[0]),
      secrets[1],
      { message: secrets[2] },
      new TypeError(secrets[3]),
      null,
      undefined,
      7,
    ];
    for (const one of thrown) {
      const error = toApiError(one);
      assert.deepEqual([error.code, error.status, error.message], ["internal_error", 500, "Internal error"]);
      assert.equal(error.cause, one);
      const told = JSON.stringify({ code: error.code, message: error.message, context: error.context });
      for (const secret of secrets) assert.ok(!told.includes(secret));
    }
    const mine = new ApiError("locked", "The file is locked.");
    assert.equal(toApiError(mine), mine);
  });

  test("every status of a service has a code of the table, and a failure stays one", () => {
    const statuses = new Set(TABLE.map(([code, status]) => `${code} ${status}`));
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 999 }), (upstream) => {
        const { code, status = STATUS[code] } = codeOfServiceStatus(upstream);
        assert.ok(statuses.has(`${code} ${status}`), `${upstream}: ${code} ${status}`);
        assert.ok(status >= 400);
        assert.notEqual(code, "unauthorized", "the caller's own credential is not at fault");
        assert.notEqual(code, "too_many_requests", "nor is our own limit");
      }),
      { numRuns: 2000 },
    );
  });

  test("what a service's statuses mean", () => {
    const meanings: readonly (readonly [number, ErrorCode])[] = [
      [400, "request_failed"],
      [401, "service_unauthorized"],
      [403, "service_forbidden"],
      [404, "not_found"],
      [410, "not_found"],
      [409, "data_conflict"],
      [412, "data_conflict"],
      [413, "entity_too_large"],
      [423, "locked"],
      [429, "too_many_service_requests"],
      [500, "bad_gateway"],
      [501, "not_implemented"],
      [502, "bad_gateway"],
      [503, "service_not_available"],
      [504, "gateway_timeout"],
      [507, "insufficient_storage"],
      [302, "bad_gateway"],
    ];
    for (const [status, code] of meanings) assert.equal(codeOfServiceStatus(status).code, code, `${status}`);
  });
});
