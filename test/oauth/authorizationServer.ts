import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";
import type { Visitor } from "./visitor.js";

export const CLIENT = { clientId: "unigraph-client", clientSecret: "a-client-secret-that-nobody-may-see" } as const;

/**
 * An authorization server that we did not write, on the loopback interface: it wants PKCE, says who it is (RFC 9207), hands out
 * refresh tokens that are good once and ends all of a family when one comes again.
 */
export interface AuthorizationServer {
  origin: string;
  /** Requests that its token endpoint granted, and tokens that were given back. */
  granted: number;
  revoked: number;
  /** Every token and code that it gave out. */
  secrets: string[];
  close(): Promise<void>;
}

export const startAuthorizationServer = async (
  redirectUri: string,
  { accessTokenSeconds = 3600 }: { accessTokenSeconds?: number } = {},
): Promise<AuthorizationServer> => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(origin, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code", "refresh_token"],
        token_endpoint_auth_method: "client_secret_basic",
      },
    ],
    pkce: { required: () => true },
    features: { revocation: { enabled: true } },
    issueRefreshToken: () => true,
    rotateRefreshToken: () => true,
    ttl: {
      AccessToken: accessTokenSeconds,
      AuthorizationCode: 60,
      RefreshToken: 3600,
      Grant: 3600,
      Session: 3600,
      Interaction: 600,
      IdToken: 3600,
    },
    cookies: { keys: ["for tests alone"] },
    claims: { openid: ["sub"], email: ["email"] },
    scopes: ["openid", "email", "offline_access", "files"],
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com` }),
    }),
  });
  const one: AuthorizationServer = {
    origin,
    granted: 0,
    revoked: 0,
    secrets: [],
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  provider.on("grant.success", ({ body }: { body: Record<string, unknown> }) => {
    one.granted++;
    for (const name of ["access_token", "refresh_token", "id_token"])
      if (typeof body[name] === "string") one.secrets.push(body[name]);
  });
  provider.on("refresh_token.destroyed", () => one.revoked++);
  server.on("request", provider.callback());
  return one;
};

/** Signs in at its pages and agrees; gives the address that it sends the browser back to. */
export const consent = async (visitor: Visitor, url: string, login: string): Promise<string> => {
  const { origin } = new URL(url);
  let answer: Response | string = await visitor.follow(await visitor.get(url), origin);
  for (let page = 0; page < 4 && typeof answer !== "string"; page++) {
    const html = await answer.text();
    const [, action] = /action="([^"]+)"/.exec(html) ?? [];
    const [, prompt] = /name="prompt" value="([^"]+)"/.exec(html) ?? [];
    if (!action || !prompt) throw new Error(`an unexpected page: ${html.slice(0, 500)}`);
    const sent = await visitor.post(new URL(action, origin).href, { prompt, login, password: "any" });
    answer = await visitor.follow(sent, origin);
  }
  if (typeof answer !== "string") throw new Error("the service asks without end");
  return answer;
};
