import type { ErrorCode } from "../../../errors.js";
import type { Explain } from "../../../upstream/upstream.js";

/** A service's codes as ours, with a sentence where the code alone would leave people guessing. */
export type Codes = Readonly<Record<string, ErrorCode | readonly [ErrorCode, string]>>;

/** Source: docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const CODES: Codes = {
  InvalidAccessKeyId: ["service_unauthorized", "The service does not know this access key id."],
  SignatureDoesNotMatch: ["service_unauthorized", "The secret access key is not the one of this access key id."],
  ExpiredToken: ["service_unauthorized", "The temporary keys have expired."],
  InvalidToken: ["service_unauthorized", "The session token is not valid."],
  TokenRefreshRequired: ["service_unauthorized", "The temporary keys have expired."],
  RequestTimeTooSkewed: [
    "service_forbidden",
    "This machine's clock and the service's are more than 15 minutes apart: set the clock.",
  ],
  AccessDenied: ["service_forbidden", "The service does not allow this with the account's keys."],
  AccountProblem: "service_forbidden",
  AllAccessDisabled: "service_forbidden",
  InvalidObjectState: ["service_forbidden", "The object is archived: it must be restored before it can be read."],
  NoSuchBucket: ["not_found", "There is no such bucket."],
  NoSuchKey: "not_found",
  NoSuchUpload: "not_found",
  NoSuchVersion: "not_found",
  BucketAlreadyExists: "naming_conflict",
  BucketAlreadyOwnedByYou: "naming_conflict",
  BucketNotEmpty: ["folder_not_empty", "The bucket is not empty; versions of deleted objects count as well."],
  ConditionalRequestConflict: "data_conflict",
  OperationAborted: "data_conflict",
  PreconditionFailed: "data_conflict",
  EntityTooLarge: "entity_too_large",
  EntityTooSmall: ["bad_request", "Every part but the last must have at least 5 MiB."],
  InvalidPart: ["bad_request", "A part of the upload is missing."],
  InvalidPartOrder: "bad_request",
  InvalidArgument: "invalid_parameters",
  InvalidBucketName: ["invalid_parameters", "The service does not take this name for a bucket."],
  InvalidRange: "invalid_parameters",
  InvalidURI: "invalid_parameters",
  KeyTooLongError: "invalid_parameters",
  TooManyBuckets: "insufficient_storage",
  QuotaExceeded: "insufficient_storage",
  NotImplemented: "not_implemented",
  SlowDown: "too_many_service_requests",
  RequestLimitExceeded: "too_many_service_requests",
  ThrottlingException: "too_many_service_requests",
  ServiceUnavailable: "service_not_available",
};

/** The code of a refusal, and the region that it names. */
export const readRefusal = (body: string): { code: string; region: string | null } => ({
  code: /<Code>(\w{1,64})<\/Code>/.exec(body)?.[1] ?? "",
  region: /<Region>([a-z0-9-]{1,32})<\/Region>/.exec(body)?.[1] ?? null,
});

export const explain: Explain = (_, body) => {
  const { code, region } = readRefusal(typeof body === "string" ? body : "");
  if (code === "AuthorizationHeaderMalformed" || code === "PermanentRedirect")
    return {
      code: "service_forbidden",
      message: region
        ? `The service expects the region ${region}.`
        : "The service expects another region than the account says.",
    };
  return lookUp(CODES, code);
};

export const lookUp = (codes: Codes, code: string): ReturnType<Explain> => {
  const known = Object.hasOwn(codes, code) ? codes[code] : undefined;
  return typeof known === "object" ? { code: known[0], message: known[1] } : (known as ErrorCode | undefined);
};
