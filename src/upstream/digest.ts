import { createHash, randomBytes } from "node:crypto";

/** A server's Digest challenge and how often it was used. */
export interface Challenge {
  realm: string;
  nonce: string;
  opaque: string | undefined;
  algorithm: "MD5" | "SHA-256";
  session: boolean;
  /** False: the server speaks RFC 2069, without a count. */
  qop: boolean;
  stale: boolean;
  count: number;
  /** When the server last took it, by our clock. */
  proven: number;
}

/** The strongest Digest challenge of a `WWW-Authenticate` that we can answer, `basic`, or null. Source: RFC 7616, 3.3. */
export const readChallenge = (header: string): Challenge | "basic" | null => {
  const challenges = split(header);
  const digests = challenges
    .filter(({ scheme }) => scheme === "digest")
    .map(({ parameters }) => toChallenge(parameters))
    .filter((challenge) => challenge !== null);
  const strongest = digests.find(({ algorithm }) => algorithm === "SHA-256") ?? digests[0];
  if (strongest) return strongest;
  return challenges.some(({ scheme }) => scheme === "basic") ? "basic" : null;
};

/** The `Authorization` of one request; counts the nonce's use. Source: RFC 7616, 3.4. */
export const answer = (
  challenge: Challenge,
  { username, password }: { username: string; password: string },
  { method, path }: { method: string; path: string },
): string => {
  const { realm, nonce, opaque, algorithm, session, qop } = challenge;
  const hash = (text: string) =>
    createHash(algorithm === "MD5" ? "md5" : "sha256")
      .update(text, "utf8")
      .digest("hex");
  const count = (++challenge.count).toString(16).padStart(8, "0");
  const own = randomBytes(12).toString("base64url");
  const secret = hash(`${username}:${realm}:${password}`);
  const first = session ? hash(`${secret}:${nonce}:${own}`) : secret;
  const second = hash(`${method}:${path}`);
  const response = hash(qop ? `${first}:${nonce}:${count}:${own}:auth:${second}` : `${first}:${nonce}:${second}`);
  const fields = [
    `username=${quote(username)}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(path)}`,
    `algorithm=${algorithm}${session ? "-sess" : ""}`,
    `response="${response}"`,
    ...(qop ? ["qop=auth", `nc=${count}`] : []),
    ...(qop || session ? [`cnonce="${own}"`] : []),
    ...(opaque === undefined ? [] : [`opaque=${quote(opaque)}`]),
  ];
  return `Digest ${fields.join(", ")}`;
};

/** The nonce that the server wants next (RFC 7616, 3.5). */
export const nextNonce = (authenticationInfo: string): string | undefined =>
  split(`Digest ${authenticationInfo}`)[0]?.parameters.nextnonce;

interface Parsed {
  scheme: string;
  parameters: Record<string, string>;
}

const PART = /([a-z0-9!#$%&'*+.^_`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))|(?=\s|,|$))/gi;

/** Several challenges may stand in one header, their parameters separated by the same commas (RFC 9110, 11.6.1). */
const split = (header: string): Parsed[] => {
  const challenges: Parsed[] = [];
  for (const [, name, quoted, plain] of header.slice(0, 8192).matchAll(PART)) {
    const value = quoted?.replace(/\\(.)/g, "$1") ?? plain;
    if (value === undefined) challenges.push({ scheme: (name as string).toLowerCase(), parameters: {} });
    else if (challenges.length > 0) (challenges.at(-1) as Parsed).parameters[(name as string).toLowerCase()] = value;
  }
  return challenges;
};

const toChallenge = ({ realm, nonce, opaque, algorithm = "MD5", qop, stale }: Record<string, string>) => {
  const named = /^(md5|sha-256)(-sess)?$/i.exec(algorithm);
  const ways = qop?.toLowerCase().split(/\s*,\s*/);
  if (realm === undefined || nonce === undefined || !named || (ways && !ways.includes("auth"))) return null;
  const challenge: Challenge = {
    realm,
    nonce,
    opaque,
    algorithm: named[1]?.toLowerCase() === "md5" ? "MD5" : "SHA-256",
    session: named[2] !== undefined,
    qop: ways !== undefined,
    stale: stale?.toLowerCase() === "true",
    count: 0,
    proven: Number.NEGATIVE_INFINITY,
  };
  return challenge;
};

/** A quoted string of UTF-8, whose bytes undici sends as Latin-1. */
const quote = (text: string): string => `"${Buffer.from(text.replace(/["\\]/g, "\\$&")).toString("latin1")}"`;
