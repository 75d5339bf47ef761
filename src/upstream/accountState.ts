import type { Challenge } from "./digest.js";
import { Pace } from "./pace.js";
import { RetryBudget } from "./retryBudget.js";
import type { Budget, VersionedCredential } from "./upstream.js";

/** What is remembered between the calls of one account. */
export class AccountState {
  readonly pace: Pace;
  readonly retries: RetryBudget;
  /** How the server asked for the password, by origin: `basic`, or its latest Digest challenge. */
  readonly challenges = new Map<string, "basic" | Challenge>();
  /** The renewal under way, for all who were refused with the same version. */
  renewal: { version: number; done: Promise<VersionedCredential> } | undefined;
  used: number;

  constructor(budget: Budget, now: () => number) {
    this.pace = new Pace(budget, now);
    this.retries = new RetryBudget(now);
    this.used = now();
  }
}

const IDLE = 5 * 60_000; // ms without a call after which an account is forgotten
const SWEEP = 60_000; // ms

/** The accounts of late. */
export class Accounts {
  readonly #states = new Map<string, AccountState>();
  #swept: number;

  constructor(readonly now: () => number) {
    this.#swept = now();
  }

  open(account: string, budget: Budget): AccountState {
    const now = this.now();
    if (now - this.#swept > SWEEP) this.#sweep(now);
    const state = this.#states.get(account) ?? new AccountState(budget, this.now);
    this.#states.set(account, state);
    state.used = now;
    return state;
  }

  find(account: string): AccountState | undefined {
    return this.#states.get(account);
  }

  get size(): number {
    return this.#states.size;
  }

  #sweep(now: number): void {
    this.#swept = now;
    for (const [account, state] of this.#states)
      if (now - state.used > IDLE && state.pace.idle) this.#states.delete(account);
  }
}
