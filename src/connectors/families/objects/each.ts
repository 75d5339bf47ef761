/** Requests under way at once for one operation; the account's pace bounds them as well. */
const AT_ONCE = 16;

/** The same for each item, several at a time, begun in their order; the first failure ends it and is thrown when all have ended. */
export const eachOf = async <Item>(
  items: readonly Item[] | AsyncGenerator<Item, void>,
  work: (item: Item) => Promise<void>,
  atOnce = AT_ONCE,
): Promise<void> => {
  const queue = Symbol.asyncIterator in items ? items : items.values();
  let failure: unknown;
  const worker = async () => {
    try {
      for await (const item of queue) {
        if (failure !== undefined) return;
        await work(item);
      }
    } catch (error) {
      failure ??= error;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failure !== undefined) throw failure;
};
