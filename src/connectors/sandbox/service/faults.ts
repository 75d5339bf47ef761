import type { Account } from "./database.js";
import { type Random, randomOf } from "./random.js";
import { Refusal } from "./refusal.js";

interface State {
  random: Random;
  /** Second of the window, since 1970. */
  second: number;
  requests: number;
}

/** The faults that accounts ordered. The failures of an account follow from its seed and the number of the request. */
export class Faults {
  /** One per account, of which the service has a bounded number. */
  readonly #states = new Map<number, State>();
  constructor(private readonly now: () => number) {}

  /** Counts a request. Headers to answer with; 429 when it was one too many in this second. */
  limit(account: Account): Record<string, string> {
    if (account.rate_limit === null) return {};
    const state = this.#state(account);
    const second = Math.floor(this.now() / 1000);
    if (state.second !== second) {
      state.second = second;
      state.requests = 0;
    }
    state.requests++;
    const headers = {
      "x-ratelimit-limit": String(account.rate_limit),
      "x-ratelimit-remaining": String(Math.max(0, account.rate_limit - state.requests)),
      "x-ratelimit-reset": String(second + 1), // seconds since 1970, as GitHub tells it
    };
    if (state.requests <= account.rate_limit) return headers;
    const message = `At most ${account.rate_limit} requests per second.`;
    throw new Refusal(429, "rate_limited", message, {}, { ...headers, "retry-after": "1" });
  }

  /** 503 for the ordered share of requests. Nothing has been done yet, so trying again is safe. */
  fail(account: Account): void {
    if (account.fail_rate > 0 && this.#state(account).random() < account.fail_rate)
      throw new Refusal(503, "unavailable", "The service is not available, as ordered.");
  }

  #state({ number, seed }: Account): State {
    let state = this.#states.get(number);
    if (!state) {
      state = { random: randomOf(`faults of ${seed}`), second: 0, requests: 0 };
      this.#states.set(number, state);
    }
    return state;
  }
}
