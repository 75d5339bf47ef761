import { invalid } from "./places.js";

/** Where a list goes on: at which of its folders, and from where in the service's list of that folder. */
export interface Position {
  /** Id of the start folder. */
  at: string;
  /** The service's own cursor, untouched; null at the beginning. */
  token: string | null;
  /** Key up to which the list that `token` begins has been told. */
  after: string;
  /** A folder below that has been told although its first key has not. */
  told: string;
}

export const beginningAt = (at: string): Position => ({ at, token: null, after: "", told: "" });

export const toCursor = ({ at, token, after, told }: Position): string =>
  Buffer.from(JSON.stringify([at, token, after, told])).toString("base64url");

/** Null for a first page. Throws `invalid_parameters` for what is no cursor of ours. */
export const fromCursor = (cursor: string | null): Position | null => {
  if (cursor === null) return null;
  const [at, token, after, told] = parse(cursor);
  if (
    typeof at !== "string" ||
    !(token === null || typeof token === "string") ||
    typeof after !== "string" ||
    typeof told !== "string"
  )
    throw invalid("This cursor does not belong to this list.");
  return { at, token, after, told };
};

const parse = (cursor: string): unknown[] => {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
};
