import {
  AuthorizationResponseError,
  authorizationCodeGrantRequest,
  calculatePKCECodeChallenge,
  generateRandomCodeVerifier,
  processAuthorizationCodeResponse,
  validateAuthResponse,
} from "oauth4webapi";
import { ApiError } from "../../errors.js";
import { type ClientKey, type OAuthFetch, type OAuthService, partiesOf, sendBy, tokenTypesOf } from "./service.js";
import { type BearerCredential, describe, toCredential } from "./tokens.js";

/** What a service granted, and its whole answer for what a connector finds in it beside the tokens. */
export interface Grant {
  credential: BearerCredential;
  answer: Readonly<Record<string, unknown>>;
}

/** The service's own refusal, or its user's. */
export class Denied extends Error {
  override readonly name = "Denied";
  constructor(
    /** As RFC 6749, 4.1.2.1 has them: `access_denied` … */
    readonly error: string,
    readonly description: string | null,
  ) {
    super(`The service answered ${error}`);
  }
}

/** Milliseconds for the exchange of a code. */
const TIMEOUT = 20_000;

/** Of PKCE (RFC 7636): kept here while the user is at the service. */
export const newVerifier = generateRandomCodeVerifier;

/** Where to send the browser. `more`: parameters that replace none of ours. */
export const authorizationUrl = async (
  service: OAuthService & { authorize: string },
  key: ClientKey | null,
  request: {
    redirectUri: string;
    state: string;
    verifier: string;
    scopes: readonly string[];
    more: Readonly<Record<string, string>>;
  },
): Promise<string> => {
  const url = new URL(service.authorize);
  const parameters = {
    ...request.more,
    ...service.parameters,
    response_type: "code",
    client_id: partiesOf(service, key).client.client_id,
    redirect_uri: request.redirectUri,
    ...(request.scopes.length > 0 ? { scope: request.scopes.join(" ") } : {}),
    state: request.state,
    code_challenge: await calculatePKCECodeChallenge(request.verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
};

/**
 * What the service sent the browser back with, exchanged for tokens (RFC 6749, 4.1.3; RFC 7636; RFC 9207). Throws `Denied`, and
 * `request_failed`, `bad_gateway` or the guard's own errors where the answer is none of this request.
 */
export const exchange = async (
  service: OAuthService,
  key: ClientKey | null,
  returned: { parameters: URLSearchParams; state: string; redirectUri: string; verifier: string },
  fetch: OAuthFetch,
  now: () => number,
): Promise<Grant> => {
  const { server, client, authentication } = partiesOf(service, key);
  const code = readReturn(() => validateAuthResponse(server, client, returned.parameters, returned.state));
  const asked = now();
  const response = await authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    code,
    returned.redirectUri,
    returned.verifier,
    sendBy(fetch, TIMEOUT),
  ).catch((cause: unknown) => {
    throw cause instanceof ApiError ? cause : new ApiError("bad_gateway", "The service did not answer.", {}, { cause });
  });
  const readable = await withoutIdToken(response);
  try {
    const answer = await processAuthorizationCodeResponse(server, client, readable, tokenTypesOf(service));
    return { credential: toCredential(answer, asked), answer };
  } catch (error) {
    throw new ApiError(
      "bad_gateway",
      "The service gave no token for its own code; begin again.",
      {},
      { cause: describe(response.status, error) },
    );
  }
};

const readReturn = <T>(read: () => T): T => {
  try {
    return read();
  } catch (error) {
    if (error instanceof AuthorizationResponseError)
      throw new Denied(error.error, error.error_description?.slice(0, 500) ?? null);
    throw new ApiError("request_failed", "This answer is not from the service that was asked; begin again.");
  }
};

/** Who the user is, `connect` asks the service: what no one reads need not be judged, least of all by an issuer per tenant. */
const withoutIdToken = async (response: Response): Promise<Response> => {
  if (!response.ok) return response;
  const answer = (await response
    .clone()
    .json()
    .catch(() => null)) as Record<string, unknown> | null;
  if (typeof answer?.id_token !== "string") return response;
  const { id_token: _, ...rest } = answer;
  return Response.json(rest, { status: response.status });
};
