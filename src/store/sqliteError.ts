import { ApiError } from "../errors.js";

/** Result codes. Source: sqlite.org/rescode.html. */
const BUSY = 5;
const LOCKED = 6;
const CORRUPT = 11;
const FULL = 13;
const NOT_A_DATABASE = 26;
const FOREIGN_KEY = 787;
const PRIMARY_KEY = 1555;
const UNIQUE = 2067;

/** An error of `node:sqlite` as what a caller may be told; SQLite's own words stay in `cause`. */
export const toStoreError = (error: unknown): unknown => {
  const code = codeOf(error);
  if (code === FOREIGN_KEY)
    return new ApiError("not_found", "What this belongs to does not exist.", {}, { cause: error });
  if (code === PRIMARY_KEY || code === UNIQUE)
    return new ApiError("data_conflict", "This exists already.", {}, { cause: error });
  switch (primary(code)) {
    case BUSY:
    case LOCKED:
      return new ApiError("service_not_available", "The database is busy.", { retryAfter: 1 }, { cause: error });
    case FULL:
      return new ApiError(
        "insufficient_storage",
        "The server's disk is full: nothing can be saved until it has free space again.",
        {},
        { cause: error },
      );
    case CORRUPT:
    case NOT_A_DATABASE:
      return new ApiError("internal_error", "The database is damaged.", {}, { cause: error });
    default:
      return error;
  }
};

export const isDamage = (error: unknown): boolean => [CORRUPT, NOT_A_DATABASE].includes(primary(codeOf(error)));

export const isBusy = (error: unknown): boolean => primary(codeOf(error)) === BUSY;

const codeOf = (error: unknown): number => {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === "number" ? code : 0;
};

/** Extended codes carry their primary code in the low byte. */
const primary = (code: number): number => code & 0xff;
