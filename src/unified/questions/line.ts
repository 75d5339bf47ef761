import type { Entry, Mark, Position, ServicePage } from "./source.js";

/** A source as its line sees it. */
export interface Place {
  readonly number: number;
  readonly key: string;
  readonly mark: Mark;
  /** Ids kept where the source's own order counts. */
  readonly keep: number;
}

/** One source's items on their way, while one page of ours is made. */
export interface Line<Item> {
  /** The next of this source, once nothing unread can come before it. */
  readonly head: Entry<Item> | undefined;
  /** The position of `head`; without one, none that is still to be read stands before this. */
  readonly bound: Position;
  /** Items wait for what follows them. */
  readonly waits: boolean;
  shift(): void;
  add(items: readonly Item[], page: ServicePage): void;
  /** The source has no more. */
  end(): void;
  /** Lets what waits go in the source's own order. */
  loosen(): void;
  /** Lets the only one that waits go, if one alone does. */
  lone(): Entry<Item> | undefined;
  /** What is to be known once these of the source have been told, and everything of any source up to `high`. */
  markAfter(told: readonly Entry<Item>[], high: Position | null, page: ServicePage | undefined): Mark;
}
