import type { Context, Page, Paging } from "./context.js";

export interface CollectionTraits {
  /** Objects of one page at most. */
  pageSize: number;
  /** Keys of one `getMany`. Absent with it. */
  getMany?: number;
  /** Questions of one `listMany`. Absent with it. */
  listMany?: number;
}

/**
 * Objects of one type in a service: what a category is made of. An operation that exists is a capability, `crm.contacts.create`.
 * Errors are `ApiError`s: `not_found` for an id that names nothing.
 *
 * `Query`: what a list can be narrowed by. A connector honours each of its fields, or throws `not_implemented` for one that
 * the service cannot; it never gives objects that were not asked for.
 * `Draft`: what a new object is made of. References are native ids. In a change, absent stays as it is and null clears.
 */
export interface Collection<Item, Query extends object = object, Draft extends object = object> {
  readonly traits: CollectionTraits;
  list?(context: Context, query: Query & Paging): Promise<Page<Item>>;
  /** First pages of several lists in one call upstream; aligned, an `Error` for each that failed. */
  listMany?(context: Context, queries: readonly Query[], limit: number): Promise<(Page<Item> | Error)[]>;
  get?(context: Context, id: string): Promise<Item>;
  /** Aligned with `ids`, an `Error` for each that failed; at most `traits.getMany` of them. One call upstream. */
  getMany?(context: Context, ids: readonly string[]): Promise<(Item | Error)[]>;
  create?(context: Context, draft: Draft): Promise<Item>;
  update?(context: Context, id: string, change: Draft): Promise<Item>;
  /** `permanent` passes the trash by, where there is one. */
  delete?(context: Context, id: string, how: { permanent: boolean }): Promise<void>;
}

/** Fields of the service's own, laid over those that the unified ones became. */
export interface RawFields {
  raw?: Readonly<Record<string, unknown>>;
}

/** Text, or nothing. */
export type Text = string | null;

/** The native id of an object of any type: services count the ids of each type apart. */
export const recordId = (rawType: string, id: string): string => `${rawType}\n${id}`;
export const ofRecordId = (native: string): { rawType: string; id: string } => {
  const [rawType = "", id = ""] = native.split("\n", 2);
  return { rawType, id };
};
