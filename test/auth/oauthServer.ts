import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

interface Family {
  access: string;
  refresh: string;
  expires: number;
  used: Set<string>;
  revoked: boolean;
}

type Trouble = (response: ServerResponse) => void | Promise<void>;

/**
 * A strict service (RFC 9700, 4.14.2): a refresh token works once, an access token ends with its successor's birth, and a refresh
 * token that comes a second time revokes all of its family.
 */
export class OAuthServer {
  readonly #families: Family[] = [];
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  /** Seconds that a new access token lives. */
  lifetime = 3600;
  /** Milliseconds that the token endpoint takes. */
  slowness = 0;
  /** Answers in place of the token endpoint. */
  trouble: Trouble | null = null;
  /** Requests that reached the token endpoint, and those it granted. */
  asked = 0;
  granted = 0;
  /** Every token that was ever given out. */
  readonly secrets: string[] = [];

  static async start(): Promise<OAuthServer> {
    const oauth = new OAuthServer();
    oauth.#server.listen(0, "127.0.0.1");
    await once(oauth.#server, "listening");
    return oauth;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  get token(): string {
    return `${this.origin}/token`;
  }
  get revoked(): number {
    return this.#families.filter(({ revoked }) => revoked).length;
  }

  /** A user's consent. */
  grant(): { token: string; refreshToken: string } {
    const family: Family = { access: "", refresh: "", expires: 0, used: new Set(), revoked: false };
    this.#families.push(family);
    this.#rotate(family);
    return { token: family.access, refreshToken: family.refresh };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  #rotate(family: Family): void {
    family.used.add(family.refresh);
    family.access = `access-${randomUUID()}`;
    family.refresh = `refresh-${randomUUID()}`;
    family.expires = Date.now() + this.lifetime * 1000;
    this.secrets.push(family.access, family.refresh);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === "/token") return this.#renew(new URLSearchParams(await text(request)), response);
    const token = request.headers.authorization?.replace("Bearer ", "");
    const family = this.#families.find(({ access }) => access === token);
    response.writeHead(family && !family.revoked && family.expires > Date.now() ? 200 : 401).end();
  }

  async #renew(form: URLSearchParams, response: ServerResponse): Promise<void> {
    this.asked++;
    const refresh = form.get("refresh_token") ?? "";
    if (this.trouble) return this.trouble(response);
    const reused = this.#families.find(({ used }) => used.has(refresh));
    if (reused) reused.revoked = true;
    const family = this.#families.find((one) => one.refresh === refresh && !one.revoked);
    if (!family || form.get("grant_type") !== "refresh_token") return json(response, 400, { error: "invalid_grant" });
    this.granted++;
    this.#rotate(family);
    const answer = {
      access_token: family.access,
      token_type: "Bearer",
      expires_in: this.lifetime,
      refresh_token: family.refresh,
    };
    if (this.slowness > 0) await new Promise((resolve) => setTimeout(resolve, this.slowness));
    json(response, 200, answer);
  }
}

export const json = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
};
