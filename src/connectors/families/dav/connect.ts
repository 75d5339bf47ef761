import type { Credential } from "../../../auth/credential.js";
import { ApiError } from "../../../errors.js";
import type { UpstreamResponse } from "../../../upstream/upstream.js";
import type { ConnectContext } from "../../connector.js";
import type { Depth } from "./propfind.js";

interface Question {
  body: string;
  depth: Depth;
  /** Statuses that the connector reads itself. */
  accept: readonly number[];
}

/** A PROPFIND of an address that somebody has typed: what is wrong with it is told in one sentence. */
export const firstPropfind = async (
  { upstream, signal }: ConnectContext,
  url: URL,
  credential: Credential,
  { depth, ...question }: Question,
): Promise<UpstreamResponse & { text: string }> => {
  const headers = { depth, "content-type": "application/xml; charset=utf-8" };
  const request = { method: "PROPFIND", path: url.pathname + url.search, headers, signal, ...question };
  try {
    const response = await upstream(url.origin, credential).text(request);
    if (response.status === 400 && /plain HTTP/i.test(response.text)) throw needsTls();
    return response;
  } catch (error) {
    if (error instanceof ApiError && error.code === "service_unauthorized") throw refused(credential, error);
    if (error instanceof ApiError && error.code === "service_forbidden") throw notLetIn(error);
    throw url.protocol === "http:" && isNoHttp(error) ? needsTls(error) : error;
  }
};

export const notLetIn = (cause?: Error): ApiError =>
  new ApiError("service_forbidden", "The server does not let this user in at this address.", {}, { cause });

const refused = ({ scheme }: Credential, cause: Error): ApiError => {
  const message =
    scheme === "none"
      ? "The server asks for a user name and a password."
      : `The server refuses the ${scheme === "password" ? "user name or the password" : "token"}.`;
  return new ApiError("service_unauthorized", message, {}, { cause });
};

/** So does a server of TLS answer without it: not at all, or with an alert. Apache and nginx say 400 in words of their own. */
const isNoHttp = (error: unknown): error is Error =>
  error instanceof ApiError &&
  /^(ECONNRESET|UND_ERR_SOCKET|HPE_)/.test((error.cause as NodeJS.ErrnoException)?.code ?? "");

const needsTls = (cause?: Error): ApiError =>
  new ApiError("bad_gateway", "The server does not speak HTTP at this port without TLS: try https://.", {}, { cause });
