import { gone, tooLate } from "../failure.js";

/** How long somebody waits: until the deadline, counted anew whenever something moves, or until one of the signals fires. */
export class Patience {
  readonly #over = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #ended = false;
  readonly #leave = (event: Event): void => this.#give((event.target as AbortSignal).reason);

  constructor(
    readonly milliseconds: number,
    private readonly signals: readonly (AbortSignal | undefined)[],
  ) {
    this.moved();
    for (const signal of signals) {
      if (signal?.aborted) this.#give(signal.reason);
      else signal?.addEventListener("abort", this.#leave, { once: true });
    }
  }

  /** Its reason is the `ApiError` to tell. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }
  /** What is told at the deadline, while the wait is for something else than the server. */
  late: (() => Error) | undefined;

  moved(): void {
    if (this.#ended) return;
    if (this.#timer) this.#timer.refresh();
    else
      this.#timer = setTimeout(() => {
        this.end();
        this.#over.abort(this.late?.() ?? tooLate());
      }, this.milliseconds);
  }

  rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Nobody waits any more. */
  end(): void {
    this.#ended = true;
    this.rest();
    for (const signal of this.signals) signal?.removeEventListener("abort", this.#leave);
  }

  #give(reason: unknown): void {
    this.end();
    this.#over.abort(gone(reason));
  }

  /** What the promise gives, or the signal's reason if that comes first. */
  async for<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this;
    if (signal.aborted) promise.catch(() => undefined);
    signal.throwIfAborted();
    const { promise: given, reject } = Promise.withResolvers<never>();
    const stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    try {
      return await Promise.race([promise, given]);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }
}
