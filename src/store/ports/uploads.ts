/** A resumable upload under way. Its bytes wait in a file of the data folder, or as parts in the service. */
export interface Upload {
  id: string;
  account: number;
  /** Who began it, as the service's user. */
  user: string | null;
  /** Native id of the folder it goes to; empty: the bytes stay here, for a mail to take along. */
  parent: string;
  name: string;
  /** Bytes in all; null where the client did not say. */
  size: number | null;
  mimeType: string | null;
  overwrite: boolean;
  /** Bytes taken so far. */
  received: number;
  /** The connector's session, and the receipts of the parts it has. */
  session: Record<string, string | number | boolean | null> | null;
  receipts: { number: number; receipt: string }[];
  /** Native id of the finished file; of bytes that stay here, the upload's own id. */
  file: string | null;
  created: string;
  expires: string;
  /** By which the REST API knows it; null: it was begun through the graph. */
  number: number | null;
}
export interface Uploads {
  /** `counted`: it gets a number, one that none had before. */
  create(
    upload: Omit<Upload, "created" | "received" | "receipts" | "file" | "session" | "number"> & { counted?: true },
  ): Promise<Upload>;
  get(id: string): Promise<Upload | null>;
  byNumber(number: number): Promise<Upload | null>;
  /** One part more, or again. */
  putPart(id: string, part: UploadedPart): Promise<void>;
  /** By number. */
  parts(id: string): Promise<UploadedPart[]>;
  update(id: string, change: Partial<Pick<Upload, "received" | "session" | "receipts" | "file">>): Promise<void>;
  delete(id: string): Promise<boolean>;
  /** Those of an account into one folder whose time is not over, so many at most. */
  into(account: number, parent: string, limit: number): Promise<Upload[]>;
  /** Those whose time is over, oldest first. */
  expired(limit: number): Promise<Upload[]>;
}

/** A part of an upload that was sent by its number, in any order. */
export interface UploadedPart {
  /** From 1. */
  number: number;
  /** Bytes. */
  length: number;
  receipt: string;
}
