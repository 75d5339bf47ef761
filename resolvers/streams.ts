/**
 * A subscription's events. The signal given to `begin` fires when the subscription ends, whoever ends it, so all that is opened for
 * it is tied to that signal; what `begin` throws refuses the subscription. It can be left while it waits: an async generator alone
 * would finish its pending `next()` first.
 */
export const stream = async <Item>(
  outer: AbortSignal,
  begin: (signal: AbortSignal) => Promise<AsyncGenerator<Item, void, void>>,
): Promise<AsyncIterableIterator<Item>> => {
  const end = new AbortController();
  const leave = () => end.abort();
  if (outer.aborted) leave();
  else outer.addEventListener("abort", leave, { once: true });
  end.signal.addEventListener("abort", () => outer.removeEventListener("abort", leave), { once: true });
  try {
    const items = await begin(end.signal);
    const iterator: AsyncIterableIterator<Item> = {
      [Symbol.asyncIterator]: () => iterator,
      async next() {
        try {
          const result = await items.next();
          if (result.done) leave();
          return result;
        } catch (error) {
          // Whoever has left is told of no failure that the leaving has caused.
          if (end.signal.aborted) return { done: true, value: undefined };
          leave();
          throw error;
        }
      },
      async return() {
        leave();
        await items.return();
        return { done: true, value: undefined };
      },
      throw(error) {
        leave();
        return items.throw(error);
      },
    };
    return iterator;
  } catch (error) {
    leave();
    throw error;
  }
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

/** Resolves after so many milliseconds, or when the signal fires. */
export const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done, { once: true });
  });
