import { ApiError, toApiError } from "../../errors.js";
import type { Context, StorageItem, StorageKey } from "../connector.js";
import { toItem } from "./map.js";
import { type Names, namesOf, notFound, toId } from "./paths.js";
import { children, find } from "./requests.js";
import type { Resource } from "./wire.js";

/** Keys of one `getMany`. */
export const KEYS = 1000;

/**
 * From so many siblings on, their folder is listed instead. Listing costs a request and some 500 bytes for each child, asking
 * singly a request and some 700 bytes for each key: two keys in a folder of 10,000 must not cost 5 MB, ten keys in an ordinary
 * folder should be one request. A folder too large for one answer is asked for its keys singly after all.
 */
const SIBLINGS = 3;

/** Each thing once, however often it is asked for, and all at the same time. */
export const getMany = async (context: Context, keys: readonly StorageKey[]): Promise<(StorageItem | Error)[]> => {
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
  const found = new Map<string, Promise<Resource | null>>();
  for (const siblings of folders.values()) {
    const [[, first]] = siblings as [[string, Names]];
    const listed = siblings.length < SIBLINGS ? null : list(context, first.slice(0, -1));
    for (const [path, names] of siblings)
      found.set(path, listed ? amongListed(context, listed, names) : find(context, names));
  }
  const items = new Map<string, Promise<StorageItem | Error>>();
  for (const [path, resource] of found)
    items.set(
      path,
      resource.then((each) => (each ? toItem(context, each) : notFound()), toApiError),
    );
  return Promise.all(paths.map((path) => (path instanceof Error ? path : (items.get(path) as Promise<StorageItem>))));
};

/** A folder's children by name; null when they do not fit into one answer. */
const list = async (context: Context, folder: Names): Promise<Map<string, Resource> | null> => {
  try {
    return new Map((await children(context, folder)).map((resource) => [resource.names.at(-1) as string, resource]));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === "not_found") return new Map();
    if (error.code === "bad_gateway") return null;
    throw error;
  }
};

/** nginx lists no name that begins with a dot, but knows it when asked. */
const amongListed = async (
  context: Context,
  listed: Promise<Map<string, Resource> | null>,
  names: Names,
): Promise<Resource | null> => {
  const name = names.at(-1) as string;
  const children = await listed;
  const resource = children?.get(name) ?? null;
  return resource || (children && !name.startsWith(".")) ? resource : find(context, names);
};
