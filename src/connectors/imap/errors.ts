import type { ImapFlowError } from "imapflow";
import type { Credential } from "../../auth/credential.js";
import { ApiError, Broken, type ErrorCode } from "../../errors.js";

type Told = readonly [ErrorCode, string];

/** Response codes (RFC 5530, RFC 9051, 7.1, and others) that say why a command was refused. */
const CODES: ReadonlyMap<string, Told> = new Map<string, Told>([
  ["NONEXISTENT", ["not_found", "There is no such folder."]],
  ["TRYCREATE", ["not_found", "There is no such folder."]],
  ["ALREADYEXISTS", ["naming_conflict", "A folder of this name exists already."]],
  ["NOPERM", ["permission_denied", "The server does not let this account do that."]],
  ["OVERQUOTA", ["insufficient_storage", "The account has no free space."]],
  ["TOOBIG", ["entity_too_large", "The server takes no mail of this size."]],
  ["LIMIT", ["too_many_service_requests", "The server does no more of this at present."]],
  ["UNAVAILABLE", ["service_not_available", "A part of the server is not there at present."]],
  ["INUSE", ["locked", "The folder is in use by somebody else."]],
  ["SERVERBUG", ["bad_gateway", "The server has failed."]],
  ["CANNOT", ["request_failed", "The server cannot do that."]],
  ["READ-ONLY", ["permission_denied", "The folder can only be read."]],
  ["HASCHILDREN", ["folder_not_empty", "The folder holds other folders."]],
]);

/** The server has answered, and refused. */
export const isRefusal = (error: unknown): boolean => statusOf(error) !== undefined;

const statusOf = (error: unknown): string | undefined => (error as ImapFlowError | undefined)?.responseStatus;

export const explain = (error: unknown): unknown => {
  if (error instanceof ApiError) return error;
  const { serverResponseCode, responseText = "", code, throttleReset } = error as ImapFlowError;
  const told = ([code, message]: Told, context = {}) => new ApiError(code, message, context, { cause: error });
  if (code === "ETHROTTLE")
    return told(["too_many_service_requests", "The server asks for patience."], {
      retryAfter: Math.ceil((throttleReset ?? 1000) / 1000),
    });
  if (/^(Literal|Line|Response)TooLarge$|^TooMany/.test(code ?? ""))
    return told(["entity_too_large", "The server's answer is too large."]);
  if (!isRefusal(error)) return new Broken("The connection to the server broke.", error);
  const known = CODES.get(String(serverResponseCode).toUpperCase());
  if (known) return told(known);
  if (/permission|denied|not allowed|read-only/i.test(responseText))
    return told(["permission_denied", "The server does not let this account do that."]);
  if (/quota|no space/i.test(responseText)) return told(["insufficient_storage", "The account has no free space."]);
  if (/n.t exist|no such|not found|unknown mailbox/i.test(responseText))
    return told(["not_found", "There is no such folder."]);
  if (/already exists/i.test(responseText)) return told(["naming_conflict", "A folder of this name exists already."]);
  return told(["request_failed", "The server did not do it."]);
};

/** Why nobody is let in. */
export const explainLogin = (error: unknown, { scheme }: Credential): unknown => {
  if (error instanceof ApiError) return error;
  const { serverResponseCode = "", responseText = "", authenticationFailed, reason = "" } = error as ImapFlowError;
  const words = `${serverResponseCode} ${responseText} ${reason}`;
  const told = (code: ErrorCode, message: string) => new ApiError(code, message, {}, { cause: error });
  if (/too many|maximum number|\bLIMIT\b/i.test(words))
    return told("too_many_service_requests", "The server takes no more connections of this account.");
  if (/PRIVACYREQUIRED|plaintext|cleartext/i.test(words))
    return told("service_unauthorized", "The server takes no password without TLS.");
  if (/UNAVAILABLE|temporar/i.test(words))
    return told("service_not_available", "The server cannot tell at present whether the password is right.");
  if (/authentication (method|mechanism)/i.test((error as Error).message))
    return told("service_unauthorized", `The server takes no ${scheme === "bearer" ? "access token" : "password"}.`);
  if (!authenticationFailed) return explain(error);
  return scheme === "bearer"
    ? told("service_unauthorized", "The server refuses this access token for this user.")
    : told("service_unauthorized", "The server refuses this user name or password.");
};

export const notFound = () => new ApiError("not_found", "There is no such mail.");
export const noThread = () => new ApiError("not_found", "There is no such thread.");

/** The result, or null for a folder that is not there any more or not for this user: the others are told all the same. */
export const unlessClosed = async <Result>(
  work: Promise<Result>,
  codes: readonly ErrorCode[] = ["not_found", "permission_denied"],
): Promise<Result | null> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ApiError && codes.includes(error.code)) return null;
    throw error;
  }
};
