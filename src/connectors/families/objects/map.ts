import type { Raw } from "../../../../schema/common/raw.js";
import type { File } from "../../../../schema/storage/file.js";
import type { Folder } from "../../../../schema/storage/folder.js";
import type { Context } from "../../connector.js";
import { partsOf, pathOf, type Target, toId } from "./places.js";
import type { Bucket, StoredObject, Told } from "./store.js";

export const toFile = (context: Context, bucket: string, object: StoredObject): File => {
  const target = { kind: "file", bucket, key: object.key } as const;
  const { parent, name } = partsOf(context, target);
  const id = toId(context, target);
  return {
    id: context.ref("file", id),
    api: "storage",
    type: "file",
    name,
    path: pathOf(context, target),
    created: object.created,
    modified: object.modified,
    owner: null,
    parentId: parent && context.ref("folder", toId(context, parent)),
    size: object.size,
    mimeType: object.mimeType,
    downloadable: true,
    creator: null,
    lastModifier: null,
    raw: toRaw(context, id, object.told),
  };
};

/** A prefix has no times of its own, so a folder tells none, be there an object that stands for it or not. */
export const toFolder = (context: Context, bucket: string, key: string): Folder =>
  folderOf(context, { kind: "folder", bucket, key }, null, null);

export const toBucket = (context: Context, bucket: Bucket): Folder =>
  folderOf(context, { kind: "folder", bucket: bucket.name, key: "" }, bucket.created, bucket.told);

/** The folder of all buckets: nothing but buckets can be made in it. */
export const toRoot = (context: Context): Folder => ({
  ...folderOf(context, { kind: "account" }, null, null),
  canUploadFiles: false,
});

const folderOf = (context: Context, target: Target, created: string | null, told: (() => Told) | null): Folder => {
  const { parent, name } = target.kind === "account" ? { parent: null, name: "/" } : partsOf(context, target);
  const id = toId(context, target);
  return {
    id: context.ref("folder", id),
    api: "storage",
    type: "folder",
    name,
    path: pathOf(context, target),
    created,
    modified: null,
    owner: null,
    parentId: parent && context.ref("folder", toId(context, parent)),
    canCreateFolders: null,
    canUploadFiles: null,
    raw: toRaw(context, id, told),
  };
};

/** Made only for who asks for it: it costs as much again as reading the list. */
const toRaw = (context: Context, id: string, told: (() => Told) | null): Raw | null =>
  context.raw ? { id, type: null, object: told?.() ?? null, headers: null } : null;

/** Without parameters: `text/plain; charset=utf-8` is text/plain. */
export const toMimeType = (contentType: string | null | undefined): string | null =>
  /^[\w.+-]+\/[\w.+-]+/.exec(contentType?.trim() ?? "")?.[0].toLowerCase() ?? null;

/** `Mon, 23 Nov 2026 12:26:12 GMT`, or ISO 8601, as ISO 8601. */
export const toTime = (text: string | null | undefined): string | null => {
  const milliseconds = text && /(Z| GMT|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(milliseconds) ? null : new Date(milliseconds).toISOString();
};

export const toSize = (text: string | null | undefined): number | null => {
  const size = text && /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(size) ? size : null;
};
