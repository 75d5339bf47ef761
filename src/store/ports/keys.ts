export const RIGHTS = ["read", "write", "raw", "admin"] as const;
export type Right = (typeof RIGHTS)[number];

/** An API key: found by the SHA-256 of its text; the text itself only sealed. */
export interface Key {
  id: number;
  application: string;
  name: string;
  /** base64url of SHA-256. */
  hash: string;
  /** The first characters, to recognise it by. */
  prefix: string;
  sealed: string;
  rights: Right[];
  created: string;
  expires: string | null;
}
export interface Keys {
  create(key: Omit<Key, "id" | "created">): Promise<Key>;
  byHash(hash: string): Promise<Key | null>;
  list(application: string): Promise<Key[]>;
  delete(application: string, id: number): Promise<boolean>;
}
