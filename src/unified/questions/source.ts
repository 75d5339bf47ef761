import type { Page, Paging } from "../../connectors/connector.js";

/** One list that a question is asked of: an account's mail, one calendar's events. */
export interface Source<Item, Account> {
  /** Stable from page to page, no two alike: `12:cal_3`. */
  readonly key: string;
  /** The account's number: the first of what orders items of the same time or rank. */
  readonly number: number;
  /** Opaque here; named in failures. */
  readonly account: Account;
  /** One page. The signal fires at the deadline, or when the caller has gone. */
  read(paging: Paging, signal: AbortSignal): Promise<Page<Item>>;
}

/** Where an item stands: time or ordinal, ascending in the order told; the account's number; native id; the source's key. */
export type Position = readonly [at: number, number: number, id: string, key: string];

export const compare = (one: Position, other: Position): number =>
  compareValues(one[0], other[0]) ||
  compareValues(one[1], other[1]) ||
  compareValues(one[2], other[2]) ||
  compareValues(one[3], other[3]);

/** By code units: the same on every machine. Not by difference, which infinities have not. */
export const compareValues = <Value extends number | string>(one: Value, other: Value): number =>
  one < other ? -1 : one > other ? 1 : 0;

export const furthest = (...positions: readonly (Position | null | undefined)[]): Position | null =>
  positions.reduce<Position | null>((far, one) => (one && (!far || compare(one, far) > 0) ? one : far), null);

/** How far a source has been told. */
export interface Mark {
  /** What stands here or before has been told, or never will be. Null: nothing. */
  readonly floor: Position | null;
  /** Prints of the ids told last, oldest first, where the source's own order counts and no position tells what has been told. */
  readonly tail: readonly string[];
  /** Items in the source's own order that had been told of the page to read again. */
  readonly told: number;
}

/** Where a source is to be read on. */
export interface Progress {
  /** The service's page: the first that has not been told whole. */
  readonly cursor: string | null;
  /** All of it has been told. */
  readonly ended: boolean;
  readonly mark: Mark;
}

/** A page that a service gave, while ours is being made. */
export interface ServicePage {
  readonly cursor: string | null;
  untold: number;
  /** Left out, since the tail says that they have been told. */
  skipped: number;
  /** Index on our page of the last item told; -1: none. */
  last: number;
}

/** An item on its way to our page. */
export interface Entry<Item> {
  readonly item: Item;
  readonly id: string;
  readonly page: ServicePage;
  position: Position;
  /** In the source's own order among its equals, not by id. */
  loose: boolean;
  /** Index on our page; -1: not told. */
  turn: number;
}
