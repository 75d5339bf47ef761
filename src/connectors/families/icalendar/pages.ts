import { Effort } from "./effort.js";
import { expand, type Instance, overlaps, type Recurrence, type Span } from "./recurrence.js";
import { endOf, type Length, type Moment } from "./values.js";
import { DAY } from "./zones.js";

/** What one page may cost, and what each series may cost of it in each slice. */
const EFFORT = 5_000_000;
const EFFORT_OF_SERIES = EFFORT / 50;
/** The first slice of a page; each further one is twice as wide. */
const WIDTH = 7 * DAY;

/** A place in a list that is ordered by start and id. */
export interface Position {
  /** Instant. */
  readonly start: number;
  readonly id: string;
}
export interface Placed extends Position, Instance {}

/** A part of a list: what begins at or after `from` and before `until`. */
export interface Slice {
  /** `-Infinity` at first: what is under way when the span begins belongs to it as well. */
  readonly from: number;
  readonly until: number;
  /** Items of any one series that are looked for at most. */
  readonly limit: number;
  readonly effort: Effort;
  /** What has cost too much already, and is not tried again for this page. */
  readonly givenUp: Set<Recurrence>;
}

/** A slice by itself: what begins within it. */
export const sliceOf = (from: number, until: number, limit: number): Slice => ({
  from,
  until,
  limit,
  effort: new Effort(),
  givenUp: new Set(),
});

/** `known`: the instant before which nothing is missing. */
export interface Known<Item> {
  items: Item[];
  known: number;
}

/**
 * One page of what overlaps a span, ordered by (start, id), also where series never end: read slice by slice, from the position on,
 * until the page is full. `next` is null at the end. A page may be short, even empty, when rules ask for more work than it is given.
 */
export const pageOf = <Item extends Placed>(
  span: Span,
  { after, limit }: { after: Position | null; limit: number },
  read: (slice: Slice) => Known<Item>,
): { items: Item[]; next: Position | null } => {
  const effort = new Effort(EFFORT);
  const givenUp = new Set<Recurrence>();
  const found: Item[] = [];
  let from = after?.start ?? Number.NEGATIVE_INFINITY;
  for (let width = WIDTH, slices = 0; from < span.end && found.length <= limit; slices++) {
    const until = Math.min(span.end, Math.max(from, span.start) + width);
    const { items, known } = read({ from, until, limit: limit + 1, effort, givenUp });
    // Who came after the one that spent it all has been cut short: the next page begins with this slice again.
    if (effort.exhausted && slices > 0) return { items: found, next: { start: from, id: "" } };
    const complete = Math.min(known, until);
    const fitting = items.filter(
      (item) =>
        item.start >= from && item.start < complete && overlaps(item, span) && (!after || inOrder(after, item) < 0),
    );
    found.push(...fitting.sort(inOrder));
    if (complete === until) width *= 2;
    from = complete;
    if (effort.exhausted) break;
  }
  if (found.length > limit) {
    const items = found.slice(0, limit);
    const last = items.at(-1) as Item;
    return { items, next: { start: last.start, id: last.id } };
  }
  return { items: found, next: from < span.end ? { start: from, id: "" } : null };
};

export const inOrder = (one: Position, other: Position): number =>
  one.start - other.start || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);

/** A series without those of its instances that `skip` names. */
export interface Recurring {
  readonly start: Moment;
  readonly length: Length;
  readonly recurrence: Recurrence;
}

/** Instances that begin within a slice, or lasted into the span when it is the first. A rule that costs too much is given up. */
export const beginning = (
  { start, length, recurrence }: Recurring,
  { from, until, limit, effort, givenUp }: Slice,
  span: Span,
  skip?: (wall: number, instant: number) => boolean,
): Known<Instance> => {
  if (givenUp.has(recurrence)) return { items: [], known: until };
  const own = new Effort(EFFORT_OF_SERIES, effort);
  const earliest = Math.max(from, span.start - longestOf({ start, length, recurrence }));
  const { instances, truncated } = expand(
    // As if they took no time: what began before is not looked at again.
    { start, length: { days: 0, milliseconds: 0 } },
    recurrence,
    { start: earliest, end: until },
    limit,
    { ...(skip ? { skip } : {}), effort: own },
  );
  if (own.exhausted) givenUp.add(recurrence);
  const last = instances.at(-1);
  const items = instances.map((instance) =>
    // A PERIOD among its RDATEs says its own end.
    instance.end > instance.start ? instance : { start: instance.start, end: endFrom(instance.start, start, length) },
  );
  return { items, known: truncated && last && instances.length >= limit ? last.start + 1 : until };
};

const endFrom = (instant: number, series: Moment, length: Length): number =>
  endOf({ ...series, wall: series.isDate ? instant : series.zone.toWall(instant) }, length);

/** Milliseconds that none of its instances lasts longer than. */
const longestOf = ({ start, length, recurrence }: Recurring): number => {
  const lasting = ({ days, milliseconds }: Length): number =>
    // A day by the clock may have more than 24 hours.
    days * DAY + milliseconds + (days > 0 && !start.isDate ? DAY : 0);
  const longest = Math.max(0, lasting(length));
  return recurrence.dates.reduce((most, { length: own }) => (own ? Math.max(most, lasting(own)) : most), longest);
};
