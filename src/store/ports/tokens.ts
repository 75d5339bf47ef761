/** A bearer token of one account, known by its SHA-256. */
export interface Token {
  hash: string;
  account: number;
  created: string;
  expires: string | null;
}
export interface Tokens {
  create(token: { hash: string; account: number; expires: string | null }): Promise<void>;
  /** In the order asked for; null where there is none. Expired ones are told as they are. */
  byHashes(hashes: readonly string[]): Promise<(Token | null)[]>;
  delete(hash: string): Promise<boolean>;
}
