import type { Context } from "../../connector.js";

/** Where an object lies. A folder's key is empty or ends with a slash. */
export interface Place {
  bucket: string;
  key: string;
}

/** An object as its service tells it. */
export interface StoredObject {
  key: string;
  /** Bytes. */
  size: number;
  /** ISO 8601. */
  modified: string | null;
  created: string | null;
  /** Lists do not tell it everywhere. */
  mimeType: string | null;
  etag: string | null;
  /** The service's own words about it: an element of a list, or headers. */
  told(): Told;
}

export type Told = Readonly<Record<string, unknown>>;

export interface Bucket {
  name: string;
  /** ISO 8601. */
  created: string | null;
  told(): Told;
}

/** `next`: what the service wants to be given for the page that follows; null at the end. */
export interface ObjectPage {
  objects: StoredObject[];
  /** Beginnings of keys up to a slash, for which a list that is not `flat` stands in for the objects below. */
  prefixes: string[];
  next: string | null;
}

export interface ListQuestion {
  bucket: string;
  prefix: string;
  /** All keys below the prefix; else only those without a further slash. */
  flat: boolean;
  token: string | null;
  /** Objects and prefixes together. */
  limit: number;
}

/** One upload in parts that is under way at the service; JSON, for it may be kept. */
export type PartedUpload = Readonly<Record<string, string>>;

export interface ObjectStoreLimits {
  /** Entries of one list. */
  page: number;
  /** How long a key may be, as `lengthOf` counts. */
  key: number;
  /** Parts of one upload. */
  parts: number;
  /** Bytes of each part but the last; kept in memory until it is sent. */
  partBytes: number;
  /** Keys that `remove` takes. */
  remove: number;
}

/**
 * A store of objects by their keys: buckets of S3, containers of Azure. The family makes files and folders of it. What throws
 * throws `ApiError`s; `context.signal` ends whatever is under way.
 */
export interface ObjectStore {
  readonly limits: Readonly<ObjectStoreLimits>;
  /** The length of a key as the service counts it: bytes or characters. */
  lengthOf(key: string): number;
  /** Characters that no new name may contain. */
  readonly refusedInNames: readonly string[];
  /** False for what can be no key there: it is not asked for. */
  isKey(key: string): boolean;
  /** Sent with every request for an object's bytes. */
  readonly readHeaders?: Readonly<Record<string, string>>;
  /** How a bucket may be called. */
  readonly bucketNames: { pattern: RegExp; rule: string };

  /** All of them that the credential may list, by name; more than 10,000 are not told. */
  buckets(context: Context): Promise<Bucket[]>;
  /** `repeated`: the name may be taken by what an attempt before has made. */
  createBucket(context: Context, name: string): Promise<{ isMade: boolean; repeated: boolean }>;
  /** Throws `folder_not_empty`. */
  removeBucket(context: Context, name: string): Promise<void>;

  /** The absolute URL of an object or, with an empty key, of its bucket. */
  address(context: Context, place: Place): Promise<string>;
  /** `not_found` where there is no such bucket; a prefix that nothing begins with is an empty list. */
  list(context: Context, question: ListQuestion): Promise<ObjectPage>;
  /** What a PUT of an object says of it. `isNew`: only where nothing is. */
  putHeaders(how: { mimeType?: string | undefined; isNew: boolean }): Record<string, string>;
  /** False when it was to be new and something was there that this very call has not put there. */
  put(context: Context, place: Place, bytes: Buffer, how: PutOptions): Promise<boolean>;
  /** Whatever is at the destination is replaced. */
  copy(context: Context, bucket: string, from: StoredObject, to: Place): Promise<void>;
  /** Those that are not there are no failure. */
  remove(context: Context, bucket: string, keys: readonly string[]): Promise<void>;

  startParts(context: Context, place: Place, mimeType: string): Promise<PartedUpload>;
  /** Answers with what `completeParts` wants to know of the part. Numbers count from 1. */
  putPart(context: Context, place: Place, upload: PartedUpload, number: number, bytes: Buffer): Promise<string>;
  /** As `put`. */
  completeParts(
    context: Context,
    place: Place,
    upload: PartedUpload,
    parts: readonly string[],
    how: PutOptions,
  ): Promise<boolean>;
  /** An upload that is not there any more is no failure. Called when the caller may have gone. */
  abortParts(context: Context, place: Place, upload: PartedUpload): Promise<void>;
}

export interface PutOptions {
  mimeType: string;
  isNew: boolean;
}

/** What a folder's own object says it is; nobody reads it, but consoles show it. */
export const FOLDER_TYPE = "application/x-directory";
