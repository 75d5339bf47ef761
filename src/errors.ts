import type { Ref } from "./ids.js";

/** Every error a caller can be told, in the order of the unified API's table. `method_not_allowed` stands twice. */
export const ERRORS = [
  ["bad_request", 400, "The request is malformed; see the message."],
  ["request_failed", 400, "The service or the processing failed; see the message."],
  ["invalid_parent_folder", 400, "The parent is not a usable folder."],
  ["invalid_parameters", 400, "Parameters are malformed."],
  ["invalid_resource_type", 400, "The resource is of the wrong type for this operation."],
  ["unauthorized", 401, "Our credential is invalid."],
  ["service_unauthorized", 401, "The service refuses the account's credential; connect the account again."],
  ["authentication_required", 401, "No authorization was given."],
  ["invalid_token", 401, "The request's token is invalid or expired."],
  ["folder_not_empty", 403, "The folder is not empty and `recursive` is not set."],
  ["permission_denied", 403, "No access to the resource."],
  ["forbidden", 403, "We do not allow the request."],
  ["service_forbidden", 403, "The service does not allow the request."],
  ["not_found", 404, "There is no such resource."],
  ["method_not_allowed", 405, "The method is not supported."],
  ["not_acceptable", 406, "The data is not acceptable."],
  ["timed_out", 408, "The client did not finish the request in time."],
  ["naming_conflict", 409, "A resource of that name exists; see the conflicting id."],
  ["data_conflict", 409, "The data exists or changed meanwhile; see the message."],
  ["entity_too_large", 413, "The request is too large."],
  ["locked", 423, "The resource is locked in the service."],
  ["too_many_requests", 429, "Our own rate limit; see `retryAfter`."],
  ["too_many_service_requests", 429, "The service's rate limit; see `retryAfter`."],
  ["method_not_allowed", 500, "We used a method that the service does not support."],
  ["internal_error", 500, "An internal failure."],
  ["link_error", 500, "The data of a link could not be retrieved."],
  ["unsupported_media_type", 500, "We sent the service an invalid request."],
  ["not_implemented", 501, "The service cannot do this."],
  ["bad_gateway", 502, "The service's answer is invalid."],
  ["service_not_available", 503, "The service is not available."],
  ["gateway_timeout", 504, "The service did not answer in time."],
  ["insufficient_storage", 507, "The account has no free space."],
] as const satisfies readonly (readonly [code: string, status: number, when: string])[];

export type ErrorCode = (typeof ERRORS)[number][0];

/** The HTTP status of each code; the first row of the table wins. */
export const STATUS: Readonly<Record<ErrorCode, number>> = Object.fromEntries(
  [...ERRORS].reverse().map(([code, status]) => [code, status]),
) as Record<ErrorCode, number>;

/** Where a failure happened and what the caller can do about it. */
export interface ErrorContext {
  service?: string;
  /** Global id of the connected account. */
  account?: string;
  /** `storage.files.copy` */
  operation?: string;
  /** Seconds until another try makes sense. */
  retryAfter?: number;
  /** The resource that is in the way of a `naming_conflict`. */
  conflicting?: Ref;
  /** Other than the table's first status of the code: 500 for a `method_not_allowed` that is our own fault. */
  status?: number;
}

/** The only error that leaves `unified/`. `cause` holds the service's own words: for the log, not for the caller. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly context: ErrorContext = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
  get status(): number {
    return this.context.status ?? STATUS[this.code];
  }
  /** The same failure with what an outer layer knows; inner facts win. */
  within(outer: ErrorContext): ApiError {
    return new ApiError(this.code, this.message, { ...outer, ...this.context }, { cause: this });
  }
}

/** The connection could not be made, or was lost: another one may do better. What was under way on it may have happened. */
export class Broken extends ApiError {
  constructor(message: string, cause?: unknown, code: ErrorCode = "bad_gateway") {
    super(code, message, {}, { cause });
  }
}

/** Anything thrown, as the error that a caller may see: a stranger's message stays in `cause`. */
export const toApiError = (thrown: unknown): ApiError =>
  thrown instanceof ApiError ? thrown : new ApiError("internal_error", "Internal error", {}, { cause: thrown });

/** What a service's HTTP status means when its body says nothing more precise. Source: the unified API, "Errors". */
export const codeOfServiceStatus = (status: number): { code: ErrorCode; status?: number } => {
  switch (status) {
    case 401:
      return { code: "service_unauthorized" };
    case 402:
    case 403:
    case 451:
      return { code: "service_forbidden" };
    case 404:
    case 410:
      return { code: "not_found" };
    case 405:
      return { code: "method_not_allowed", status: 500 };
    case 406:
      return { code: "not_acceptable" };
    case 408:
    case 504:
      return { code: "gateway_timeout" };
    case 409:
    case 412:
      return { code: "data_conflict" };
    case 413:
      return { code: "entity_too_large" };
    case 415:
      return { code: "unsupported_media_type" };
    case 423:
      return { code: "locked" };
    case 429:
      return { code: "too_many_service_requests" };
    case 501:
      return { code: "not_implemented" };
    case 503:
      return { code: "service_not_available" };
    case 507:
      return { code: "insufficient_storage" };
    default:
      return { code: status >= 500 || status < 400 ? "bad_gateway" : "request_failed" };
  }
};
