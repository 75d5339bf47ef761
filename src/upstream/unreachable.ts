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

/** Why a connection is not trusted, by OpenSSL's verdict; undefined for what is none. */
export const untrusted = (code: string): Told | undefined => UNTRUSTED.find(([verdict]) => verdict.test(code))?.[1];

const UNTRUSTED: readonly (readonly [RegExp, Told])[] = [
  [/^CERT_HAS_EXPIRED$/, ["bad_gateway", "The server's certificate has expired."]],
  [/^CERT_NOT_YET_VALID$/, ["bad_gateway", "The server's certificate is not valid yet."]],
  [
    /^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/,
    ["bad_gateway", "The server's certificate is for another host."],
  ],
  [/^CERT_REVOKED$/, ["bad_gateway", "The server's certificate has been revoked."]],
  [
    /^(DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_CA|CERT_)/,
    ["bad_gateway", "The server's certificate is not signed by an authority that is trusted here."],
  ],
  [
    /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/,
    ["bad_gateway", "The server does not speak TLS at this port."],
  ],
  [/^(ERR_TLS_|ERR_SSL_|EPROTO)/, ["bad_gateway", "No trusted connection to the service could be made."]],
];
