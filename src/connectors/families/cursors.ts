import { ApiError } from "../../errors.js";

/** A cursor is JSON in base64url: nothing in it is secret, and what it names is walked to as safely as any id. */
export const toCursor = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Throws `invalid_parameters` for what `is` does not take as a cursor of ours. */
export const fromCursor = <Value>(cursor: string, is: (value: Partial<Value>) => boolean): Value => {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    value = null;
  }
  if (typeof value !== "object" || value === null || !is(value as Partial<Value>)) throw wrongCursor();
  return value as Value;
};

export const wrongCursor = () => new ApiError("invalid_parameters", "This cursor does not belong to this list.");
