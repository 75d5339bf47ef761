import { toApiError } from "../errors.js";
import { explain } from "./layers/errorContext.js";
import type { Operations } from "./operations.js";

/** How many things are asked for at once, in the fewest calls. */
export interface Batch<Key, Item> {
  /** `getMany` or `listMany`. */
  name: string;
  /** Keys of one call; undefined where the service has no such operation. */
  maximum: number | undefined;
  /** One alone, by another operation. */
  one(key: Key): Promise<Item>;
  /** What the operation takes after its keys. */
  rest?: readonly unknown[];
}

/** Any number of keys; aligned with them, an error for each that failed. */
export const inBatches = async <Key, Item>(
  operations: Operations,
  keys: readonly Key[],
  { name, maximum, one, rest = [] }: Batch<Key, Item>,
): Promise<(Item | Error)[]> => {
  if (!maximum || !operations.can(name) || keys.length === 1)
    return Promise.all(keys.map((key) => one(key).catch(toApiError)));
  const batches: Promise<(Item | Error)[]>[] = [];
  for (let start = 0; start < keys.length; start += maximum) {
    const batch = keys.slice(start, start + maximum);
    batches.push(
      (operations.run(name, [batch, ...rest]) as Promise<(Item | Error)[]>).catch((error) =>
        batch.map(() => toApiError(error)),
      ),
    );
  }
  const items = (await Promise.all(batches)).flat();
  // An error in place of one item says where it happened as well.
  const where = { account: operations.account, operation: operations.nameOf(name) };
  return items.map((item) => (item instanceof Error ? explain(where, item) : item));
};
