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
  // The client says what is wrong with it.
  if (CERTIFICATE.test(code)) return told(error.message);
  if (!isTls && /^(UND_ERR_SOCKET|ECONNRESET|EPIPE|HPE_.*)$/.test(code))
    return told(`${host} does not answer in plain HTTP: does its address begin with https://?`);
  return error;
};

const NO_TLS = /^(ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG|ERR_SSL_HTTP_REQUEST|EPROTO)$/;

const CERTIFICATE = /^(ERR_TLS_CERT_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA)/;
