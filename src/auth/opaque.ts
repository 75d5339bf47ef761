import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** 256 random bits that mean nothing: keys, tokens, codes. They are kept as their hashes alone. */
export const opaque = (prefix = ""): string => prefix + randomBytes(32).toString("base64url");

/** base64url of SHA-256. */
export const hashOf = (text: string): string => createHash("sha256").update(text, "utf8").digest("base64url");

/** Of two hashes, in a time that tells nothing. */
export const same = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
