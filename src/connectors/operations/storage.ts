import type { Readable } from "node:stream";
import type { File } from "../../../schema/storage/file.js";
import type { Folder } from "../../../schema/storage/folder.js";
import type { Permission } from "../../../schema/storage/permission.js";
import type { Property } from "../../../schema/storage/property.js";
import type { Quota } from "../../../schema/storage/quota.js";
import type { Context, Key, Page, Paging, Settings } from "./context.js";

/** Stands for the account's root folder wherever a folder's native id is expected. */
export const ROOT = "root";

export type StorageItem = File | Folder;
export type StorageKey = Key<"file" | "folder">;

export interface StorageTraits {
  /** Entries of one page at most. */
  pageSize: number;
  /** Keys of one `getMany`. Absent with it. */
  getMany?: number;
  /** Folders of one `listMany`. Absent with it. */
  listMany?: number;
  /** Bytes of each part of `parts` but the last. Absent with it. */
  partBytes?: number;
  /** Bytes of a file's name, where they are bounded. */
  nameBytes?: number;
  /** Characters that no name may contain: a name with one is refused as `invalid_parameters`. */
  refusedInNames?: readonly string[];
}

/** Where a new file goes, and what if one of that name is there. */
export interface NewFile {
  parent: string;
  name: string;
  /** Bytes, where known. */
  size?: number | undefined;
  mimeType?: string | undefined;
  /** `fail`: `naming_conflict`. `rename`: a free name such as `a (1).txt`. `replace`: the same file, new contents. */
  ifExists: "fail" | "rename" | "replace";
}

/** A new file whose bytes do not pass through us, so its name must be known before. */
export interface DirectFile extends Pick<NewFile, "parent" | "name" | "mimeType"> {
  ifExists: Exclude<NewFile["ifExists"], "rename">;
}

/** One request that sends a file's bytes to the service itself. Whoever knows it can send it until it expires: a secret. */
export interface UploadUrl {
  url: string;
  method: "PUT";
  /** All of them must be sent as they are. */
  headers: Readonly<Record<string, string>>;
  /** ISO 8601. */
  expires: string;
}

export interface ByteRange {
  /** First byte. */
  start: number;
  /** Last byte, inclusive; absent: to the end. */
  end?: number | undefined;
}

/** Bytes on their way. The receiver reads or destroys `body`. */
export interface Download {
  body: Readable;
  /** Bytes that `body` will give; null where nobody knows. */
  length: number | null;
  /** Bytes of the whole file; null where nobody knows. */
  size: number | null;
  /** Set when the service honoured the range asked for. */
  range?: ByteRange;
  mimeType: string | null;
  etag: string | null;
  /** ISO 8601. */
  modified: string | null;
}

/**
 * Storage. Errors are `ApiError`s: `not_found` for what is not there, `naming_conflict` with `conflicting` for a name that is
 * taken, `invalid_parent_folder` for a parent that is no folder, or lies within what is moved.
 * Operations that find `ROOT` as an id mean the root folder; its own `parentId` is null.
 */
export interface StorageOperations {
  readonly traits: StorageTraits;
  /** Where an account's settings say others; without `partBytes` it has no `parts`. */
  traitsOf?(settings: Settings): StorageTraits;
  get(context: Context, key: StorageKey): Promise<StorageItem>;
  /** Aligned with `keys`, an `Error` for each that failed; at most `traits.getMany` of them. One call upstream. */
  getMany?(context: Context, keys: readonly StorageKey[]): Promise<(StorageItem | Error)[]>;
  /** A path as a person writes it, `/` first: `/Reports/2024/budget.xlsx`. */
  byPath?(context: Context, path: string): Promise<StorageItem>;
  list?(context: Context, folder: string, paging: Paging & { recursive?: boolean }): Promise<Page<StorageItem>>;
  /** First pages of several folders in one call upstream; aligned, an `Error` for each that failed. */
  listMany?(context: Context, folders: readonly string[], limit: number): Promise<(Page<StorageItem> | Error)[]>;
  search?(context: Context, search: Paging & { query: string; in?: readonly string[] }): Promise<Page<StorageItem>>;
  /** Files, newest first; strictly later than `since` (ISO 8601). */
  recent?(context: Context, recent: Paging & { since?: string | undefined }): Promise<Page<File>>;
  /** Files that may be read by this e-mail address beside the account itself, newest first. */
  sharedWith?(context: Context, shared: Paging & { email: string }): Promise<Page<File>>;
  createFolder?(context: Context, folder: { parent: string; name: string }): Promise<Folder>;
  /** Rename, move or both. */
  update?(context: Context, key: StorageKey, change: { name?: string; parent?: string }): Promise<StorageItem>;
  /** Within the service, without the bytes passing through us. Folders with all they hold. */
  copy?(context: Context, key: StorageKey, to: { parent: string; name?: string }): Promise<StorageItem>;
  /** `folder_not_empty` unless `recursive`. `permanent` passes the trash by, where there is one. */
  delete?(context: Context, key: StorageKey, how: { recursive: boolean; permanent: boolean }): Promise<void>;
  /** The body is exactly as long as said, or fails before its end: then nothing may remain of the new file. */
  upload?(context: Context, file: NewFile, body: Readable): Promise<File>;
  /**
   * For this one file. `naming_conflict` when the name is taken now; whether `fail` holds when the bytes arrive is the service's to
   * say, and one that knows no conditions refuses them.
   */
  uploadUrl?(context: Context, file: DirectFile): Promise<UploadUrl>;
  /** Uploads in parts, each sent alone and again if need be. */
  parts?: PartOperations;
  download?(context: Context, id: string, range?: ByteRange): Promise<Download>;
  /** `not_found` where a file has none. */
  thumbnail?(context: Context, id: string, image: { size: number; format: "png" | "jpeg" }): Promise<Download>;
  permissions?(context: Context, key: StorageKey): Promise<Permission[]>;
  /** `replace`: all but the owner give way. Otherwise the named ones change; a null role takes one away. */
  setPermissions?(
    context: Context,
    key: StorageKey,
    permissions: readonly PermissionChange[],
    replace: boolean,
  ): Promise<Permission[]>;
  properties?(context: Context, key: StorageKey): Promise<Property[]>;
  /** The named ones change, a null value deletes one, others stay. Gives all that remain. */
  setProperties?(
    context: Context,
    key: StorageKey,
    properties: readonly { key: string; value: string | null }[],
  ): Promise<Property[]>;
  quota?(context: Context): Promise<Quota>;
}

/** Native id of one permission: what somebody may do differs from item to item, so a user's id alone does not name it. */
export const permissionId = (item: string, grantee: string): string => `${item}\n${grantee}`;
export const granteeOf = (permission: string): string => permission.slice(permission.lastIndexOf("\n") + 1);

export interface PermissionChange {
  /** The service's own id of the user or group. */
  id?: string;
  email?: string;
  type?: string;
  role: string | null;
}

/** A session is JSON that the connector makes and gets back; it must survive a restart. */
export interface PartOperations {
  start(context: Context, file: NewFile): Promise<Settings>;
  /** `number` counts from 1. What it answers is kept and handed to `complete`. */
  put(context: Context, session: Settings, part: { number: number; length: number }, body: Readable): Promise<string>;
  complete(
    context: Context,
    session: Settings,
    receipts: readonly { number: number; receipt: string }[],
  ): Promise<File>;
  abort(context: Context, session: Settings): Promise<void>;
}
