import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "../../src/store/sqlite.js";
import type { Store } from "../../src/store/store.js";
import type { StorePlace } from "../conformance/store/place.js";

/** A new folder with a store's file, removed in the end. */
export const openPlace = async (now: () => number = Date.now): Promise<StorePlace & { file: string }> => {
  const folder = await mkdtemp(join(tmpdir(), "unigraph-store-"));
  const file = join(folder, "unigraph.sqlite");
  const stores: Store[] = [];
  return {
    file,
    async connect() {
      const store = await openSqliteStore({ file, now });
      stores.push(store);
      return store;
    },
    async close() {
      for (const store of stores) await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
