import { link, lstat, mkdir, open, rename, rmdir, unlink } from "node:fs/promises";
import type { Context } from "../connector.js";
import { namingConflict } from "../connector.js";
import { codeOf, quietly, unless } from "./errors.js";
import { childId, temporaryName } from "./names.js";
import type { OpenFolder } from "./root.js";

/**
 * How a name is taken. Every way either takes a free name in one step of the file system or fails with EEXIST: two writers,
 * in this process or another, never both believe that they have it, and nothing of a third is overwritten.
 */

/** Gives a finished temporary file its name. */
export const claimForFile = async (folder: OpenFolder, temporary: string, name: string): Promise<void> => {
  const source = folder.path(temporary);
  if (await linkOrReserve(source, folder.path(name))) await rename(source, folder.path(name));
  else await unlink(source);
};

/** Gives a folder a new place: an empty folder takes the name, and rename(2) puts a folder in the place of an empty one alone. */
export const claimForFolder = async (source: string, target: string): Promise<void> => {
  await mkdir(target);
  try {
    await rename(source, target);
  } catch (error) {
    await quietly(rmdir(target));
    throw error;
  }
};

/** Moves a file; what somebody else puts in its old place meanwhile stays there. */
export const moveFile = async (from: OpenFolder, name: string, to: OpenFolder, newName: string): Promise<void> => {
  const source = from.path(name);
  const target = to.path(newName);
  const { ino, dev } = await lstat(source, { bigint: true });
  if (await linkOrReserve(source, target)) {
    await rename(source, target).catch(async (error) => {
      await quietly(unlink(target));
      throw error;
    });
    return;
  }
  try {
    await takeAway(from, name, { ino, dev });
  } catch (error) {
    // Somebody else moved or deleted it first.
    await quietly(takeAway(to, newName, { ino, dev }));
    throw error;
  }
};

/** True when the name is only reserved, by an empty file: not every file system has hard links, nor allows all of them. */
const linkOrReserve = async (source: string, target: string): Promise<boolean> => {
  try {
    await link(source, target);
    return false;
  } catch (error) {
    if (!NO_LINKS.has(codeOf(error) ?? "")) throw error;
    await (await open(target, "wx")).close();
    return true;
  }
};
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

interface Identity {
  ino: bigint;
  dev: bigint;
}

/** Removes a name as long as it still means this file: first aside, then looked at, and put back if it was another. */
const takeAway = async (folder: OpenFolder, name: string, expected: Identity): Promise<void> => {
  const aside = folder.path(temporaryName());
  await rename(folder.path(name), aside);
  const { ino, dev } = await lstat(aside, { bigint: true });
  if (ino !== expected.ino || dev !== expected.dev) await unless(["EEXIST"], link(aside, folder.path(name)));
  await unlink(aside);
};

/** The error for a name that is taken, with what has it where that can be told. */
export const conflict = async (context: Context, folder: OpenFolder, name: string): Promise<Error> => {
  const stats = await folder.find(name);
  if (!stats) return namingConflict(name);
  return namingConflict(name, context.ref(stats.isDirectory() ? "folder" : "file", childId(folder.id, name)));
};

/** Tells EEXIST, and a folder where a file was to go, as the conflict that it is. */
export const claiming = async <Result>(
  context: Context,
  folder: OpenFolder,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    throw TAKEN.has(codeOf(error) ?? "") ? await conflict(context, folder, name) : error;
  }
};
const TAKEN = new Set(["EEXIST", "ENOTEMPTY", "EISDIR", "ENOTDIR"]);
