import type { Readable } from "node:stream";
import type { File } from "../../schema/storage/file.js";
import type { Folder } from "../../schema/storage/folder.js";
import type { Permission } from "../../schema/storage/permission.js";
import type { Property } from "../../schema/storage/property.js";
import type { Quota } from "../../schema/storage/quota.js";
import type { Credential } from "../auth/credential.js";
import { ApiError } from "../errors.js";
import type { Ref } from "../ids.js";
import type { Connections } from "../upstream/transports/transport.js";
import type { Budget, Explain, Upstream } from "../upstream/upstream.js";

/**
 * The contract between a service and everything else. A connector is one object made by `connector()`:
 * declarations as data, operations as functions. An operation that exists is a capability; nothing else says so.
 */
export interface Connector {
  /** Identifier in the unified API: `dropbox`, `webdav` … */
  readonly service: string;
  /** As people call it. */
  readonly title: string;
  readonly category: ServiceCategory;
  /** Base of relative paths: fixed, or as the account's settings say. None for what is not reached by HTTP. */
  readonly origin?: string | ((settings: Settings) => string);
  /** All that a request with this account's credential may reach. Absent: only the host of `origin`. */
  readonly hosts?: readonly string[];
  readonly auth: Auth;
  readonly budget: Budget;
  readonly explain?: Explain;
  /** Turns what the user typed into a connection, asking the service whether it is true. */
  connect(context: ConnectContext, fields: Fields): Promise<Connection>;
  /** Headers that make a request act as one user of an admin account's organisation. Absent: no impersonation. */
  actAs?(user: string): Readonly<Record<string, string>>;
  /** Methods allowed in pass-through requests. Absent: no pass-through. */
  readonly raw?: { methods: readonly string[] };
  readonly storage?: StorageOperations;
}

/** Checks nothing and adds nothing: it gives a declaration its type and a search its one entry. */
export const connector = (declaration: Connector): Connector => declaration;

export type ServiceCategory =
  | "cloud_storage"
  | "object_storage"
  | "crm"
  | "calendar"
  | "email"
  | "chat"
  | "construction"
  | "itsm"
  | "audit"
  | "sandbox";

/** How an account is connected. `fields` are asked of the user by every client: form, command line, API. */
export type Auth =
  | { scheme: "none"; fields: readonly CredentialField[] }
  /** What was typed signs each request: Basic or Digest as the server asks, Bearer when a token was given. */
  | { scheme: "credentials"; fields: readonly CredentialField[] }
  | {
      scheme: "oauth2";
      fields: readonly CredentialField[];
      /** Absent where an account is connected by its fields alone and only its tokens are OAuth's. */
      authorize?: string;
      token: string;
      scopes: readonly string[];
      /** The service's client id, where it is a public client of our own. */
      client?: string;
    };

export interface CredentialField {
  name: string;
  title: string;
  secret: boolean;
  required: boolean;
  hint?: string;
}

export type Fields = Readonly<Record<string, string>>;
/** What a connection needs beside its credential; not secret, kept with the account as JSON. */
export type Settings = Readonly<Record<string, string | number | boolean | null>>;

export interface ConnectContext {
  /** Signed with the given credential, sent to the given origin; for a service without a fixed one. */
  upstream(origin: string, credential: Credential): Upstream;
  /** The same for a service that does not speak HTTP: what is opened is closed when `connect` has ended. */
  connections(settings: Settings, credential: Credential): Connections;
  readonly signal: AbortSignal;
}

export interface Connection {
  /** How to show the account to a person: an e-mail address, `alice @ files.example.com`. */
  name: string;
  settings: Settings;
  credential: Credential;
  /** The connection is an administrator's. */
  admin?: boolean;
}

/** What one operation is given. */
export interface Context {
  readonly settings: Settings;
  readonly upstream: Upstream;
  /** In place of `upstream` for protocols other than HTTP: connections that are logged in, lent for a while. */
  readonly connections: Connections;
  /** Fires when the caller has gone or the time is up. */
  readonly signal: AbortSignal;
  /** Acting as this user of the account's organisation. */
  readonly user?: string | undefined;
  /** The caller selected `raw`: put the service's own object beside the unified one. */
  readonly raw: boolean;
  /** The global id of a native one. */
  ref(type: string, native: string): Ref;
}

/** One object of a service. `object`: it was named by its native id alone, and the connector finds out what it is. */
export interface Key<Type extends string = string> {
  type: Type | "object";
  id: string;
}

/** `next` is opaque, passes through untouched and ends with null. A page may be empty while more follow. */
export interface Page<Item> {
  items: Item[];
  next: string | null;
  /** Only where the service tells it with the page. */
  total?: number;
}
export interface Paging {
  cursor: string | null;
  /** At most so many items; a service may give fewer. */
  limit: number;
}

/** Something changed. `DELETE` tells the id only. */
export interface Change {
  kind: "ADD" | "UPDATE" | "DELETE" | "MOVE" | "RENAME";
  type: string;
  id: string;
  /** ISO 8601. */
  occurred: string;
}

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
  createFolder?(context: Context, folder: { parent: string; name: string }): Promise<Folder>;
  /** Rename, move or both. */
  update?(context: Context, key: StorageKey, change: { name?: string; parent?: string }): Promise<StorageItem>;
  /** Within the service, without the bytes passing through us. Folders with all they hold. */
  copy?(context: Context, key: StorageKey, to: { parent: string; name?: string }): Promise<StorageItem>;
  /** `folder_not_empty` unless `recursive`. `permanent` passes the trash by, where there is one. */
  delete?(context: Context, key: StorageKey, how: { recursive: boolean; permanent: boolean }): Promise<void>;
  /** The body is exactly as long as said, or fails before its end: then nothing may remain of the new file. */
  upload?(context: Context, file: NewFile, body: Readable): Promise<File>;
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
  /** Since a cursor; without one, nothing but the cursor of now. `next` is never null: keep it and ask again. */
  changes?(context: Context, cursor: string | null): Promise<{ changes: Change[]; next: string; more: boolean }>;
  /** Tells that something may have changed, so `changes` is asked at once and not at the next interval. */
  watch?(context: Context, changed: () => void): Promise<() => void>;
}

export interface PermissionChange {
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

/** `a.txt`, `a (1).txt`, `a (2).txt` … for services that have no renaming of their own. */
export function* freeNames(name: string): Generator<string> {
  yield name;
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  for (let count = 1; count <= 1000; count++) yield `${stem} (${count})${ending}`;
}

/** A name that is taken, and by what. */
export const namingConflict = (name: string, conflicting?: Ref): ApiError =>
  new ApiError("naming_conflict", `"${name}" exists already.`, conflicting ? { conflicting } : {});

/** A name as a segment of a path: what file systems and WebDAV refuse. */
export const checkName = (name: string): string => {
  if (name === "" || name === "." || name === ".." || /[/\0]/.test(name))
    throw new ApiError("invalid_parameters", "A name must not be empty, `.` or `..`, nor contain `/` or NUL.");
  return name;
};
