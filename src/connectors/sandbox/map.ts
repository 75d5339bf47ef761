import type { Person } from "../../../schema/common/person.js";
import type { Raw } from "../../../schema/common/raw.js";
import type { File } from "../../../schema/storage/file.js";
import type { Folder } from "../../../schema/storage/folder.js";
import type { Permission } from "../../../schema/storage/permission.js";
import { type Change, type Context, type Page, permissionId, personRef, type StorageItem } from "../connector.js";
import type { WireChanges, WireItem, WireListing, WirePermission, WirePerson } from "./wire.js";

export const toItem = (context: Context, wire: WireItem): StorageItem =>
  wire.kind === "file" ? toFile(context, wire) : toFolder(context, wire);

/** The same keys in the same order for every file, and for every folder: lists of a thousand are the common case. */
export const toFile = (context: Context, wire: WireItem): File => ({
  id: context.ref("file", wire.id),
  api: "storage",
  type: "file",
  name: wire.name,
  path: wire.path,
  created: wire.created_at,
  modified: wire.modified_at,
  owner: toPerson(context, wire.owner),
  parentId: parentOf(context, wire),
  size: wire.size,
  mimeType: wire.mime_type,
  downloadable: true,
  creator: toPerson(context, wire.created_by),
  lastModifier: toPerson(context, wire.modified_by),
  raw: rawOf(context, wire),
});

export const toFolder = (context: Context, wire: WireItem): Folder => ({
  id: context.ref("folder", wire.id),
  api: "storage",
  type: "folder",
  name: wire.name,
  path: wire.path,
  created: wire.created_at,
  modified: wire.modified_at,
  owner: toPerson(context, wire.owner),
  parentId: parentOf(context, wire),
  canCreateFolders: true,
  canUploadFiles: true,
  raw: rawOf(context, wire),
});

export const toPage = (context: Context, { entries, cursor, total }: WireListing): Page<StorageItem> => ({
  items: entries.map((entry) => toItem(context, entry)),
  next: cursor,
  ...(total === null ? {} : { total }),
});

export const toPermission = (context: Context, item: string, wire: WirePermission): Permission => ({
  id: context.ref("permission", permissionId(item, wire.id)),
  type: wire.type,
  role: wire.role,
  name: wire.name,
  email: wire.email,
  raw: context.raw ? { id: wire.id, type: "permission", object: wire, headers: null } : undefined,
});

const KINDS: Readonly<Record<string, Change["kind"]>> = {
  created: "ADD",
  updated: "UPDATE",
  deleted: "DELETE",
  moved: "MOVE",
  renamed: "RENAME",
};
export const toChange = ({ kind, category, item_kind, id, occurred_at }: WireChanges["changes"][number]): Change => ({
  kind: KINDS[kind] ?? "OTHER",
  api: category,
  type: item_kind,
  id,
  occurred: occurred_at,
});

const parentOf = (context: Context, { parent_id }: WireItem) =>
  parent_id === null ? null : context.ref("folder", parent_id);

export const toPerson = (context: Context, { id, name, email }: WirePerson): Person => ({
  id: personRef(context, id),
  name,
  email,
});

const rawOf = ({ raw }: Context, wire: WireItem): Raw | undefined =>
  raw ? { id: wire.id, type: wire.kind, object: wire, headers: null } : undefined;
