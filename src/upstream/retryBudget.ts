const SECONDS = 10;
const FLOOR = 10; // retries in that time, however few the calls
const SHARE = 0.1; // retries per call

/** How many retries an account may still have: a service that is down gets a tenth more calls, not three times as many. */
export class RetryBudget {
  readonly #calls = new Uint32Array(SECONDS);
  readonly #retries = new Uint32Array(SECONDS);
  #second: number;

  constructor(private readonly now: () => number) {
    this.#second = Math.floor(now() / 1000);
  }

  called(): void {
    const slot = this.#slot();
    this.#calls[slot] = (this.#calls[slot] as number) + 1;
  }

  /** Takes one retry, or gives false when they are used up. */
  take(): boolean {
    const slot = this.#slot();
    if (sum(this.#retries) >= Math.max(FLOOR, Math.floor(SHARE * sum(this.#calls)))) return false;
    this.#retries[slot] = (this.#retries[slot] as number) + 1;
    return true;
  }

  /** The slot of this second, with all that have passed since the last use emptied. */
  #slot(): number {
    const second = Math.floor(this.now() / 1000);
    for (let passed = Math.max(this.#second + 1, second - SECONDS + 1); passed <= second; passed++) {
      this.#calls[passed % SECONDS] = 0;
      this.#retries[passed % SECONDS] = 0;
    }
    this.#second = Math.max(this.#second, second);
    return this.#second % SECONDS;
  }
}

const sum = (counts: Uint32Array): number => counts.reduce((total, count) => total + count, 0);
