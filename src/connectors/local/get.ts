import { type Context, ROOT, type StorageItem, type StorageKey } from "../connector.js";
import { explain, together } from "./errors.js";
import { toFolder, toItem } from "./map.js";
import { notFound, split } from "./names.js";
import type { OpenFolder, Place } from "./root.js";

const TOGETHER = 64;

/** A key's type is a hint: a path names one thing, whatever that is by now. */
export const get = (context: Context, place: Place, key: StorageKey): Promise<StorageItem> =>
  key.id === ROOT
    ? getRoot(context, place)
    : place.within(split(key.id).parent, (folder) => getIn(context, folder, key));

/** Keys whose parent is the same share its descriptor. */
export const getMany = async (
  context: Context,
  place: Place,
  keys: readonly StorageKey[],
): Promise<(StorageItem | Error)[]> => {
  const items: (StorageItem | Error)[] = [];
  for (let start = 0; start < keys.length; start += TOGETHER) {
    const folders = new Map<string, Promise<OpenFolder>>();
    const open = (parent: string): Promise<OpenFolder> => {
      const opening = folders.get(parent) ?? place.open(parent);
      folders.set(parent, opening);
      return opening;
    };
    const batch = await together(keys.slice(start, start + TOGETHER), async (key) => {
      try {
        if (key.id === ROOT) return await getRoot(context, place);
        return await getIn(context, await open(split(key.id).parent), key);
      } catch (error) {
        return explain(error) as Error;
      }
    });
    items.push(...batch);
    for (const opened of await Promise.allSettled(folders.values()))
      if (opened.status === "fulfilled") await opened.value.close();
  }
  return items;
};

const getIn = async (context: Context, folder: OpenFolder, { id }: StorageKey): Promise<StorageItem> => {
  const { name } = split(id);
  const facts = await folder.find(name);
  if (!facts) throw notFound();
  return toItem(context, { id, name, parent: context.ref("folder", folder.id) }, facts);
};

const getRoot = (context: Context, place: Place): Promise<StorageItem> =>
  place.within(ROOT, async (folder) =>
    toFolder(context, { id: ROOT, name: place.name, parent: null }, await folder.self()),
  );
