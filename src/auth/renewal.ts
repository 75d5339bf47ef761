import {
  allowInsecureRequests,
  ClientSecretPost,
  type CustomFetchOptions,
  customFetch,
  None,
  processRefreshTokenResponse,
  ResponseBodyError,
  refreshTokenGrantRequest,
} from "oauth4webapi";
import type { Credential } from "./credential.js";

export type BearerCredential = Extract<Credential, { scheme: "bearer" }>;

/** What renewal needs of a service's declaration. */
export interface TokenEndpoint {
  scheme: string;
  /** Absent: nothing is ever renewed. */
  token?: string;
  /** Our client id and secret at the service. */
  client?: string;
  secret?: string;
  /** The operator himself gave an `http:` address. */
  insecure?: boolean;
}

/** The guarded way out; answers as `fetch` does. */
export type TokenFetch = (url: string, options: CustomFetchOptions<"POST", URLSearchParams>) => Promise<Response>;

export type Renewal =
  | { outcome: "renewed"; credential: BearerCredential }
  /** The refresh token is no longer good, and never will be. */
  | { outcome: "refused" }
  /** `uncertain`: the service may have used up the refresh token without our learning the new one. */
  | { outcome: "failed"; uncertain: boolean; retryAfterSeconds: number; cause: unknown };

/** Milliseconds for the service's answer; less than the lease that is held meanwhile. */
const TIMEOUT = 20_000;
const COOL_DOWN = 30; // seconds

/** Asks once for a new access token (RFC 6749, 6). `now`: milliseconds since 1970. Never throws. */
export const requestRenewal = async (
  { token, client: clientId = "unigraph", secret, insecure = false }: TokenEndpoint & { token: string },
  refreshToken: string,
  fetch: TokenFetch,
  now: () => number,
): Promise<Renewal> => {
  const asked = now();
  const server = { issuer: new URL(token).origin, token_endpoint: token };
  const client = { client_id: clientId };
  let response: Response;
  try {
    response = await refreshTokenGrantRequest(
      server,
      client,
      secret === undefined ? None() : ClientSecretPost(secret),
      refreshToken,
      {
        [customFetch]: fetch,
        [allowInsecureRequests]: insecure || isInProcess(token),
        signal: AbortSignal.timeout(TIMEOUT),
      },
    );
  } catch (cause) {
    return { outcome: "failed", uncertain: true, retryAfterSeconds: COOL_DOWN, cause };
  }
  try {
    const answer = await processRefreshTokenResponse(server, client, response);
    const credential: BearerCredential = {
      scheme: "bearer",
      token: answer.access_token,
      refreshToken: answer.refresh_token ?? refreshToken,
    };
    // From when we asked, not when it answered: rather too early than too late.
    if (answer.expires_in !== undefined) credential.expires = asked + answer.expires_in * 1000;
    return { outcome: "renewed", credential };
  } catch (error) {
    if (error instanceof ResponseBodyError && error.error === "invalid_grant") return { outcome: "refused" };
    return {
      outcome: "failed",
      uncertain: response.ok, // it granted something that we could not read
      retryAfterSeconds: Math.max(COOL_DOWN, Math.min(Number(response.headers.get("retry-after")) || 0, 3600)),
      cause: new Error(describe(response.status, error)), // the library's own error may hold the tokens of the answer
    };
  }
};

const describe = (status: number, error: unknown): string => {
  const said = error instanceof ResponseBodyError ? error.error : (error as { code?: unknown }).code;
  return `The token endpoint answered ${status} (${String(said ?? "unreadable")})`;
};

/** Names under `.invalid` (RFC 6761) lead nowhere but to a handler of this process. */
const isInProcess = (url: string): boolean => new URL(url).hostname.endsWith(".invalid");
