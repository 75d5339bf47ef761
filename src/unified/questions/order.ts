import type { Line, Place } from "./line.js";
import { RankLine } from "./rankLine.js";
import { type ByTime, TimeLine } from "./timeLine.js";

/** How the items of many sources become one list. */
export interface Order<Item> {
  /** Part of every cursor: one of another order is refused. */
  readonly name: string;
  /** What one source has given, queued in this order. */
  line(place: Place): Line<Item>;
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
