import type { File } from "../../../schema/storage/file.js";
import type { Folder } from "../../../schema/storage/folder.js";
import type { Quota } from "../../../schema/storage/quota.js";
import type { Context, StorageItem } from "../connector.js";
import { fileOf, folderOf, itemOf, type Told } from "../families/paths/items.js";
import type { Facts, FileSystem, Resource } from "./wire.js";

export const toItem = (context: Context, resource: Resource): StorageItem => itemOf(context, toTold(resource));
export const toFile = (context: Context, resource: Resource): File => fileOf(context, toTold(resource));
export const toFolder = (context: Context, resource: Resource): Folder => folderOf(context, toTold(resource));

const toTold = ({ names, isFolder, facts }: Resource): Told => {
  const { mode, size, uid, gid, atime, mtime } = facts;
  return {
    names,
    isFolder,
    size: toSize(facts),
    modified: toTime(facts),
    words: { mode, size, uid, gid, atime, mtime },
  };
};

export const toQuota = ({ f_frsize, f_blocks, f_bfree }: FileSystem): Quota => {
  const bytes = (blocks: number): number | null => {
    const size = blocks * f_frsize;
    return Number.isSafeInteger(size) && size >= 0 ? size : null;
  };
  return { kind: null, total: bytes(f_blocks), used: bytes(f_blocks - f_bfree) };
};

/** Whole seconds since 1970, unsigned. */
export const toTime = ({ mtime }: Facts): string | null => (mtime ? new Date(mtime * 1000).toISOString() : null);

export const toSize = ({ size }: Facts): number | null =>
  size !== undefined && Number.isSafeInteger(size) && size >= 0 ? size : null;
