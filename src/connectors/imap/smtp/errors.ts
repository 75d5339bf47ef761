import type { NodemailerError } from "nodemailer/lib/errors";
import type { Credential } from "../../../auth/credential.js";
import { ApiError, Broken, type ErrorCode } from "../../../errors.js";

const codeOf = (error: unknown): number | undefined => (error as NodemailerError | undefined)?.responseCode;

/** Whom the server takes no mail for. The mail has gone to nobody. */
export const refusedRecipients = (recipients: readonly string[], errors: readonly NodemailerError[]): ApiError => {
  const isForNow = errors.some((error) => (codeOf(error) ?? 500) < 500);
  const whom = recipients.slice(0, 10).join(", ");
  return isForNow
    ? new ApiError("service_not_available", `The server takes no mail for ${whom} at present; nothing was sent.`)
    : new ApiError("request_failed", `The server refuses mail for ${whom}; nothing was sent.`);
};

export const explain = (error: unknown): unknown => {
  if (error instanceof ApiError) return error;
  const {
    code,
    responseCode = 0,
    response = "",
    rejected = [],
    rejectedErrors = [],
  } = error as NodemailerError & {
    rejected?: readonly string[];
    rejectedErrors?: readonly NodemailerError[];
  };
  const told = (code: ErrorCode, message: string) => new ApiError(code, message, {}, { cause: error });
  if (rejected.length > 0) return refusedRecipients(rejected, rejectedErrors);
  if (code === "EMESSAGE" && responseCode === 0)
    return told("entity_too_large", "The server takes no mail of this size.");
  if (code === "EENVELOPE" && responseCode === 0)
    return told("invalid_parameters", "The server takes no addresses with letters beyond ASCII.");
  if (responseCode === 421) return told("service_not_available", "The server has closed the connection.");
  if (responseCode === 552 && /size|too (big|large)/i.test(response))
    return told("entity_too_large", "The server takes no mail of this size.");
  if (responseCode === 552 || responseCode === 452)
    return told("insufficient_storage", "The server has no free space.");
  if (responseCode === 530 || responseCode === 535)
    return told("service_unauthorized", "The server refuses this user name or password.");
  if (responseCode >= 500)
    return told("request_failed", "The server refuses this mail, or this sender; nothing was sent.");
  if (responseCode >= 400)
    return told("service_not_available", "The server takes no mail at present; nothing was sent.");
  return new Broken("The connection to the SMTP server broke.", error);
};

/** Why nobody is let in. */
export const explainLogin = (error: unknown, { scheme }: Credential): unknown => {
  if (error instanceof ApiError) return error;
  const { code, responseCode = 0 } = error as NodemailerError;
  const told = (code: ErrorCode, message: string) => new ApiError(code, message, {}, { cause: error });
  if (responseCode === 538 || responseCode === 523)
    return told("service_unauthorized", "The server takes no password without TLS.");
  if (responseCode === 421)
    return told("too_many_service_requests", "The server takes no more connections at present.");
  if (responseCode >= 400 && responseCode < 500)
    return told("service_not_available", "The server cannot tell at present whether the password is right.");
  if (code !== "EAUTH") return explain(error);
  return scheme === "bearer"
    ? told("service_unauthorized", "The server refuses this access token for this user.")
    : told("service_unauthorized", "The server refuses this user name or password.");
};
