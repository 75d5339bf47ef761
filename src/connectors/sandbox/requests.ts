import { ApiError, codeOfServiceStatus, type ErrorCode } from "../../errors.js";
import type { Explain, UpstreamRequest } from "../../upstream/upstream.js";
import { type Context, namingConflict } from "../connector.js";
import type { WireError } from "./wire.js";

/** The service's own codes, where they say more than the status beside them. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  invalid_request: "invalid_parameters",
  invalid_cursor: "invalid_parameters",
  cursor_expired: "invalid_parameters",
  range_not_satisfiable: "invalid_parameters",
  invalid_parent: "invalid_parent_folder",
  wrong_kind: "invalid_resource_type",
  root_is_fixed: "bad_request",
  part_missing: "bad_request",
  folder_not_empty: "folder_not_empty",
  owner_is_fixed: "permission_denied",
  not_author: "permission_denied",
  name_taken: "naming_conflict",
};

export const explain: Explain = (_status, body) => (isError(body) ? CODES[body.error.code] : undefined);

const isError = (body: unknown): body is WireError =>
  typeof (body as WireError | null)?.error === "object" && typeof (body as WireError).error?.code === "string";

/** One answer of a batch, or the error that stands in its place. */
export const orError = <Wire extends object, Result>(
  wire: Wire | WireError | undefined,
  map: (wire: Wire) => Result,
): Result | ApiError => {
  if (!wire) return new ApiError("bad_gateway", "The service left out an answer.");
  if (!isError(wire)) return map(wire);
  const { code, message } = wire.error;
  return new ApiError(CODES[code] ?? (code === "not_found" ? code : "request_failed"), message);
};

/** `/files/<id>`. An id that cannot be the service's own is not sent at all: `..` would name another path. */
export const at = (collection: "files" | "folders" | "uploads", id: string, rest = ""): string =>
  `/${collection}/${checkId(id)}${rest}`;

export const checkId = (id: string): string => {
  if (!/^[\w-]{1,64}$/.test(id)) throw new ApiError("not_found", "There is no such item.");
  return id;
};

/** A request that takes a name; when it is taken already, the error says by what. */
export const claim = async <Wire>(context: Context, request: UpstreamRequest): Promise<Wire> => {
  const answer = await context.upstream.json<Wire>({ ...request, accept: [409] });
  if (!isError(answer)) return answer;
  const { code, message, conflicting_id, conflicting_kind, conflicting_name } = answer.error;
  if (code !== "name_taken" || !conflicting_id || !conflicting_kind || !conflicting_name)
    throw new ApiError(codeOfServiceStatus(409).code, message);
  throw namingConflict(conflicting_name, context.ref(conflicting_kind, conflicting_id));
};
