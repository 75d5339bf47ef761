import type { Caller } from "../auth/caller.js";
import { ApiError } from "../errors.js";
import type { Right } from "../store/store.js";

/** Throws `forbidden` for a caller without the right. */
export const checkRight = ({ caller }: { caller: Caller }, right: Right): void => {
  if (!caller.rights.has(right)) throw new ApiError("forbidden", `This needs the right to ${right}.`);
};
