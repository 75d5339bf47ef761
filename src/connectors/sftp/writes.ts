import type { Folder } from "../../../schema/storage/folder.js";
import { ApiError } from "../../errors.js";
import type { Loan } from "../../upstream/transports/transport.js";
import { type Context, namingConflict, type StorageItem, type StorageKey } from "../connector.js";
import { pathOf } from "../families/paths/items.js";
import { isSame, isWithin, type Names, notFound, placeOf } from "../families/paths/names.js";
import { inTurn } from "../families/turns.js";
import { statusOf } from "./errors.js";
import { toFolder, toItem } from "./map.js";
import { type Place, placeAfter, placeAt } from "./paths.js";
import { Finder, read } from "./reading.js";
import type { Session } from "./session.js";
import { inSession } from "./transport.js";
import { copyAside, discard, removeFolder } from "./tree.js";
import { type Resource, STATUS } from "./wire.js";

/** Looks whether something new may go to a place. Throws what is wrong with its parent, and the conflict when it is taken. */
const checkFree = async (context: Context, finder: Finder, { parent, names, name }: Place): Promise<void> => {
  await checkParent(finder, parent);
  const [taken, isTaken] = await Promise.all([finder.find(names), finder.isTaken(names)]);
  if (isTaken) throw conflictWith(context, name, taken);
};

export const checkParent = async (finder: Finder, parent: Names): Promise<void> => {
  const folder = await finder.find(parent);
  if (!folder) throw new ApiError("not_found", "There is no such parent folder.");
  if (!folder.isFolder) throw new ApiError("invalid_parent_folder", "The parent is not a folder.");
};

/** A link has a name as well, but nothing that could be told of it. */
export const conflictWith = (context: Context, name: string, taken: Resource | null): ApiError =>
  namingConflict(name, taken ? toItem(context, taken).id : undefined);

/** Does what takes a name. A server that says `failure` may mean that another was quicker. */
export const taking = async (
  context: Context,
  session: Session,
  { names, name }: Place,
  work: () => Promise<void>,
): Promise<Resource> => {
  const look = () => new Finder(session, context);
  try {
    await work();
  } catch (error) {
    const status = statusOf(error);
    if (status !== STATUS.failure && status !== undefined) throw error;
    if (status === STATUS.failure && (await look().isTaken(names)))
      throw conflictWith(context, name, await look().find(names));
    throw error;
  }
  const found = await look().find(names);
  if (!found) throw notFound();
  return found;
};

export const createFolder = (context: Context, folder: { parent: string; name: string }): Promise<Folder> => {
  const place = placeAt(folder);
  return inTurn(context, place.names, () =>
    inSession(context, async (session, loan) => {
      await checkFree(context, new Finder(session, context).ahead(place.names), place);
      loan.changing();
      const path = pathOf(context, place.names);
      return toFolder(context, await taking(context, session, place, () => session.mkdir(path)));
    }),
  );
};

/** Rename, move or both. */
export const update = (
  context: Context,
  key: StorageKey,
  change: { name?: string; parent?: string },
): Promise<StorageItem> => {
  const { source, to } = placeAfter(key.id, change);
  return inTurn(context, to.names, () =>
    inSession(context, async (session, loan) => {
      const finder = new Finder(session, context).ahead(to.names);
      const found = await finder.find(source);
      if (!found) throw notFound();
      if (isSame(to.names, source)) return toItem(context, found);
      await checkTarget(context, finder, found, to);
      loan.changing();
      const [from, target] = [pathOf(context, source), pathOf(context, to.names)];
      return toItem(context, await taking(context, session, to, () => session.rename(from, target)));
    }),
  );
};

/** Only where the server does it itself; `not_implemented` lets `unified/` do it through us. */
export const copy = (
  context: Context,
  key: StorageKey,
  change: { parent: string; name?: string },
): Promise<StorageItem> => {
  const { source, to } = placeAfter(key.id, change);
  return inTurn(context, to.names, () =>
    inSession(context, async (session, loan) => {
      const finder = new Finder(session, context).ahead(to.names);
      const found = await finder.find(source);
      if (!found) throw notFound();
      await checkTarget(context, finder, found, to);
      if (!session.has("copy-data")) throw new ApiError("not_implemented", "The server does not copy by itself.");
      loan.changing();
      const { isFolder } = found;
      const from = { path: pathOf(context, source), isFolder };
      const aside = await copyAside(session, from, pathOf(context, to.parent), loan);
      return toItem(context, await settleCopy(context, session, aside, isFolder, to, loan));
    }),
  );
};

const settleCopy = async (
  context: Context,
  session: Session,
  aside: string,
  isFolder: boolean,
  to: Place,
  loan: Loan<Session>,
): Promise<Resource> => {
  try {
    loan.signal.throwIfAborted();
    return await taking(context, session, to, () => session.rename(aside, pathOf(context, to.names)));
  } catch (error) {
    await discard(session, aside, isFolder, loan);
    throw error;
  }
};

const checkTarget = async (
  context: Context,
  finder: Finder,
  { isFolder, names }: Resource,
  to: Place,
): Promise<void> => {
  if (isFolder && isWithin(to.parent, names))
    throw new ApiError("invalid_parent_folder", "A folder cannot be copied or moved into itself.");
  await checkFree(context, finder, to);
};

export const remove = (context: Context, key: StorageKey, { recursive }: { recursive: boolean }): Promise<void> => {
  const { names } = placeOf(key.id);
  let wasThere = false;
  return inSession(context, async (session, loan) => {
    const found = await new Finder(session, context).find(names);
    if (!found && wasThere) return; // the answer of the first time was lost
    if (!found) throw notFound();
    wasThere = true;
    loan.signal.throwIfAborted();
    const path = pathOf(context, names);
    if (!found.isFolder) return session.unlink(path);
    if (recursive) return removeFolder(session, path, loan);
    try {
      await session.rmdir(path);
    } catch (error) {
      for await (const entries of read(session, path))
        if (entries.length > 0) throw new ApiError("folder_not_empty", "The folder is not empty.");
      throw error;
    }
  });
};
