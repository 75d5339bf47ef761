import type { Folder } from "../../../schema/storage/folder.js";
import { ApiError } from "../../errors.js";
import type { Loan } from "../../upstream/transports/transport.js";
import { type Context, namingConflict, type StorageItem, type StorageKey } from "../connector.js";
import { folderOf, itemOf, pathOf, type Told } from "../families/paths/items.js";
import { isSame, isWithin, type Names, notFound, placeOf } from "../families/paths/names.js";
import { inTurn } from "../families/turns.js";
import { NOT_TAKEN, unless } from "./errors.js";
import { checkListable, type Place, placeAfter, placeAt } from "./paths.js";
import { find } from "./reading.js";
import type { Session } from "./session.js";
import { inSession } from "./transport.js";
import { fromWire } from "./wire.js";

/** Folders within each other that are deleted together; deeper ones no id could name. */
const DEPTH = 2048;

export const checkParent = async (context: Context, session: Session, parent: Names): Promise<void> => {
  const folder = await find(context, session, parent);
  if (!folder) throw new ApiError("not_found", "There is no such parent folder.");
  if (!folder.isFolder) throw new ApiError("invalid_parent_folder", "The parent is not a folder.");
};

export const conflictWith = (context: Context, name: string, taken: Told): ApiError =>
  namingConflict(name, itemOf(context, taken).id);

const checkFree = async (context: Context, session: Session, { parent, names, name }: Place): Promise<void> => {
  checkListable(session, name);
  await checkParent(context, session, parent);
  const taken = await find(context, session, names);
  if (taken) throw conflictWith(context, name, taken);
};

const arrived = async (context: Context, session: Session, names: Names): Promise<Told> => {
  const found = await find(context, session, names);
  if (!found) throw notFound();
  return found;
};

export const createFolder = (context: Context, folder: { parent: string; name: string }): Promise<Folder> => {
  const place = placeAt(folder);
  return inTurn(context, place.names, () =>
    inSession(context, async (session, loan) => {
      await checkFree(context, session, place);
      loan.changing();
      await session.send("MKD", pathOf(context, place.names));
      return folderOf(context, await arrived(context, session, place.names));
    }),
  );
};

/** Rename, move or both. Most servers would overwrite what has the name: it is looked at first. */
export const update = (
  context: Context,
  key: StorageKey,
  change: { name?: string; parent?: string },
): Promise<StorageItem> => {
  const { source, to } = placeAfter(key.id, change);
  return inTurn(context, to.names, () =>
    inSession(context, async (session, loan) => {
      const found = await find(context, session, source);
      if (!found) throw notFound();
      if (isSame(to.names, source)) return itemOf(context, found);
      if (found.isFolder && isWithin(to.parent, source))
        throw new ApiError("invalid_parent_folder", "A folder cannot be moved into itself.");
      await checkFree(context, session, to);
      loan.changing();
      await session.rename(pathOf(context, source), pathOf(context, to.names));
      return itemOf(context, await arrived(context, session, to.names));
    }),
  );
};

export const remove = (context: Context, key: StorageKey, { recursive }: { recursive: boolean }): Promise<void> => {
  const { names } = placeOf(key.id);
  let wasThere = false;
  return inSession(context, async (session, loan) => {
    const found = await find(context, session, names);
    if (!found && wasThere) return; // the answer of the first time was lost
    if (!found) throw notFound();
    wasThere = true;
    loan.signal.throwIfAborted();
    const path = pathOf(context, names);
    if (!found.isFolder) await session.send("DELE", path);
    else if (recursive) await removeFolder(session, path, loan, 1);
    else if (!(await unless(NOT_TAKEN, session.send("RMD", path)))) {
      if ((await session.list(path))?.length) throw new ApiError("folder_not_empty", "The folder is not empty.");
      throw new ApiError("request_failed", "The server did not delete the folder.");
    }
  });
};

/** A folder with all it holds, also what is not told to callers. A link in it is removed, never what it leads to. */
const removeFolder = async (session: Session, path: string, loan: Loan<Session>, depth: number): Promise<void> => {
  if (depth > DEPTH) throw new ApiError("request_failed", `Folders more than ${DEPTH} deep are left alone.`);
  for (const { wire, type } of (await session.list(path)) ?? []) {
    loan.signal.throwIfAborted();
    loan.moved();
    const name = fromWire(wire);
    if (name === null || name.includes("/")) throw unnameable();
    const inner = `${path}/${name}`;
    if (type === "folder") await removeFolder(session, inner, loan, depth + 1);
    else if (!(await unless([550], session.send("DELE", inner))) && (await session.look(inner))) throw unnameable();
  }
  await session.send("RMD", path);
};

const unnameable = () => new ApiError("request_failed", "The folder holds something that cannot be deleted.");
