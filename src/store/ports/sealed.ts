/** What is sealed in a table, as `auth/vault.ts` names it in a value's place. */
export const SEALED_COLUMNS = ["credential", "key", "client_secret", "webhook", "flow"] as const;
export type SealedColumn = (typeof SEALED_COLUMNS)[number];

/** A sealed value and the place that it belongs to. */
export interface SealedValue {
  application: string;
  record: number | string;
  column: SealedColumn;
  version: number;
  sealed: string;
  /** Of the row, in the order of the list. */
  row: number | string;
}

/** All that is sealed, for the day on which the secret is replaced. */
export interface SealedValues {
  /** By row, after the given one. */
  list(column: SealedColumn, page: { after: number | string | null; limit: number }): Promise<SealedValue[]>;
  /** False when the row is gone, or holds something else by now. */
  replace(value: SealedValue, sealed: string): Promise<boolean>;
}
