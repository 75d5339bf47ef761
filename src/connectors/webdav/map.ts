import type { Raw } from "../../../schema/common/raw.js";
import type { File } from "../../../schema/storage/file.js";
import type { Folder } from "../../../schema/storage/folder.js";
import type { Quota } from "../../../schema/storage/quota.js";
import type { Context, StorageItem } from "../connector.js";
import { type Answer, textOf } from "../families/dav/multistatus.js";
import { toId } from "../families/paths/names.js";
import { rootName } from "./paths.js";
import type { Resource } from "./wire.js";

export const toItem = (context: Context, resource: Resource): StorageItem =>
  resource.isFolder ? toFolder(context, resource) : toFile(context, resource);

export const toFile = (context: Context, resource: Resource): File => ({
  id: context.ref("file", toId(resource.names, false)),
  api: "storage",
  type: "file",
  name: nameOf(context, resource),
  path: `/${resource.names.join("/")}`,
  created: fromIso(resource.created),
  modified: fromHttpDate(resource.modified),
  owner: null,
  parentId: parentOf(context, resource),
  size: toSize(resource.length),
  mimeType: toMimeType(resource.contentType),
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
  created: fromIso(resource.created),
  modified: fromHttpDate(resource.modified),
  owner: null,
  parentId: parentOf(context, resource),
  canCreateFolders: null,
  canUploadFiles: null,
  raw: toRaw(context, resource),
});

/** A server that tells only what it has used has no bound that it knows of. */
export const toQuota = (answer: Answer | undefined): Quota => {
  const available = toSize(answer ? textOf(answer.properties, "DAV:quota-available-bytes") : null);
  const used = toSize(answer ? textOf(answer.properties, "DAV:quota-used-bytes") : null);
  return { kind: null, total: available === null || used === null ? null : available + used, used };
};

/** Without parameters: `text/plain; charset=utf-8` is text/plain. */
export const toMimeType = (contentType: string | null | undefined): string | null =>
  /^[\w.+-]+\/[\w.+-]+/.exec(contentType?.trim() ?? "")?.[0].toLowerCase() ?? null;

/** `Mon, 23 Nov 2026 12:26:12 GMT` as ISO 8601. */
export const fromHttpDate = (date: string | null | undefined): string | null => toIso(date, / GMT$/);

const fromIso = (date: string | null): string | null => toIso(date, /(Z|[+-]\d\d:\d\d)$/i);

const toIso = (date: string | null | undefined, zone: RegExp): string | null => {
  const milliseconds = date && zone.test(date) ? Date.parse(date) : Number.NaN;
  return Number.isNaN(milliseconds) ? null : new Date(milliseconds).toISOString();
};

export const toSize = (text: string | null | undefined): number | null => {
  const size = text && /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(size) ? size : null;
};

const nameOf = (context: Context, { names }: Resource): string => names.at(-1) ?? rootName(context);

const parentOf = (context: Context, { names }: Resource) =>
  names.length === 0 ? null : context.ref("folder", toId(names.slice(0, -1), true));

const toRaw = (context: Context, { names, isFolder, raw }: Resource): Raw | undefined =>
  context.raw
    ? { id: toId(names, isFolder), type: isFolder ? "collection" : null, object: raw, headers: null }
    : undefined;
