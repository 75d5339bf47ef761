import { lookup } from "mime-types";
import type { Raw } from "../../../schema/common/raw.js";
import type { File } from "../../../schema/storage/file.js";
import type { Folder } from "../../../schema/storage/folder.js";
import type { Ref } from "../../ids.js";
import type { Context, StorageItem } from "../connector.js";
import type { Facts } from "./wire.js";

/** An entry by its native id; `parent` is null for the account's folder alone. */
export interface Named {
  id: string;
  name: string;
  parent: Ref | null;
}

export const toItem = (context: Context, named: Named, facts: Facts): StorageItem =>
  facts.isDirectory() ? toFolder(context, named, facts) : toFile(context, named, facts);

export const toFile = (context: Context, { id, name, parent }: Named, facts: Facts): File => ({
  id: context.ref("file", id),
  api: "storage",
  type: "file",
  name,
  path: id,
  created: moment(facts.birthtimeMs),
  modified: moment(facts.mtimeMs),
  owner: null,
  parentId: parent,
  size: facts.size,
  mimeType: mimeTypeOf(name),
  downloadable: true,
  creator: null,
  lastModifier: null,
  raw: context.raw ? toRaw(id, "file", facts) : undefined,
});

export const toFolder = (context: Context, { id, name, parent }: Named, facts: Facts): Folder => ({
  id: context.ref("folder", id),
  api: "storage",
  type: "folder",
  name,
  path: parent === null ? "/" : id,
  created: moment(facts.birthtimeMs),
  modified: moment(facts.mtimeMs),
  owner: null,
  parentId: parent,
  canCreateFolders: null,
  canUploadFiles: null,
  raw: context.raw ? toRaw(id, "folder", facts) : undefined,
});

export const mimeTypeOf = (name: string): string | null => lookup(name) || null;

/** A file system that keeps no time of birth says 1970. */
const moment = (milliseconds: number): string | null =>
  milliseconds > 0 ? new Date(milliseconds).toISOString() : null;

const toRaw = (id: string, type: string, facts: Facts): Raw => {
  const { ino, mode, nlink, uid, gid, size, mtimeMs, ctimeMs, birthtimeMs } = facts;
  return { id, type, object: { ino, mode, nlink, uid, gid, size, mtimeMs, ctimeMs, birthtimeMs }, headers: null };
};
