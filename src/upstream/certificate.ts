import { ApiError } from "../errors.js";

/** The server shows a certificate that is not trusted. */
export class Untrusted extends ApiError {
  constructor(message: string, cause?: unknown) {
    super("bad_gateway", message, {}, { cause });
  }
}

/** `fingerprint`: of the certificate, where the account may name the one that it trusts. */
export const untrusted = (what: string, fingerprint?: string, cause?: unknown): Untrusted => {
  const hint = fingerprint ? ` To trust it all the same, give its fingerprint, ${bare(fingerprint)}.` : "";
  return new Untrusted(`The server's certificate ${what}.${hint}`, cause);
};

export const isSame = (one: string | undefined, other: string | undefined): boolean => bare(one) === bare(other);

const bare = (fingerprint = ""): string => fingerprint.replaceAll(":", "").toLowerCase();

/** Whether a code of Node or OpenSSL is a verdict on a certificate. */
export const isVerdict = (code: string): boolean =>
  /^(ERR_TLS_CERT_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA)/.test(code);

/** A verdict in words, as they end a sentence that begins with the certificate. */
export const verdictOf = (code: string): string =>
  VERDICTS.get(code) ?? "is not signed by an authority that is trusted here";

const VERDICTS: ReadonlyMap<string, string> = new Map([
  ["CERT_HAS_EXPIRED", "has expired"],
  ["CERT_NOT_YET_VALID", "is not valid yet"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "is for another host"],
  ["HOSTNAME_MISMATCH", "is for another host"],
  ["CERT_REVOKED", "has been revoked"],
]);
