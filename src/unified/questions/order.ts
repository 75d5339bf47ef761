import { RankLine } from "./rankLine.js";
import type { Entry, Mark, Position, ServicePage } from "./source.js";
import { TimeLine } from "./timeLine.js";

/** How the items of many sources become one list. */
export interface Order<Item> {
  /** Part of every cursor: one of another order is refused. */
  readonly name: string;
  /** What one source has given, queued in this order. */
  line(place: Place): Line<Item>;
}

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

export interface ByTime<Item> {
  /** Milliseconds since 1970; null: the service does not say, which comes last. */
  timeOf(item: Item): number | null;
  /** The service's own id. */
  idOf(item: Item): string;
  direction: "ascending" | "descending";
  /** Items of one source and one time that are put in order by id; of more, the source's order stands. */
  ties?: number;
}

/**
 * By (time, account's number, native id). Each source must give its items in that order of time, those of the same time in any
 * that is stable; one out of that order may be lost.
 */
export const byTime = <Item>({ ties = 1000, ...how }: ByTime<Item>): Order<Item> => ({
  name: how.direction,
  line: (place) => new TimeLine(place, { ...how, ties }),
});

/** By rank: the first of every source, the second of every source …; a source's own order is its answer to how well an item fits. */
export const byRank = <Item>({ idOf }: { idOf(item: Item): string }): Order<Item> => ({
  name: "rank",
  line: (place) => new RankLine(place, idOf),
});
