import type { Readable } from "node:stream";
import { ApiError, codeOfServiceStatus, type ErrorCode, type ErrorContext } from "../errors.js";
import { retryAfterOf } from "./allowance.js";
import { isVerdict, untrusted, verdictOf } from "./certificate.js";
import type { Headers } from "./headers.js";
import { UNREACHABLE } from "./unreachable.js";
import type { Explain } from "./upstream.js";

/** The service's own words, as the `cause` of an `ApiError`: for the log, shortened, with what looks like a secret taken out. */
class ServiceWords extends Error {
  override readonly name = "ServiceWords";
  constructor(
    readonly status: number,
    body: string,
  ) {
    super(`${status} ${redact(body)}`);
  }
}

const SAMPLE = 300; // characters
const redact = (text: string): string =>
  text
    .slice(0, SAMPLE)
    .replace(/\s+/g, " ")
    .replace(/[A-Za-z0-9_\-+/=.~]{24,}/g, "…");

/** A refusal (status ≥ 300, not accepted) as the caller is told it. */
export const refusal = (status: number, headers: Headers, body: Buffer, explain: Explain | undefined): ApiError => {
  const text = body.toString("utf8");
  const explained = status >= 400 ? explainSafely(explain, status, text, headers) : undefined;
  const { code, status: ours, message } = explained ?? { ...codeOfServiceStatus(status), message: undefined };
  const context: ErrorContext = {};
  if (ours !== undefined) context.status = ours;
  const retryAfter = retryAfterOf(headers, Date.now());
  if (retryAfter !== undefined && (status === 429 || status >= 500)) context.retryAfter = retryAfter;
  return new ApiError(code, message ?? sentence(code, status), context, { cause: new ServiceWords(status, text) });
};

const explainSafely = (
  explain: Explain | undefined,
  status: number,
  text: string,
  headers: Headers,
): { code: ErrorCode; status?: number; message?: string } | undefined => {
  if (!explain) return undefined;
  try {
    const explained = explain(status, /^\s*[[{]/.test(text) ? parsedOr(text) : text, headers);
    return typeof explained === "string" ? { code: explained } : explained;
  } catch {
    return undefined; // A body unlike what the connector knows: the status speaks for itself.
  }
};
const parsedOr = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const sentence = (code: ErrorCode, status: number): string => {
  switch (code) {
    case "too_many_service_requests":
      return "The service's rate limit is reached.";
    case "service_unauthorized":
      return "The service refuses the account's credential; connect the account again.";
    case "not_found":
      return "The service has no such resource.";
    case "naming_conflict":
      return "A resource of that name exists already.";
    case "insufficient_storage":
      return "The account has no free space.";
    case "locked":
      return "The resource is locked in the service.";
    default:
      return status >= 500
        ? `The service failed with status ${status}.`
        : `The service answered with status ${status}.`;
  }
};

/** An answer that came and makes no sense. */
export const unreadable = (what: string, status: number, body: Buffer | string): ApiError =>
  new ApiError("bad_gateway", what, {}, { cause: new ServiceWords(status, body.toString().slice(0, SAMPLE)) });

export const tooLarge = (): ApiError => new ApiError("bad_gateway", "The service's answer is larger than 16 MiB.");

export const tooLate = (): ApiError => new ApiError("gateway_timeout", "The service did not answer in time.");

/** Who asked has gone: its reason when it is one that can be told. */
export const gone = (reason: unknown): ApiError =>
  reason instanceof ApiError ? reason : new ApiError("timed_out", "The request was given up.", {}, { cause: reason });

/** A broken connection as the caller is told it; the original stays as the cause. */
export const failure = (error: Error, upload: Readable | null = null): ApiError => {
  if (error instanceof ApiError) return error;
  const { code = "", syscall } = error as NodeJS.ErrnoException;
  // undici destroys an upload with the error of its own socket, which came from a system call.
  const ofUpload = upload?.errored === error && syscall === undefined && !code.startsWith("UND_ERR_");
  if (isVerdict(code)) return untrusted(verdictOf(code), undefined, error);
  const [told, message] = ofUpload ? INCOMPLETE : (FAILURES.get(code) ?? (TLS.test(code) ? UNTRUSTED : BROKEN));
  return new ApiError(told, message, {}, { cause: error });
};

type Told = readonly [ErrorCode, string];
const DOWN: Told = ["service_not_available", "The service cannot be reached."];
const SLOW: Told = ["gateway_timeout", "The service did not answer in time."];
const UNTRUSTED: Told = ["bad_gateway", "No trusted connection to the service could be made."];
const NO_TLS: Told = ["bad_gateway", "The server does not speak TLS at this port."];
const BROKEN: Told = ["bad_gateway", "The connection to the service broke, or its answer is not HTTP."];
const INCOMPLETE: Told = ["request_failed", "The upload broke off, or its length is not what was said."];

const FAILURES: ReadonlyMap<string, Told> = new Map<string, Told>([
  ...UNREACHABLE,
  ...["EADDRNOTAVAIL", "UND_ERR_DESTROYED", "UND_ERR_CLOSED"].map((code) => [code, DOWN] as const),
  ...["UND_ERR_CONNECT_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", "ETIMEDOUT"].map(
    (code) => [code, SLOW] as const,
  ),
  ...["UND_ERR_REQ_CONTENT_LENGTH_MISMATCH", "UND_ERR_ABORTED", "ERR_STREAM_PREMATURE_CLOSE"].map(
    (code) => [code, INCOMPLETE] as const,
  ),
  ["ERR_SSL_WRONG_VERSION_NUMBER", NO_TLS],
  ["ERR_SSL_PACKET_LENGTH_TOO_LONG", NO_TLS],
  ["UND_ERR_INVALID_ARG", ["bad_request", "The request is malformed."]],
]);
/** Failures of the handshake, other than verdicts on certificates. */
const TLS = /^(ERR_TLS_|ERR_SSL_|EPROTO)/;
