import DataLoader from "dataloader";
import type { Page, StorageItem, StorageKey } from "../../src/connectors/connector.js";
import { byAccount, type ObjectRef } from "./byAccount.js";

/** One set per request: its memory must not outlive the caller's permissions. */
export interface Loaders {
  storage: DataLoader<ObjectRef, StorageItem, unknown>;
  /** The same objects with the service's own beside them. */
  storageWithRaw: DataLoader<ObjectRef, StorageItem, unknown>;
  /** First pages of folders, by page size. */
  contents(limit: number, raw: boolean): DataLoader<ObjectRef, Page<StorageItem>, unknown>;
}

export const createLoaders = (): Loaders => {
  const contents = new Map<string, DataLoader<ObjectRef, Page<StorageItem>, unknown>>();
  return {
    storage: refLoader((account, refs) => account.storage.getMany(refs.map(keyOf))),
    storageWithRaw: refLoader((account, refs) => account.storageWithRaw.getMany(refs.map(keyOf))),
    contents(limit, raw) {
      const shape = `${limit} ${raw}`;
      let loader = contents.get(shape);
      if (!loader) {
        loader = refLoader((account, refs) =>
          (raw ? account.storageWithRaw : account.storage).listMany(refs.map(nativeOf), limit),
        );
        contents.set(shape, loader);
      }
      return loader;
    },
  };
};

const refLoader = <Item>(
  read: (account: ObjectRef["scope"], refs: ObjectRef[]) => Promise<(Item | Error)[]>,
): DataLoader<ObjectRef, Item, unknown> =>
  new DataLoader(
    byAccount((ref: ObjectRef) => ref.scope, read),
    { cacheKeyFn: cacheKey() },
  );

const nativeOf = ({ native }: ObjectRef): string => native;
const keyOf = ({ type, native }: ObjectRef): StorageKey => ({ type: type as StorageKey["type"], id: native });

/** Two ids of one object in one view are one key. A service may count its files and its folders apart. */
const cacheKey = () => {
  const numbers = new Map<object, number>();
  return ({ scope, type, native }: ObjectRef): string => {
    let number = numbers.get(scope);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(scope, number);
    }
    return `${number} ${type} ${native}`;
  };
};
