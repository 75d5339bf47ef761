import { createHmac, timingSafeEqual } from "node:crypto";
import type { Account, Database } from "./database.js";
import { Refusal } from "./refusal.js";

/** The answer of a token endpoint (RFC 6749, 5.1). */
export interface Grant {
  access_token: string;
  token_type: "bearer";
  /** Seconds. */
  expires_in: number;
  refresh_token: string;
}

/**
 * Access tokens name their account and the moment they expire, refresh tokens their account and their number; both are signed with
 * the account's secret. So none is stored, and a refresh token that was used before is told from one that never was.
 */
export class Tokens {
  constructor(
    private readonly database: Database,
    private readonly now: () => number,
  ) {}

  issue({ id, secret, token_lifetime }: Account, generation: number): Grant {
    const expires = this.now() + token_lifetime * 1000;
    return {
      access_token: `sat.${id}.${expires}.${sign(secret, `access ${expires}`)}`,
      token_type: "bearer",
      expires_in: token_lifetime,
      refresh_token: `srt.${id}.${generation}.${sign(secret, `refresh ${generation}`)}`,
    };
  }

  /** The account of a request. 401 with the challenge of RFC 6750, 3. */
  authenticate(authorization = ""): Account {
    const [, token] = /^bearer (.+)$/i.exec(authorization) ?? [];
    if (!token)
      throw new Refusal(401, "unauthorized", "A bearer token is needed.", {}, { "www-authenticate": "Bearer" });
    const found = this.#read("sat", "access", token);
    if (!found || found.account.generation === null || found.number <= this.now()) {
      const challenge = { "www-authenticate": 'Bearer error="invalid_token"' };
      throw new Refusal(401, "invalid_token", "The token is invalid or expired.", {}, challenge);
    }
    return found.account;
  }

  /** A new pair for a refresh token, once. A second use takes everything away (RFC 6749, 10.4). Null: `invalid_grant`. */
  refresh(token: string): Grant | null {
    const found = this.#read("srt", "refresh", token);
    if (!found) return null;
    const { account, number } = found;
    const rotate = "UPDATE accounts SET generation = generation + 1 WHERE number = ? AND generation = ?";
    if (this.database.run(rotate, account.number, number).changes === 1) return this.issue(account, number + 1);
    this.database.run("UPDATE accounts SET generation = NULL WHERE number = ?", account.number);
    return null;
  }

  #read(prefix: string, kind: string, token: string): { account: Account; number: number } | null {
    const [start, id = "", digits = "", signature = "", ...rest] = token.split(".");
    if (start !== prefix || rest.length > 0 || !/^\d{1,15}$/.test(digits)) return null;
    const account = this.database.get<Account>("SELECT * FROM accounts WHERE id = ?", id);
    if (!account) return null;
    const expected = Buffer.from(sign(account.secret, `${kind} ${digits}`));
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected)
      ? { account, number: Number(digits) }
      : null;
  }
}

const sign = (secret: Uint8Array, text: string): string =>
  createHmac("sha256", secret).update(text).digest("base64url");
