import { processRefreshTokenResponse, ResponseBodyError, refreshTokenGrantRequest } from "oauth4webapi";
import {
  type ClientKey,
  type OAuthFetch,
  type OAuthService,
  partiesOf,
  sendBy,
  tokenTypesOf,
} from "./oauth/service.js";
import { type BearerCredential, describe, toCredential } from "./oauth/tokens.js";

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
  service: OAuthService,
  key: ClientKey | null,
  refreshToken: string,
  fetch: OAuthFetch,
  now: () => number,
): Promise<Renewal> => {
  const asked = now();
  const { server, client, authentication } = partiesOf(service, key);
  let response: Response;
  try {
    response = await refreshTokenGrantRequest(server, client, authentication, refreshToken, sendBy(fetch, TIMEOUT));
  } catch (cause) {
    return { outcome: "failed", uncertain: true, retryAfterSeconds: COOL_DOWN, cause };
  }
  try {
    const answer = await processRefreshTokenResponse(server, client, response, tokenTypesOf(service));
    return { outcome: "renewed", credential: toCredential(answer, asked, refreshToken) };
  } catch (error) {
    if (error instanceof ResponseBodyError && error.error === "invalid_grant") return { outcome: "refused" };
    return {
      outcome: "failed",
      uncertain: response.ok, // it granted something that we could not read
      retryAfterSeconds: Math.max(COOL_DOWN, Math.min(Number(response.headers.get("retry-after")) || 0, 3600)),
      cause: describe(response.status, error),
    };
  }
};
