import { SEALED_COLUMNS, type Store } from "../store/store.js";
import type { Vault } from "./vault.js";

/** Values read at once. */
const BATCH = 100;

/**
 * Wraps all that older secrets have sealed under the newest one; the values themselves stay. Whoever changes one meanwhile seals it
 * anew, so it may stop at any moment and begin again. Gives how many were wrapped.
 */
export const rotate = async ({ store, vault }: { store: Store; vault: Vault }): Promise<number> => {
  let wrapped = 0;
  for (const column of SEALED_COLUMNS)
    for (let after: number | string | null = null; ; ) {
      const values = await store.sealed.list(column, { after, limit: BATCH });
      for (const value of values)
        if (vault.isOld(value.sealed) && (await store.sealed.replace(value, vault.rewrap(value.sealed, value))))
          wrapped++;
      if (values.length < BATCH) break;
      after = values.at(-1)?.row ?? null;
    }
  return wrapped;
};
