import { lookup } from "mime-types";
import type { Raw } from "../../../schema/common/raw.js";
import type { File } from "../../../schema/storage/file.js";
import type { Folder } from "../../../schema/storage/folder.js";
import type { Quota } from "../../../schema/storage/quota.js";
import type { Context, StorageItem } from "../connector.js";
import { toId } from "../families/paths/names.js";
import type { Facts, FileSystem, Resource } from "./wire.js";

export const toItem = (context: Context, resource: Resource): StorageItem =>
  resource.isFolder ? toFolder(context, resource) : toFile(context, resource);

export const toFile = (context: Context, resource: Resource): File => ({
  id: context.ref("file", toId(resource.names, false)),
  api: "storage",
  type: "file",
  name: nameOf(context, resource),
  path: `/${resource.names.join("/")}`,
  created: null,
  modified: toTime(resource.facts),
  owner: null,
  parentId: parentOf(context, resource),
  size: toSize(resource.facts),
  mimeType: mimeTypeOf(resource.names.at(-1)),
  downloadable: true,
  creator: null,
  lastModifier: null,
  raw: toRaw(context, resource),
});

export const toFolder = (context: Context, resource: Resource): Folder => ({
  id: context.ref("folder", toId(resource.names, true)),
  api: "storage",
  type: "folder",
  name: nameOf(context, resource),
  path: `/${resource.names.join("/")}`,
  created: null,
  modified: toTime(resource.facts),
  owner: null,
  parentId: parentOf(context, resource),
  canCreateFolders: null,
  canUploadFiles: null,
  raw: toRaw(context, resource),
});

export const toQuota = ({ f_frsize, f_blocks, f_bfree }: FileSystem): Quota => {
  const bytes = (blocks: number): number | null => {
    const size = blocks * f_frsize;
    return Number.isSafeInteger(size) && size >= 0 ? size : null;
  };
  return { kind: null, total: bytes(f_blocks), used: bytes(f_blocks - f_bfree) };
};

/** The protocol tells no type: the name's ending does. */
export const mimeTypeOf = (name = ""): string | null => lookup(name) || null;

/** Whole seconds since 1970, unsigned. */
export const toTime = ({ mtime }: Facts): string | null => (mtime ? new Date(mtime * 1000).toISOString() : null);

export const toSize = ({ size }: Facts): number | null =>
  size !== undefined && Number.isSafeInteger(size) && size >= 0 ? size : null;

/** The account's folder is called by the last name of its path, or as its host where it is the whole file system. */
const nameOf = ({ settings: { folder, host } }: Context, { names }: Resource): string =>
  names.at(-1) ?? (String(folder).split("/").filter(Boolean).at(-1) || String(host));

const parentOf = (context: Context, { names }: Resource) =>
  names.length === 0 ? null : context.ref("folder", toId(names.slice(0, -1), true));

const toRaw = (context: Context, { names, isFolder, facts }: Resource): Raw | null => {
  if (!context.raw) return null;
  const { mode, size, uid, gid, atime, mtime } = facts;
  const type = isFolder ? "folder" : "file";
  return { id: toId(names, isFolder), type, object: { mode, size, uid, gid, atime, mtime }, headers: null };
};
