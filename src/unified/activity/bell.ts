/** A pause that can be cut short. What rings while nobody waits is kept for who waits next. */
export class Bell {
  #ring: (() => void) | undefined;
  #rung = false;
  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener("abort", () => this.ring(), { once: true });
  }

  ring(): void {
    this.#rung = true;
    this.#ring?.();
  }

  /** Rings for each event, until they end. */
  async follow(events: AsyncIterable<unknown>): Promise<void> {
    for await (const _ of events) this.ring();
  }

  /** Until it rings, but so many milliseconds at most, and so many at least unless the signal fires. True when it has rung. */
  async wait(atMost: number, atLeast = 0): Promise<boolean> {
    if (atLeast > 0) await this.#pause(atLeast, () => this.signal.aborted);
    if (!this.signal.aborted) await this.#pause(Math.max(0, atMost - atLeast), () => this.#rung);
    const rung = this.#rung;
    this.#rung = false;
    return rung;
  }

  #pause(milliseconds: number, isOver: () => boolean): Promise<void> {
    if (isOver()) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#ring = undefined;
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#ring = () => {
        if (isOver()) done();
      };
    });
  }
}
