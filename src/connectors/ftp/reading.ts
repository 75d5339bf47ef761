import type { Context, StorageItem } from "../connector.js";
import { itemOf, pathOf, type Told } from "../families/paths/items.js";
import { areOurs, compare, type Names, namesOf, notFound } from "../families/paths/names.js";
import { isSayable } from "./paths.js";
import type { Session } from "./session.js";
import { inSession } from "./transport.js";

/** What lies at a path; null when nothing does. */
export const find = async (context: Context, session: Session, names: Names): Promise<Told | null> => {
  if (!isSayable(names)) return null;
  const found = await session.look(pathOf(context, names));
  if (!found || found.type === "other") return null;
  const { type, size, modified, words } = found;
  return { names, isFolder: type === "folder", size: type === "file" ? size : null, modified, words };
};

export const findAlone = (context: Context, names: Names): Promise<Told | null> =>
  inSession(context, (session) => find(context, session, names));

export const get = async (context: Context, id: string): Promise<StorageItem> => {
  const found = await findAlone(context, namesOf(id));
  if (!found) throw notFound();
  return itemOf(context, found);
};

/** What a folder holds, sorted by name. Links are not told; nor is what has no name in UTF-8, or a line break in it. */
export const children = (context: Context, folder: Names): Promise<Told[]> =>
  inSession(context, async (session) => {
    const lines = isSayable(folder) ? await session.list(pathOf(context, folder)) : null;
    if (!lines) throw notFound();
    const told: Told[] = [];
    for (const { name, type, size, modified, words } of lines)
      if (name !== null && type !== "other" && areOurs([...folder, name]))
        told.push({
          names: [...folder, name],
          isFolder: type === "folder",
          size: type === "file" ? size : null,
          modified,
          words,
        });
    return told.sort((one, other) => compare(one.names, other.names));
  });
