import { constants } from "node:fs";
import { copyFile, mkdir, rmdir, unlink } from "node:fs/promises";
import { claimForFile, claimForFolder } from "./claim.js";
import { quietly, together, unless } from "./errors.js";
import { temporaryName } from "./names.js";
import type { OpenFolder } from "./root.js";
import { toEntry } from "./walk.js";

/** Entries of a folder worked on at once. */
const TOGETHER = 16;

/**
 * Copies a file or folder under a name that is free, or fails with EEXIST. It is made under a temporary name and appears when it
 * is whole; file systems that can, share the bytes (FICLONE). Links and special files are left out.
 */
export const copy = async (
  from: OpenFolder,
  name: string,
  isFolder: boolean,
  to: OpenFolder,
  newName: string,
  signal: AbortSignal,
): Promise<void> => {
  const temporary = temporaryName();
  try {
    if (isFolder) {
      await copyFolder(from, name, to, temporary, signal);
      await claimForFolder(to.path(temporary), to.path(newName));
    } else {
      await copyOne(from, name, to, temporary);
      await claimForFile(to, temporary, newName);
    }
  } catch (error) {
    await quietly(discard(to, temporary));
    throw error;
  }
};

const copyOne = (from: OpenFolder, name: string, to: OpenFolder, newName: string): Promise<void> =>
  from.pinned(name, (path) => copyFile(path, to.path(newName), constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE));

const copyFolder = async (
  from: OpenFolder,
  name: string,
  to: OpenFolder,
  newName: string,
  signal: AbortSignal,
): Promise<void> => {
  await mkdir(to.path(newName));
  await inside(from, name, (source) =>
    inside(to, newName, async (target) => {
      for await (const batch of source.batches(TOGETHER)) {
        signal.throwIfAborted();
        const entries = batch.map((dirent) => toEntry(source, dirent)).filter((entry) => entry !== null);
        // What has gone since its name was read is not part of the copy.
        await together(
          entries.filter(({ isFolder }) => !isFolder),
          (file) => unless(["ENOENT"], copyOne(source, file.name, target, file.name)),
        );
        for (const { name, isFolder } of entries) if (isFolder) await copyFolder(source, name, target, name, signal);
      }
    }),
  );
};

/** Removes a folder with all it holds, whether it is listed or not. Links in it are removed, not followed. */
export const removeFolder = async (parent: OpenFolder, name: string | Buffer, signal?: AbortSignal): Promise<void> => {
  await inside(parent, name, async (folder) => {
    // Some file systems pass over names when others are removed during a reading: until one finds nothing.
    for (let found = 1, readings = 0; found > 0 && readings < READINGS; readings++) {
      found = 0;
      for await (const batch of folder.batches(TOGETHER)) {
        signal?.throwIfAborted();
        found += batch.length;
        await together(
          batch.filter((dirent) => !dirent.isDirectory()),
          (dirent) => unless(["ENOENT"], unlink(folder.pathOf(dirent.name))),
        );
        for (const dirent of batch)
          if (dirent.isDirectory()) await unless(["ENOENT"], removeFolder(folder, dirent.name, signal));
      }
    }
  });
  await rmdir(typeof name === "string" ? parent.path(name) : parent.pathOf(name));
};
const READINGS = 10;

/** Removes a temporary file or folder, if it is there. */
export const discard = async (folder: OpenFolder, temporary: string): Promise<void> => {
  const stats = await folder.stats(temporary);
  if (stats?.isDirectory()) await removeFolder(folder, temporary);
  else if (stats) await unless(["ENOENT"], unlink(folder.path(temporary)));
};

const inside = async <Result>(
  parent: OpenFolder,
  name: string | Buffer,
  work: (folder: OpenFolder) => Promise<Result>,
): Promise<Result> => {
  const folder = await parent.folder(name);
  try {
    return await work(folder);
  } finally {
    await folder.close();
  }
};
