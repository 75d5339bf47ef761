import type { Folder } from "../../../schema/storage/folder.js";
import { ApiError } from "../../errors.js";
import { type Context, namingConflict, type StorageItem, type StorageKey } from "../connector.js";
import {
  areOurs,
  checkNewName,
  isSame,
  isWithin,
  type Names,
  namesOf,
  notFound,
  placeOf,
  toId,
} from "../families/paths/names.js";
import { inTurn } from "../families/turns.js";
import { toFolder, toItem } from "./map.js";
import { pathOf } from "./paths.js";
import { change, children, find, towards, WHOLE } from "./requests.js";
import type { Resource } from "./wire.js";

export interface Place {
  parent: string;
  name: string;
}
export interface Destination {
  parent: Names;
  names: Names;
  /** What has the name already. */
  taken: Resource | null;
}

/**
 * Where something is to be put. Both the folder and the name are looked at first, because servers differ in what they do
 * unasked: nginx makes missing folders and moves a folder over a file in spite of `Overwrite: F`, rclone answers 403 for all.
 */
export const destination = async (context: Context, place: Place): Promise<Destination> => {
  const { parent, names } = namesAt(place);
  const [folder, taken] = await Promise.all([find(context, parent), find(context, names)]);
  if (!folder) throw new ApiError("not_found", "There is no such parent folder.");
  if (!folder.isFolder) throw new ApiError("invalid_parent_folder", "The parent is not a folder.");
  return { parent, names, taken };
};

const namesAt = ({ parent: id, name }: Place): { parent: Names; names: Names } => {
  const parent = namesOf(id);
  const names = [...parent, checkNewName(name)];
  if (!areOurs(names)) throw new ApiError("invalid_parameters", "The path is too long.");
  return { parent, names };
};

/** The conflict with what has the name, or would have it if a server's refusal is to be believed. */
export const conflictWith = (context: Context, name: string, taken: Resource | null): ApiError =>
  namingConflict(name, taken ? toItem(context, taken).id : undefined);

export const createFolder = (context: Context, place: Place): Promise<Folder> =>
  inTurn(context, namesAt(place).names, async () => {
    const { names, taken } = await destination(context, place);
    if (taken) throw conflictWith(context, place.name, taken);
    const path = pathOf(context, names, true);
    const status = await change(context, { method: "MKCOL", path, accept: [405] });
    const made = await find(context, names, true);
    if (status === 405) throw conflictWith(context, place.name, made);
    if (!made) throw notFound();
    return toFolder(context, made);
  });

export const update = async (
  context: Context,
  key: StorageKey,
  { name, parent }: { name?: string; parent?: string },
): Promise<StorageItem> => {
  const source = placeOf(key.id);
  const place = { parent: parent ?? toId(source.parent, true), name: name ?? source.name };
  if (!isSame(namesAt(place).names, source.names)) return relocate(context, "MOVE", source.names, place);
  const found = await find(context, source.names);
  if (!found) throw notFound();
  return toItem(context, found);
};

export const copy = (
  context: Context,
  key: StorageKey,
  to: { parent: string; name?: string },
): Promise<StorageItem> => {
  const { names, name } = placeOf(key.id);
  return relocate(context, "COPY", names, { name, ...to });
};

const relocate = (context: Context, method: "MOVE" | "COPY", source: Names, place: Place): Promise<StorageItem> =>
  inTurn(context, namesAt(place).names, async () => {
    const [found, to] = await Promise.all([find(context, source), destination(context, place)]);
    if (!found) throw notFound();
    const { isFolder } = found;
    if (isFolder && isWithin(to.parent, source))
      throw new ApiError("invalid_parent_folder", "A folder cannot be copied or moved into itself.");
    if (to.taken) throw conflictWith(context, place.name, to.taken);
    const headers = { ...towards(context, to.names, isFolder), depth: "infinity" };
    const path = pathOf(context, source, isFolder);
    const patience = isFolder || method === "COPY" ? WHOLE : {};
    const status = await change(context, { method, path, headers, accept: [412], ...patience });
    const arrived = await find(context, to.names, isFolder);
    if (status === 412) throw conflictWith(context, place.name, arrived);
    if (!arrived) throw notFound();
    return toItem(context, arrived);
  });

/** A DELETE takes all that a folder holds along, so what it holds is looked at first. */
export const remove = async (
  context: Context,
  key: StorageKey,
  { recursive }: { recursive: boolean },
): Promise<void> => {
  const { names } = placeOf(key.id);
  const found = await find(context, names);
  if (!found) throw notFound();
  if (found.isFolder && !recursive && (await children(context, names)).length > 0)
    throw new ApiError("folder_not_empty", "The folder is not empty.");
  const path = pathOf(context, names, found.isFolder);
  await change(context, { method: "DELETE", path, ...(found.isFolder ? WHOLE : {}) });
};
