import type { StorageItem } from "../../connectors/connector.js";
import type { UnifiedStorage } from "./storage.js";

const DEEPEST = 100;

/** From the top-most folder down to the parent; null where the service does not say. */
export const ancestorsOf = async (storage: UnifiedStorage, item: StorageItem): Promise<StorageItem[] | null> => {
  const ancestors: StorageItem[] = [];
  for (let next = item.parentId; next; next = ancestors[0]?.parentId ?? null) {
    if (ancestors.length >= DEEPEST) return null;
    ancestors.unshift(await storage.get({ type: "folder", id: next.native }));
  }
  return ancestors;
};
