import { ApiError, type ErrorCode } from "../../errors.js";

/** The connection could not be made, or was lost: another one may do better. What was under way on it may have happened. */
export class Broken extends ApiError {
  constructor(message: string, cause?: unknown, code: ErrorCode = "bad_gateway") {
    super(code, message, {}, { cause });
  }
}
