import type { Caller } from "../../auth/caller.js";
import { ApiError } from "../../errors.js";
import { callerKey } from "./context.js";

export interface SeatLimits {
  /** Live connections (sockets and event streams) of one API key, and of any other caller. */
  key: number;
  other: number;
}

/** Counts the long connections of each caller. */
export class Seats {
  readonly #limits: SeatLimits;
  readonly #taken = new Map<string, number>();

  constructor(limits: SeatLimits) {
    this.#limits = limits;
  }

  /** Gives the way to leave. Throws `too_many_requests` when the caller has enough of them. */
  take(caller: Caller): () => void {
    const key = callerKey(caller);
    const taken = this.#taken.get(key) ?? 0;
    const allowed = caller.kind === "key" ? this.#limits.key : this.#limits.other;
    if (taken >= allowed)
      throw new ApiError("too_many_requests", `At most ${allowed} live connections may be open at once.`);
    this.#taken.set(key, taken + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const remaining = (this.#taken.get(key) ?? 1) - 1;
      if (remaining > 0) this.#taken.set(key, remaining);
      else this.#taken.delete(key);
    };
  }
}
