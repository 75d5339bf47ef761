import type { Kysely } from "kysely";
import type { Tables } from "../tables.js";

/** What every part of the store is made of: a connection, and the store's clock in milliseconds. */
export interface Rows {
  readonly database: Kysely<Tables>;
  readonly now: () => number;
}

/** Sorts as time does. Throws a `RangeError` for what is no time. */
export const timeOf = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** Any ISO 8601 text in the one form that is kept. */
export const toTime = (text: string | null): string | null => (text === null ? null : timeOf(Date.parse(text)));

export const toFlag = (value: boolean): number => (value ? 1 : 0);

/** The columns of a change: what is `undefined` stays as it is. */
export const given = <Columns extends object>(
  columns: Columns,
): { [Name in keyof Columns]?: Exclude<Columns[Name], undefined> } =>
  Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Columns]?: Exclude<Columns[Name], undefined>;
  };

/** `rows` in the order of `keys`, null where there is none. */
export const aligned = <Key, Row>(
  keys: readonly Key[],
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): (Row | null)[] => {
  const found = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.map((key) => found.get(key) ?? null);
};
