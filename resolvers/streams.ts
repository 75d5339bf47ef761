/**
 * An async generator that can be left while it waits: `return()` fires the signal that its sources listen to.
 * (A generator alone would finish its pending `next()` first.)
 */
export const stream = <Item>(
  outer: AbortSignal,
  generate: (signal: AbortSignal) => AsyncGenerator<Item, void, void>,
): AsyncIterableIterator<Item> => {
  const stop = new AbortController();
  const items = generate(AbortSignal.any([outer, stop.signal]));
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => items.next(),
    async return() {
      stop.abort();
      await items.return();
      return { done: true, value: undefined };
    },
    throw(error) {
      stop.abort();
      return items.throw(error);
    },
  };
};

/** Events of several readers as they come. Each reader waits until its event is taken, so nothing piles up here. */
export async function* merge<Item>(readers: readonly AsyncIterable<Item>[]): AsyncGenerator<Item, void, void> {
  const waiting: { item: Item; taken: () => void }[] = [];
  const failures: unknown[] = [];
  let running = readers.length;
  let wake = (): void => undefined;
  const pump = async (reader: AsyncIterable<Item>): Promise<void> => {
    try {
      for await (const item of reader)
        await new Promise<void>((taken) => {
          waiting.push({ item, taken });
          wake();
        });
    } catch (error) {
      failures.push(error);
    }
    running--;
    wake();
  };
  for (const reader of readers) void pump(reader);
  for (;;) {
    const next = waiting.shift();
    if (next) {
      next.taken();
      yield next.item;
    } else if (failures.length > 0) throw failures[0];
    else if (running === 0) return;
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
}
