import { ApiError } from "../../errors.js";

/**
 * What is wrong with an address that a person typed, in one sentence, where no answer came from it. Any other error is given
 * back as it is. Codes are those of Node, OpenSSL and undici.
 */
export const whyUnreached = (error: unknown, url: URL): unknown => {
  if (!(error instanceof ApiError)) return error;
  const { code = "" } = (error.cause ?? {}) as NodeJS.ErrnoException;
  const { host, hostname } = url;
  const isTls = url.protocol === "https:";
  const told = (message: string) => new ApiError("invalid_parameters", message, {}, { cause: error });
  if (code === "ENOTFOUND" || code === "EAI_NODATA") return told(`There is no host ${hostname}.`);
  if (code === "EAI_AGAIN") return told(`The host ${hostname} cannot be looked up at the moment.`);
  if (code === "ECONNREFUSED") return told(`Nothing listens at ${host}: is the port right?`);
  if (code === "EHOSTUNREACH" || code === "ENETUNREACH") return told(`No way leads to ${host}.`);
  if (code === "UND_ERR_CONNECT_TIMEOUT" || code === "ETIMEDOUT") return told(`${host} does not answer.`);
  if (NO_TLS.test(code)) return told(`${host} does not speak TLS: its address begins with http://.`);
  const certificate = CERTIFICATES.find(([pattern]) => pattern.test(code));
  if (certificate) return told(`${certificate[1]} (${hostname}).`);
  if (!isTls && /^(UND_ERR_SOCKET|ECONNRESET|EPIPE|HPE_.*)$/.test(code))
    return told(`${host} does not answer in plain HTTP: does its address begin with https://?`);
  return error;
};

const NO_TLS = /^(ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG|ERR_SSL_HTTP_REQUEST|EPROTO)$/;

const CERTIFICATES: readonly [RegExp, string][] = [
  [/^CERT_HAS_EXPIRED$/, "The server's certificate has expired"],
  [/^CERT_NOT_YET_VALID$/, "The server's certificate is not valid yet: is this machine's clock right?"],
  [/^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/, "The server's certificate is for another name"],
  [
    /^(DEPTH_ZERO_)?SELF_SIGNED|^UNABLE_TO_|^INVALID_CA$/,
    "The server's certificate is signed by nobody that is trusted here",
  ],
  [/^CERT_/, "The server's certificate is not valid"],
];
