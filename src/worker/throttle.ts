/** Does work at once, then at most once in an interval; what was asked for last is never left out. */
export class Throttle {
  #last = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  /** The interval in milliseconds. */
  constructor(
    readonly interval: number,
    readonly work: () => void,
  ) {}

  ask(): void {
    if (this.#timer) return;
    const due = this.#last + this.interval - performance.now();
    if (due <= 0) this.#do();
    else this.#timer = setTimeout(() => this.#do(), due);
  }

  /** Forgets what was asked for. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #do(): void {
    this.#timer = undefined;
    this.#last = performance.now();
    this.work();
  }
}
