import { mkdir, rmdir, unlink } from "node:fs/promises";
import type { Folder } from "../../../schema/storage/folder.js";
import { ApiError } from "../../errors.js";
import type { Context, StorageItem, StorageKey } from "../connector.js";
import { claimForFolder, claiming, moveFile } from "./claim.js";
import { codeOf } from "./errors.js";
import { get } from "./get.js";
import { toFolder } from "./map.js";
import { newId, notFound, split } from "./names.js";
import type { OpenFolder, Place } from "./root.js";
import { copy, removeFolder } from "./tree.js";

export const createFolder = (
  context: Context,
  place: Place,
  { parent, name }: { parent: string; name: string },
): Promise<Folder> =>
  place.withinParent(parent, async (folder) => {
    const id = newId(folder.id, name);
    await claiming(context, folder, name, () => mkdir(folder.path(name)));
    const facts = await folder.find(name);
    if (!facts?.isDirectory()) throw notFound();
    return toFolder(context, { id, name, parent: context.ref("folder", folder.id) }, facts);
  });

/** A rename, a move or both: the id changes with the path. */
export const update = async (
  context: Context,
  place: Place,
  key: StorageKey,
  change: { name?: string; parent?: string },
): Promise<StorageItem> => {
  const { parent, name } = split(key.id);
  const to = { parent: change.parent ?? parent, name: change.name ?? name };
  const id = newId(to.parent, to.name);
  const isFolder = await between(place, key, to.parent, async (from, target, isFolder) => {
    if (id === key.id) return isFolder;
    await claiming(context, target, to.name, () => move(from, name, isFolder, target, to.name, context.signal));
    return isFolder;
  });
  return get(context, place, { type: isFolder ? "folder" : "file", id });
};

const move = async (
  from: OpenFolder,
  name: string,
  isFolder: boolean,
  to: OpenFolder,
  newName: string,
  signal: AbortSignal,
): Promise<void> => {
  try {
    if (isFolder) await claimForFolder(from.path(name), to.path(newName));
    else await moveFile(from, name, to, newName);
  } catch (error) {
    // Another file system is mounted below the root.
    if (codeOf(error) !== "EXDEV") throw error;
    await copy(from, name, isFolder, to, newName, signal);
    if (isFolder) await removeFolder(from, name, signal);
    else await unlink(from.path(name));
  }
};

/** With all that it holds; the copy appears when it is whole. */
export const copyTo = async (
  context: Context,
  place: Place,
  key: StorageKey,
  to: { parent: string; name?: string },
): Promise<StorageItem> => {
  const { name } = split(key.id);
  const newName = to.name ?? name;
  const id = newId(to.parent, newName);
  const isFolder = await between(place, key, to.parent, async (from, target, isFolder) => {
    await claiming(context, target, newName, () => copy(from, name, isFolder, target, newName, context.signal));
    return isFolder;
  });
  return get(context, place, { type: isFolder ? "folder" : "file", id });
};

/** There is no trash: every deletion is permanent. */
export const remove = (
  context: Context,
  place: Place,
  key: StorageKey,
  { recursive }: { recursive: boolean; permanent: boolean },
): Promise<void> => {
  const { parent, name } = split(key.id);
  return place.within(parent, async (folder) => {
    if (!(await isFolderOf(folder, name, key))) await unlink(folder.path(name));
    else if (recursive) await removeFolder(folder, name, context.signal);
    else await rmdir(folder.path(name));
  });
};

/** Opens the folder that something lies in and the one that it, or its copy, goes to. */
const between = <Result>(
  place: Place,
  key: StorageKey,
  parent: string,
  work: (from: OpenFolder, to: OpenFolder, isFolder: boolean) => Promise<Result>,
): Promise<Result> => {
  const source = split(key.id);
  return place.within(source.parent, async (from) => {
    const isFolder = await isFolderOf(from, source.name, key);
    // No link is ever followed, so what lies below something begins with its id.
    if (isFolder && `${parent}/`.startsWith(`${key.id}/`))
      throw new ApiError("invalid_parent_folder", "A folder cannot be moved or copied into itself.");
    return place.withinParent(parent, (to) => work(from, to, isFolder));
  });
};

const isFolderOf = async (folder: OpenFolder, name: string, { type }: StorageKey): Promise<boolean> => {
  const facts = await folder.find(name);
  if (!facts || (type !== "object" && facts.isDirectory() !== (type === "folder"))) throw notFound();
  return facts.isDirectory();
};
