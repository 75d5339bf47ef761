import type { ErrorCode } from "../errors.js";

type Told = readonly [ErrorCode, string];

/** Why no connection came about, by the system's own code. */
export const UNREACHABLE: ReadonlyMap<string, Told> = new Map<string, Told>([
  ["ENOTFOUND", ["service_not_available", "There is no host of this name."]],
  ["EAI_NODATA", ["service_not_available", "There is no host of this name."]],
  ["EAI_AGAIN", ["service_not_available", "The host's name cannot be looked up at present."]],
  ["ECONNREFUSED", ["service_not_available", "Nothing listens at this port of the host."]],
  ["EHOSTUNREACH", ["service_not_available", "The host cannot be reached."]],
  ["ENETUNREACH", ["service_not_available", "The host cannot be reached."]],
]);
