import type { ErrorCode } from "../../errors.js";
import type { Explain } from "../../upstream/upstream.js";

/** Source: learn.microsoft.com/rest/api/storageservices/blob-service-error-codes and common-rest-api-error-codes */
const CODES: Readonly<Record<string, ErrorCode | readonly [ErrorCode, string]>> = {
  AccountIsDisabled: "service_forbidden",
  AuthorizationFailure: ["service_forbidden", "The service does not allow this with the account's key or signature."],
  AuthorizationPermissionMismatch: ["service_forbidden", "The shared access signature does not permit this."],
  AuthorizationResourceTypeMismatch: [
    "service_forbidden",
    "The shared access signature is for another kind of resource: name the container.",
  ],
  AuthorizationServiceMismatch: ["service_forbidden", "The shared access signature is for another service than blobs."],
  AuthorizationProtocolMismatch: ["service_forbidden", "The shared access signature wants another protocol."],
  AuthorizationSourceIPMismatch: ["service_forbidden", "The shared access signature is for other addresses than ours."],
  InvalidAuthenticationInfo: ["service_unauthorized", "The account's key or signature is malformed."],
  NoAuthenticationInformation: "service_unauthorized",
  BlobAlreadyExists: "naming_conflict",
  BlobArchived: ["service_forbidden", "The blob is archived: it must be brought back before it can be read."],
  BlobNotFound: "not_found",
  ContainerAlreadyExists: "naming_conflict",
  ContainerBeingDeleted: ["data_conflict", "A container of that name is being deleted."],
  ContainerNotFound: ["not_found", "There is no such container."],
  ResourceNotFound: "not_found",
  InvalidBlobOrBlock: ["data_conflict", "Another upload of the same name is under way."],
  InvalidBlockList: ["data_conflict", "Another upload of the same name was completed meanwhile."],
  InvalidRange: "invalid_parameters",
  InvalidResourceName: ["invalid_parameters", "The service does not take this name."],
  InvalidUri: "invalid_parameters",
  InvalidQueryParameterValue: "invalid_parameters",
  OutOfRangeInput: ["invalid_parameters", "The service does not take this name."],
  OutOfRangeQueryParameterValue: "invalid_parameters",
  RequestUrlFailedToParse: "invalid_parameters",
  LeaseIdMissing: "locked",
  RequestBodyTooLarge: "entity_too_large",
  BlockCountExceedsLimit: "entity_too_large",
  ServerBusy: "too_many_service_requests",
  OperationTimedOut: "gateway_timeout",
};

/** Why a signature was refused stands in the words for people only. */
const DETAILS: readonly [RegExp, ErrorCode, string][] = [
  [
    /date header (in the request )?is incorrect|Request date header too old|not valid in the specified time frame.*date/i,
    "service_forbidden",
    "This machine's clock and the service's are more than 15 minutes apart: set the clock.",
  ],
  [
    /Signature not valid in the specified time frame|Signature fields not well formed|has to be after/i,
    "service_unauthorized",
    "The shared access signature has expired, or its time has not come yet.",
  ],
  [
    /Signature did not match/i,
    "service_unauthorized",
    "The shared access signature was not made with the account's key.",
  ],
];
const WRONG_KEY = "The key or shared access signature is not one of this storage account.";

export const explain: Explain = (_, body, headers) => {
  const text = typeof body === "string" ? body : "";
  const code = headers["x-ms-error-code"] ?? /<Code>(\w{1,64})<\/Code>/.exec(text)?.[1] ?? "";
  // Azurite says so under the name of another refusal.
  if (code === "AuthenticationFailed" || /failed to authenticate the request/.test(text)) {
    const detail = DETAILS.find(([pattern]) => pattern.test(text));
    return detail ? { code: detail[1], message: detail[2] } : { code: "service_unauthorized", message: WRONG_KEY };
  }
  const known = Object.hasOwn(CODES, code) ? CODES[code] : undefined;
  return typeof known === "object" ? { code: known[0], message: known[1] } : (known as ErrorCode | undefined);
};
