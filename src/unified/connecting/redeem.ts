import { ApiError } from "../../errors.js";
import { updateAccount } from "../accounts.js";
import type { UnifiedApi } from "../api.js";
import { OAuthError } from "./oauthError.js";

/** Parameters of a token request (RFC 6749, 4.1.3); null: not given. */
export interface TokenRequest {
  grantType: string | null;
  code: string | null;
  redirectUri: string | null;
  clientId: string | null;
  /** An API key of the application. */
  clientSecret: string | null;
}

export interface IssuedToken {
  access_token: string;
  token_type: "Bearer";
  scope: string;
  account_id: number;
}

/** A code for a token. `authorization`: the request's header, which may show the API key instead. Throws `OAuthError`. */
export const redeemCode = async (
  unified: UnifiedApi,
  { grantType, code, redirectUri, clientId, clientSecret }: TokenRequest,
  authorization: string | undefined,
  signal: AbortSignal,
): Promise<IssuedToken> => {
  if (grantType === null) throw new OAuthError("invalid_request", "grant_type is missing.");
  if (grantType !== "authorization_code")
    throw new OAuthError("unsupported_grant_type", "grant_type must be authorization_code.");
  const application = await authenticate(unified, clientSecret, authorization);
  if (clientId !== null && clientId !== application)
    throw new OAuthError("invalid_client", "The API key is not one of the application that client_id names.");
  if (code === null) throw new OAuthError("invalid_request", "code is missing.");
  const redeemed = await unified.codes.redeem(code);
  if (!redeemed || redeemed.application !== application || redeemed.redirectUri !== redirectUri)
    throw new OAuthError(
      "invalid_grant",
      "The code is unknown, was used already, is older than ten minutes, or was given to another redirect_uri.",
    );
  const account = await unified.internal(application, signal).account(redeemed.account);
  if (redeemed.endUser !== null) await updateAccount(account, { endUser: redeemed.endUser });
  return {
    access_token: await unified.callers.createToken(redeemed.account),
    token_type: "Bearer",
    scope: account.record.scope ?? "",
    account_id: redeemed.account,
  };
};

/** The application whose API key was shown, in the form or in the header. */
const authenticate = async (
  { callers }: UnifiedApi,
  secret: string | null,
  authorization: string | undefined,
): Promise<string> => {
  const shown = secret === null ? authorization : `APIKey ${secret}`;
  try {
    const caller = await callers.authenticate(shown);
    if (caller.kind === "key") return caller.application;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
  }
  throw new OAuthError("invalid_client", "Give an API key of the application as client_secret or in the header.");
};
