/** So many at once: who comes later waits until one of them is done. */
export class Window {
  #under = 0;
  readonly #waiting: (() => void)[] = [];
  constructor(readonly width: number) {}

  enter(): Promise<void> | undefined {
    if (this.#under < this.width) {
      this.#under++;
      return undefined;
    }
    return new Promise((go) => this.#waiting.push(go));
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#under--;
  }
}

/** Requests that are sent before the answers of the ones before have come. */
const REQUESTS = 128;

/**
 * Like `Promise.all`, with so many under way at once. A failure is told when all that had begun have ended, and nothing begins
 * after it.
 */
export const pipelined = async <Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  width = REQUESTS,
): Promise<Result[]> => {
  const results = new Array<Result>(items.length);
  const entries = items.entries();
  let failed = false;
  const lane = async () => {
    for (const [index, item] of entries) {
      if (failed) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, lane));
  for (const outcome of lanes) if (outcome.status === "rejected") throw outcome.reason;
  return results;
};
