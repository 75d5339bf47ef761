import { ApiError } from "../errors.js";
import type { Allowance } from "./allowance.js";
import type { Budget } from "./upstream.js";

/** One request that waits for its turn. */
export interface Waiter {
  background: boolean;
  /** Its turn has come. */
  go(): void;
}

/** As `Account.rateLimit` tells it. */
export interface RateLimit {
  limit: number | null;
  remaining: number | null;
  /** ISO 8601. */
  resets: string | null;
  queued: number;
}

const MAXIMUM = 1000; // requests that wait
const LONGEST = 3_600_000; // ms that a service's word can stop an account

/**
 * The pace of one account: so many requests under way, so many in any span of time, none while the service asks to wait. Who
 * waits goes in order of arrival, interactive before background.
 */
export class Pace {
  #active = 0;
  readonly #interactive = new Set<Waiter>();
  readonly #background = new Set<Waiter>();
  /** When each of the last `rate.requests` began, as a ring: the oldest stands at `#at`. */
  readonly #starts: Float64Array | undefined;
  #at = 0;
  readonly #span: number;
  #blockedUntil = 0;
  #timer: NodeJS.Timeout | undefined;
  #told: Allowance | undefined;
  #resets = 0;

  constructor(
    private readonly budget: Budget,
    private readonly now: () => number,
  ) {
    this.#starts = budget.rate && new Float64Array(budget.rate.requests).fill(Number.NEGATIVE_INFINITY);
    this.#span = (budget.rate?.seconds ?? 0) * 1000;
  }

  get queued(): number {
    return this.#interactive.size + this.#background.size;
  }

  get idle(): boolean {
    return this.#active === 0 && this.queued === 0 && this.#blockedUntil <= this.now();
  }

  /** Takes a turn now, if nobody waits and there is one. */
  enter(): boolean {
    const now = this.now();
    if (this.queued > 0 || this.#active >= this.budget.concurrency || this.#next() > now) return false;
    this.#start(now);
    return true;
  }

  /** Queues for a turn. Throws when it cannot come before the deadline. */
  wait(waiter: Waiter, deadline: number): void {
    if (this.queued >= MAXIMUM || this.#estimate() > deadline) throw this.refusal();
    (waiter.background ? this.#background : this.#interactive).add(waiter);
    this.#pump();
  }

  leaveQueue(waiter: Waiter): void {
    (waiter.background ? this.#background : this.#interactive).delete(waiter);
  }

  /** A turn is over. */
  leave(): void {
    this.#active--;
    if (this.queued > 0) this.#pump();
  }

  /** The service said when to come back: nothing leaves before. */
  block(seconds: number): void {
    this.#blockedUntil = Math.max(this.#blockedUntil, this.now() + Math.min(seconds * 1000, LONGEST));
  }

  learn(allowance: Allowance): void {
    this.#told = allowance;
    this.#resets = allowance.reset === undefined ? 0 : this.now() + allowance.reset * 1000;
    if (allowance.remaining === 0 && allowance.reset !== undefined) this.block(allowance.reset);
  }

  /** What a request is told that must not wait longer. */
  refusal(): ApiError {
    const retryAfter = Math.max(1, Math.ceil((this.#estimate() - this.now()) / 1000));
    return new ApiError("too_many_service_requests", "The account's requests to its service have used up its rate.", {
      retryAfter,
    });
  }

  get limits(): RateLimit | null {
    const queued = this.queued;
    const fresh = this.#resets > this.now();
    if (!this.#told) return queued > 0 ? { limit: null, remaining: null, resets: null, queued } : null;
    const { limit = null, remaining = null } = this.#told;
    return {
      limit,
      // Past the reset, what was left has been filled up.
      remaining: fresh || this.#resets === 0 ? remaining : limit,
      resets: fresh ? new Date(Date.now() + this.#resets - this.now()).toISOString() : null,
      queued,
    };
  }

  /** When the next request may begin, as far as time decides. */
  #next(): number {
    return this.#starts
      ? Math.max(this.#blockedUntil, (this.#starts[this.#at] as number) + this.#span)
      : this.#blockedUntil;
  }

  /** When a newcomer may begin at the earliest. */
  #estimate(): number {
    const rounds = this.#starts ? Math.floor(this.queued / this.#starts.length) : 0;
    return this.#next() + rounds * this.#span;
  }

  #start(now: number): void {
    this.#active++;
    if (!this.#starts) return;
    this.#starts[this.#at] = now;
    this.#at = (this.#at + 1) % this.#starts.length;
  }

  #pump(): void {
    while (this.#active < this.budget.concurrency) {
      const queue = this.#interactive.size > 0 ? this.#interactive : this.#background;
      const [waiter] = queue;
      if (!waiter) return;
      const now = this.now();
      const next = this.#next();
      if (next > now) {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#pump(), Math.ceil(next - now));
        return;
      }
      queue.delete(waiter);
      this.#start(now);
      waiter.go();
    }
  }
}
