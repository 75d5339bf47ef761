/** Requests under way at once for one operation; the account's pace bounds them as well. */
const AT_ONCE = 16;

/** The same for each item, several at a time; the first failure ends it and is thrown. */
export const eachOf = async <Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> => {
  const queue = items.values();
  let failure: unknown;
  const worker = async () => {
    for (const item of queue) {
      if (failure !== undefined) return;
      await work(item).catch((error) => {
        failure ??= error;
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (failure !== undefined) throw failure;
};
