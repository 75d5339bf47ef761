import { ApiError } from "../../../errors.js";

/** Opaque to all others; what it holds is checked by who reads it. */
export const toCursor = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Throws `invalid_parameters` for what nobody gave out. */
export const ofCursor = <T>(cursor: string, isOurs: (value: unknown) => value is T): T => {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (isOurs(value)) return value;
  } catch {
    // not ours
  }
  throw badCursor();
};

export const badCursor = (): ApiError => new ApiError("invalid_parameters", "The cursor is none of ours.");

/** A place in a list that is ordered by a value and an id. */
export const isPlace =
  (type: "string" | "number") =>
  (value: unknown): value is [never, string] =>
    Array.isArray(value) && value.length === 2 && typeof value[0] === type && typeof value[1] === "string";
