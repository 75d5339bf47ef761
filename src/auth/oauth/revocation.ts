import { processRevocationResponse, revocationRequest } from "oauth4webapi";
import { type ClientKey, type OAuthFetch, type OAuthService, partiesOf, sendBy } from "./service.js";
import type { BearerCredential } from "./tokens.js";

/** Milliseconds that a deletion waits for the service. */
const TIMEOUT = 5_000;

/** Gives the tokens back (RFC 7009): with the refresh token, those made from it end too. False when the service did not take them. */
export const revoke = async (
  service: OAuthService,
  key: ClientKey | null,
  { refreshToken, token }: BearerCredential,
  fetch: OAuthFetch,
): Promise<boolean> => {
  if (service.revoke === undefined) return false;
  const { server, client, authentication } = partiesOf(service, key);
  try {
    const options = sendBy(fetch, TIMEOUT);
    await processRevocationResponse(
      await revocationRequest(server, client, authentication, refreshToken ?? token, options),
    );
    return true;
  } catch {
    return false;
  }
};
