import assert from "node:assert/strict";
import { inspect } from "node:util";
import { ApiError, type ErrorCode } from "../../src/errors.js";

/** For `assert.rejects` and `assert.throws`: an `ApiError` with one of these codes. */
export const fails =
  (...codes: readonly [ErrorCode, ...ErrorCode[]]) =>
  (error: unknown): true => {
    assert.ok(error instanceof ApiError, `expected an ApiError with ${codes.join(" or ")}, got ${inspect(error)}`);
    assert.ok(codes.includes(error.code), `expected ${codes.join(" or ")}, got ${error.code}: ${error.message}`);
    return true;
  };

/** The same, with a message that has these words. */
export const says =
  (code: ErrorCode, words: RegExp) =>
  (error: unknown): true => {
    fails(code)(error);
    assert.match((error as ApiError).message, words);
    return true;
  };

/** A `naming_conflict` that names what is in the way. */
export const conflictsWith =
  ({ type, id }: { type: string; id: { valueOf(): string } }) =>
  (error: unknown): true => {
    fails("naming_conflict")(error);
    const { conflicting } = (error as ApiError).context;
    assert.ok(conflicting, "the error does not name what is in the way");
    assert.deepEqual([conflicting.type, conflicting.valueOf()], [type, id.valueOf()]);
    return true;
  };
