import { lookup } from "mime-types";
import type { Raw } from "../../../../schema/common/raw.js";
import type { File } from "../../../../schema/storage/file.js";
import type { Folder } from "../../../../schema/storage/folder.js";
import type { Context, StorageItem } from "../../connector.js";
import type { Entry } from "./cursors.js";
import { toId } from "./names.js";

/** What a protocol without further wisdom tells of a file or folder. */
export interface Told extends Entry {
  size: number | null;
  /** ISO 8601. */
  modified: string | null;
  /** The service's own words, for `raw`. */
  words: object;
}

export const itemOf = (context: Context, told: Told): StorageItem =>
  told.isFolder ? folderOf(context, told) : fileOf(context, told);

export const fileOf = (context: Context, told: Told): File => ({
  id: context.ref("file", toId(told.names, false)),
  api: "storage",
  type: "file",
  name: nameOf(context, told),
  path: `/${told.names.join("/")}`,
  created: null,
  modified: told.modified,
  owner: null,
  parentId: parentOf(context, told),
  size: told.size,
  mimeType: mimeTypeOf(told.names.at(-1)),
  downloadable: true,
  creator: null,
  lastModifier: null,
  raw: toRaw(context, told),
});

export const folderOf = (context: Context, told: Told): Folder => ({
  id: context.ref("folder", toId(told.names, true)),
  api: "storage",
  type: "folder",
  name: nameOf(context, told),
  path: `/${told.names.join("/")}`,
  created: null,
  modified: told.modified,
  owner: null,
  parentId: parentOf(context, told),
  canCreateFolders: null,
  canUploadFiles: null,
  raw: toRaw(context, told),
});

/** Such protocols tell no type: the name's ending does. */
export const mimeTypeOf = (name = ""): string | null => lookup(name) || null;

/** A path on the server: the account's folder, an absolute path in its settings, and the names from there. */
export const pathOf = ({ settings: { folder } }: Pick<Context, "settings">, names: readonly string[]): string =>
  names.length === 0 ? String(folder) : `${String(folder).replace(/\/$/, "")}/${names.join("/")}`;

/** The account's folder is called by the last name of its path, or as its host where it is the whole server. */
const nameOf = ({ settings: { folder, host } }: Context, { names }: Told): string =>
  names.at(-1) ?? (String(folder).split("/").filter(Boolean).at(-1) || String(host));

const parentOf = (context: Context, { names }: Told) =>
  names.length === 0 ? null : context.ref("folder", toId(names.slice(0, -1), true));

const toRaw = (context: Context, { names, isFolder, words }: Told): Raw | null =>
  context.raw
    ? { id: toId(names, isFolder), type: isFolder ? "folder" : "file", object: { ...words }, headers: null }
    : null;
