import {
  type AuthorizationServer,
  allowInsecureRequests,
  type Client,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type CustomFetchOptions,
  customFetch,
  None,
} from "oauth4webapi";

/** A service's declaration, as its OAuth client reads it. */
export interface OAuthService {
  scheme: string;
  authorize?: string;
  /** Absent: nothing is ever renewed. */
  token?: string;
  revoke?: string;
  issuer?: string;
  scopes?: readonly string[];
  parameters?: Readonly<Record<string, string>>;
  authentication?: "basic" | "post" | "none";
  tokenType?: string;
  client?: string;
}

/** Who we are at a service. */
export interface ClientKey {
  clientId: string;
  /** Null: a public client. */
  secret: string | null;
}

/** The guarded way out; answers as `fetch` does. */
export type OAuthFetch = (url: string, options: CustomFetchOptions<"POST", URLSearchParams>) => Promise<Response>;

/** The two sides of a conversation, as the library wants them. */
export interface Parties {
  server: AuthorizationServer;
  client: Client;
  authentication: ClientAuth;
}

/** The application's own client before the one that the service declares for us. */
export const partiesOf = (service: OAuthService, key: ClientKey | null): Parties => {
  const { authorize, token, revoke, issuer, authentication = "post" } = service;
  const secret = key?.secret ?? null;
  return {
    server: {
      issuer: issuer ?? originOf(authorize ?? token),
      ...(authorize === undefined ? {} : { authorization_endpoint: authorize }),
      ...(token === undefined ? {} : { token_endpoint: token }),
      ...(revoke === undefined ? {} : { revocation_endpoint: revoke }),
    },
    client: { client_id: key?.clientId ?? service.client ?? "unigraph" },
    authentication:
      secret === null || authentication === "none"
        ? None()
        : authentication === "basic"
          ? ClientSecretBasic(secret)
          : ClientSecretPost(secret),
  };
};

/** Options of a request that may take so many milliseconds. That plain http goes nowhere it may not, the guard sees to. */
export const sendBy = (fetch: OAuthFetch, milliseconds: number) => ({
  [customFetch]: fetch,
  [allowInsecureRequests]: true,
  signal: AbortSignal.timeout(milliseconds),
});

/** What the service calls a bearer token, beside "Bearer". */
export const tokenTypesOf = ({ tokenType }: OAuthService) =>
  tokenType === undefined ? {} : { recognizedTokenTypes: { [tokenType]: () => undefined } };

const originOf = (url: string | undefined): string => (url === undefined ? "" : new URL(url).origin);
