import type { Code, Store } from "../store/store.js";
import { hashOf, opaque } from "./opaque.js";

/** Milliseconds until a code is worthless. */
const LIFETIME = 10 * 60_000;

/** Our own authorization codes: 256 bits, known by their hash, good once. */
export class Codes {
  constructor(
    private readonly store: Store,
    private readonly now: () => number = Date.now,
  ) {}

  async issue(code: Pick<Code, "application" | "account" | "redirectUri" | "endUser">): Promise<string> {
    const text = opaque("ugc_");
    const expires = new Date(this.now() + LIFETIME).toISOString();
    await this.store.codes.create({ ...code, hash: hashOf(text), expires });
    return text;
  }

  /** Null for one that is unknown, over or used. */
  redeem(text: string): Promise<Code | null> {
    return this.store.codes.take(hashOf(text));
  }
}
