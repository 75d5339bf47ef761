import { ApiError } from "../errors.js";

/** Wrong tries at once, and milliseconds until one more is granted. */
const BURST = 10;
const INTERVAL = 60_000;
/** Things remembered at most; those that nobody tried lately give way. */
const SIZE = 10_000;

/** Bounds how often a secret of few bits may be guessed, by what it protects: whoever guesses changes his address easily. */
export class Tries {
  /** When the last of the tries taken will be granted anew, in milliseconds; least lately tried first. */
  readonly #until = new Map<string, number>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Throws `too_many_requests`. To be called before the work of looking whether the guess is right. */
  take(id: string): void {
    const now = this.now();
    const until = Math.max(now, this.#until.get(id) ?? 0) + INTERVAL;
    if (until > now + BURST * INTERVAL) {
      const retryAfter = Math.ceil((until - now) / 1000) - (BURST * INTERVAL) / 1000;
      throw new ApiError("too_many_requests", "The password was tried too often; wait before the next try.", {
        retryAfter,
      });
    }
    this.#until.delete(id);
    this.#until.set(id, until);
    for (const [oldest, end] of this.#until) {
      if (this.#until.size <= SIZE && end > now) break;
      this.#until.delete(oldest);
    }
  }

  /** A right guess costs nothing. */
  giveBack(id: string): void {
    const until = this.#until.get(id);
    if (until !== undefined) this.#until.set(id, until - INTERVAL);
  }
}
