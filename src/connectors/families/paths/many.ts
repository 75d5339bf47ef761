import { ApiError, toApiError } from "../../../errors.js";
import type { Context, StorageItem, StorageKey } from "../../connector.js";
import type { Entry } from "./cursors.js";
import type { Source } from "./lists.js";
import { type Names, namesOf, notFound, toId } from "./names.js";

/** Keys of one `getMany`. */
export const KEYS = 1000;

/**
 * From so many siblings on, their folder is listed instead. Listing costs a request and some 500 bytes for each child, asking
 * singly a request and some 700 bytes for each key: two keys in a folder of 10,000 must not cost 5 MB, ten keys in an ordinary
 * folder should be one request. A folder too large for one answer is asked for its keys singly after all.
 */
const SIBLINGS = 3;

interface Finder<Item extends Entry> extends Pick<Source<Item>, "children" | "toItem"> {
  /** What is at a path; null when nothing is. */
  find(context: Context, names: Names): Promise<Item | null>;
}

/** Many things where a protocol gives one at a time: each once, however often it is asked for, and all at the same time. */
export const manyByPath =
  <Item extends Entry>({ find, children, toItem }: Finder<Item>) =>
  async (context: Context, keys: readonly StorageKey[]): Promise<(StorageItem | Error)[]> => {
    const wanted = new Map<string, Names>();
    const paths = keys.map(({ id }) => {
      try {
        const names = namesOf(id);
        wanted.set(toId(names, false), names);
        return toId(names, false);
      } catch (error) {
        return toApiError(error);
      }
    });
    const folders = Map.groupBy(wanted, ([, names]) => toId(names.slice(0, -1), true));
    const found = new Map<string, Promise<Item | null>>();
    for (const siblings of folders.values()) {
      const [[, first]] = siblings as [[string, Names]];
      const listed = siblings.length < SIBLINGS ? null : list(() => children(context, first.slice(0, -1)));
      for (const [path, names] of siblings)
        found.set(path, listed ? amongListed(listed, names, () => find(context, names)) : find(context, names));
    }
    const items = new Map<string, Promise<StorageItem | Error>>();
    for (const [path, entry] of found)
      items.set(
        path,
        entry.then((each) => (each ? toItem(context, each) : notFound()), toApiError),
      );
    return Promise.all(paths.map((path) => (path instanceof Error ? path : (items.get(path) as Promise<StorageItem>))));
  };

/** A folder's children by name; null when they do not fit into one answer. */
const list = async <Item extends Entry>(read: () => Promise<readonly Item[]>): Promise<Map<string, Item> | null> => {
  try {
    return new Map((await read()).map((entry) => [entry.names.at(-1) as string, entry]));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === "not_found") return new Map();
    if (error.code === "bad_gateway") return null;
    throw error;
  }
};

/** Some servers list no name that begins with a dot, but know it when asked. */
const amongListed = async <Item extends Entry>(
  listed: Promise<Map<string, Item> | null>,
  names: Names,
  find: () => Promise<Item | null>,
): Promise<Item | null> => {
  const name = names.at(-1) as string;
  const children = await listed;
  const entry = children?.get(name) ?? null;
  return entry || (children && !name.startsWith(".")) ? entry : find();
};
