import type { Call } from "./call.js";
import { gone, tooLate } from "./failure.js";

/** Somebody who waits for an answer: until it comes, until the deadline, or until one of the signals says that nobody cares. */
export class Waiting<T> {
  readonly promise: Promise<T>;
  #resolve!: (value: T) => void;
  #reject!: (error: Error) => void;
  #timer: NodeJS.Timeout;
  #flight: Flight<T> | undefined;
  #over = false;
  readonly #began: number;

  constructor(
    readonly milliseconds: number,
    private readonly signals: readonly (AbortSignal | undefined)[],
    private readonly now: () => number,
  ) {
    this.#began = now();
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#timer = setTimeout(this.#expire, milliseconds);
    for (const signal of signals) {
      if (signal?.aborted) this.#giveUp(gone(signal.reason));
      else if (!this.#over) signal?.addEventListener("abort", this);
    }
  }

  get over(): boolean {
    return this.#over;
  }

  get deadline(): number {
    return this.#began + this.milliseconds;
  }

  board(flight: Flight<T>): void {
    this.#flight = flight;
  }

  /** As an EventListener, so that none has to be made for each signal. */
  handleEvent({ target }: Event): void {
    this.#giveUp(gone((target as AbortSignal).reason));
  }

  resolve(value: T): void {
    if (this.#settle()) this.#resolve(value);
  }

  reject(error: Error): void {
    if (this.#settle()) this.#reject(error);
  }

  readonly #expire = (): void => {
    const call = this.#flight?.call;
    const left = (call?.moved ?? Number.NEGATIVE_INFINITY) + this.milliseconds - this.now();
    if (left > 0) this.#timer = setTimeout(this.#expire, left);
    else this.#giveUp(call?.late?.() ?? tooLate());
  };

  #giveUp(error: Error): void {
    this.reject(error);
    this.#flight?.left(this, error);
  }

  #settle(): boolean {
    if (this.#over) return false;
    this.#over = true;
    clearTimeout(this.#timer);
    for (const signal of this.signals) signal?.removeEventListener("abort", this);
    return true;
  }
}

/** One call under way and everybody who waits for it. The last one to give up ends the call. */
export class Flight<T> {
  readonly #waiting = new Set<Waiting<T>>();

  constructor(
    readonly call: Call,
    /** Runs once, when there is nothing more to wait for. */
    private readonly over: () => void,
  ) {}

  add(waiting: Waiting<T>): void {
    waiting.board(this);
    this.#waiting.add(waiting);
    this.call.deadline = Math.max(this.call.deadline, waiting.deadline);
  }

  left(waiting: Waiting<T>, error: Error): void {
    if (!this.#waiting.delete(waiting) || this.#waiting.size > 0) return;
    this.over();
    this.call.abort(error);
  }

  readonly resolve = (value: T): void => {
    this.#end((waiting) => waiting.resolve(value));
  };

  readonly reject = (error: Error): void => {
    this.#end((waiting) => waiting.reject(error));
  };

  #end(settle: (waiting: Waiting<T>) => void): void {
    if (this.#waiting.size === 0) return;
    this.over();
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    waiting.forEach(settle);
  }
}
