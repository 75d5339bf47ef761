import type { File } from "../../../../schema/storage/file.js";
import type { Folder } from "../../../../schema/storage/folder.js";
import type { Permission } from "../../../../schema/storage/permission.js";
import { type Context, permissionId, type StorageItem } from "../../connector.js";
import { refOf, toPerson, toRaw } from "../map.js";
import type { WireFile, WireFolder, WireItem, WirePermission } from "./wire.js";

export const toItem = (context: Context, wire: WireItem): StorageItem =>
  wire.type === "file" ? toFile(context, wire) : toFolder(context, wire);

/** The same keys in the same order for every file, and for every folder. */
export const toFile = (context: Context, wire: WireFile): File => ({
  id: context.ref("file", wire.id),
  api: "storage",
  type: "file",
  ...common(context, wire),
  size: wire.size,
  mimeType: wire.mime_type,
  downloadable: wire.downloadable ?? true,
  creator: toPerson(context, wire.creator),
  lastModifier: toPerson(context, wire.last_modifier),
});

export const toFolder = (context: Context, wire: WireFolder): Folder => ({
  id: context.ref("folder", wire.id),
  api: "storage",
  type: "folder",
  ...common(context, wire),
  canCreateFolders: wire.can_create_folders,
  canUploadFiles: wire.can_upload_files,
});

const common = (context: Context, wire: WireItem) => ({
  name: wire.name,
  path: wire.path?.startsWith("/") ? wire.path : null,
  created: wire.created,
  modified: wire.modified,
  owner: toPerson(context, wire.owner),
  parentId: refOf(context, "folder", wire.parent),
  raw: toRaw(context, wire.raw),
});

export const toPermission =
  (context: Context, item: string) =>
  ({ id, type, role, name, email }: WirePermission): Permission => ({
    id: id === null ? null : context.ref("permission", permissionId(item, id)),
    type: type ?? "user",
    role: role ?? "reader",
    name,
    email,
    raw: toRaw(context, undefined),
  });
