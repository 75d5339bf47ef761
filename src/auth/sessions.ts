import { createSecretKey, hkdfSync, type KeyObject } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import { ApiError } from "../errors.js";

const ISSUER = "unigraph";
const TYPE = "unigraph-session+jwt";
const ALGORITHM = "HS256";
/** A day. */
const MAXIMUM_MINUTES = 1440;

/** One person of one application, for minutes. */
export interface SessionClaims {
  application: string;
  endUser: string;
}

/** Session tokens: JWTs (RFC 7519, 8725) that we sign and nobody else reads; nothing of them is stored. */
export class Sessions {
  /** The newest first. */
  readonly #keys: readonly KeyObject[];

  /** `secrets` in order of age; the last one signs, all of them are read. */
  constructor(
    secrets: readonly string[],
    readonly now: () => number,
  ) {
    this.#keys = secrets
      .map((secret) => createSecretKey(Buffer.from(hkdfSync("sha256", secret, "", "unigraph session", 32))))
      .reverse();
  }

  async create({ application, endUser, minutes }: SessionClaims & { minutes: number }) {
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > MAXIMUM_MINUTES)
      throw new ApiError("invalid_parameters", `A session lasts from 1 to ${MAXIMUM_MINUTES} minutes.`);
    if (endUser === "" || endUser.length > 255)
      throw new ApiError("invalid_parameters", "An end user's name has from 1 to 255 characters.");
    const issued = Math.floor(this.now() / 1000);
    const expires = issued + minutes * 60;
    const token = await new SignJWT({ application })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
      .setIssuer(ISSUER)
      .setAudience(ISSUER)
      .setSubject(endUser)
      .setIssuedAt(issued)
      .setExpirationTime(expires)
      .sign(this.#keys[0] as KeyObject);
    return { token, expires: new Date(expires * 1000).toISOString() };
  }

  /** Null for what we did not sign, or whose time is over. */
  async read(token: string): Promise<SessionClaims | null> {
    for (const key of this.#keys) {
      const claims = await this.#verify(token, key);
      if (claims) return claims;
    }
    return null;
  }

  async #verify(token: string, key: KeyObject): Promise<SessionClaims | null> {
    try {
      const { payload } = await jwtVerify<{ application: string }>(token, key, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: ISSUER,
        audience: ISSUER,
        requiredClaims: ["sub", "exp", "application"],
        currentDate: new Date(this.now()),
      });
      return { application: payload.application, endUser: payload.sub as string };
    } catch {
      return null;
    }
  }
}
