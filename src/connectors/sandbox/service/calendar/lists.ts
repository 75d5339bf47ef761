import {
  beginning,
  type Known,
  type Placed,
  pageOf,
  type Recurring,
  type Slice,
  sliceOf,
} from "../../../families/icalendar/pages.js";
import { overlaps, type Span } from "../../../families/icalendar/recurrence.js";
import { decodeCursor, encodeCursor } from "../http.js";
import type { Question, Shelf, Thing } from "../shelf/shelf.js";
import { ALL, type EventBody } from "./kinds.js";
import { instanceOf, seriesOf } from "./series.js";

const DAY = 86_400_000; // milliseconds
/** Objects read at once, and those looked at for one page of a list that is not expanded. */
const READ = 1_000;
const LOOKED_AT = 10_000;
/** Of a list without a window: the first and the last moment of ISO 8601. */
const EVER: Span = { start: Date.parse("0001-01-01T00:00:00Z"), end: Date.parse("9999-12-31T23:59:59Z") };

export interface EventsQuestion {
  calendar?: string | undefined;
  start?: string | undefined;
  end?: string | undefined;
  participant?: string | undefined;
  words?: string | undefined;
}
export interface EventPage {
  things: Thing<EventBody>[];
  cursor: string | null;
}
interface Paging {
  cursor?: string | undefined;
  limit: number;
}
/** Something that takes place; what it is told as is made only when it is on the page. */
interface Taking extends Placed {
  thing(): Thing<EventBody>;
}

/** The events of one account for one request, as lists. */
export class EventLists {
  constructor(private readonly shelf: Shelf<EventBody>) {}

  /** Series as their instances. */
  expanded(question: EventsQuestion, paging: Paging): EventPage {
    const span = spanOf(question);
    const series = this.#all({ ...this.#question("series", question), until: iso(span.end) });
    const parsed = series.map((thing) => ({ thing, recurring: seriesOf(thing.body) }));
    const overridden = namesOf(this.#all({ keys: [["override", question.calendar ?? ALL]] }));
    return this.#page(span, paging, (slice) =>
      together(
        slice.until,
        [this.#singles(question, span, slice)],
        parsed.map(({ thing, recurring }) => instancesIn(slice, span, thing, recurring, overridden)),
      ),
    );
  }

  /** Of one series, those that depart from it among them. */
  instances(series: Thing<EventBody>, window: { start: string; end: string }, paging: Paging): EventPage {
    const span = spanOf(window);
    const overrides = this.overridesOf(series.id);
    const [departing, overridden] = [overrides.map(toTaking), namesOf(overrides)];
    const recurring = seriesOf(series.body);
    return this.#page(span, paging, (slice) =>
      together(slice.until, [
        { items: departing, known: slice.until },
        instancesIn(slice, span, series, recurring, overridden),
      ]),
    );
  }

  /** Masters, what happens once, and what departs from its series. */
  unexpanded(question: EventsQuestion, { cursor, limit }: Paging): EventPage {
    const span = spanOf(question);
    const isWindow = question.start !== undefined || question.end !== undefined;
    const asked = { ...this.#question("calendar", question), ...(isWindow ? { until: iso(span.end) } : {}) };
    const things: Thing<EventBody>[] = [];
    let position = cursor;
    for (let looked = 0; looked < LOOKED_AT; ) {
      const page = this.shelf.page(asked, { cursor: position, limit: READ });
      for (const thing of page.things) {
        if (things.length === limit) return { things, cursor: position as string };
        position = encodeCursor([thing.body.start, thing.id]);
        if (!isWindow || takesPlaceIn(thing.body, span)) things.push(thing);
      }
      looked += page.things.length;
      if (page.cursor === null) return { things, cursor: null };
    }
    return { things, cursor: position as string };
  }

  overridesOf(series: string): Thing<EventBody>[] {
    return this.#all({ keys: [["of", series]] });
  }

  #page(span: Span, { cursor, limit }: Paging, read: (slice: Slice) => Known<Taking>): EventPage {
    const [start, id] = cursor === undefined ? [] : decodeCursor(cursor, 2);
    const after = start === undefined ? null : { start: Date.parse(String(start)), id: String(id) };
    const { items, next } = pageOf(span, { after, limit }, read);
    return {
      things: items.map((item) => item.thing()),
      cursor: next && encodeCursor([iso(next.start), next.id]),
    };
  }

  #question(
    sort: "series" | "single" | "long" | "calendar",
    { calendar, participant, words }: EventsQuestion,
  ): Question {
    const one = calendar === undefined && sort === "calendar" ? [] : [[sort, calendar ?? ALL] as const];
    const invited = participant === undefined ? [] : [["participant", participant.toLowerCase()] as const];
    return { keys: [...one, ...invited], words, counted: false };
  }

  #all(question: Question): Thing<EventBody>[] {
    const things: Thing<EventBody>[] = [];
    let cursor: string | null = null;
    do {
      const page = this.shelf.page({ ...question, counted: false }, { cursor: cursor ?? undefined, limit: READ });
      things.push(...page.things);
      cursor = page.cursor;
    } while (cursor !== null);
    return things;
  }

  /** What happens once. Of what began before the span only what lasts for more than a day is looked for further back. */
  #singles(question: EventsQuestion, span: Span, { from, until, limit }: Slice): Known<Taking> {
    const near = Math.max(from, span.start - DAY);
    const far =
      from < span.start
        ? this.#all({ ...this.#question("long", question), until: iso(Math.max(near, EVER.start)) })
        : [];
    const asked = { ...this.#question("single", question), from: iso(Math.max(near, EVER.start)), until: iso(until) };
    const first = this.shelf.page(asked, { limit });
    const things = [...first.things];
    const last = things.at(-1)?.body.start;
    let { cursor } = first;
    // All that begin at the same moment, or none.
    while (cursor !== null && things.at(-1)?.body.start === last) {
      const page = this.shelf.page(asked, { cursor, limit });
      things.push(...page.things);
      cursor = page.cursor;
    }
    const known = cursor === null || last === undefined ? until : Date.parse(last) + 1;
    return { items: [...far, ...things].map(toTaking), known };
  }
}

/** Instances of a series as it describes them: those that something is kept of are among the singles. */
const instancesIn = (
  slice: Slice,
  span: Span,
  series: Thing<EventBody>,
  recurring: Recurring,
  overridden: ReadonlySet<string>,
): Known<Taking> => {
  const { items, known } = beginning(recurring, slice, span);
  const taking = items.map(({ start, end }) => {
    const thing = instanceOf(series, start, end);
    return { id: thing.id, start, end, thing: () => thing };
  });
  return { items: taking.filter(({ id }) => !overridden.has(id)), known };
};

const namesOf = (overrides: readonly Thing[]): ReadonlySet<string> => new Set(overrides.map(({ id }) => id));

/** Whether a series has that instance, be it described by an override or not. */
export const hasInstance = (series: Thing<EventBody>, original: number): boolean => {
  const slice = sliceOf(original, original + 1, 1);
  const { items } = beginning(seriesOf(series.body), slice, { start: original, end: original + 1 });
  return items.length > 0;
};

/** Whether anybody can tell what becomes of it: a rule may count so far that nobody gets there. */
export const isFollowed = (body: EventBody): boolean => {
  const far = Math.min(Date.parse(body.start) + 100 * 366 * DAY, EVER.end - DAY);
  const slice = sliceOf(far, far + DAY, 1);
  beginning(seriesOf(body), slice, { start: far, end: far + DAY });
  return slice.givenUp.size === 0;
};

const takesPlaceIn = (body: EventBody, span: Span): boolean => {
  if (body.recurrence.length === 0) return overlaps(timesOf(body), span);
  const slice = sliceOf(Number.NEGATIVE_INFINITY, span.end, 1000);
  return beginning(seriesOf(body), slice, span).items.some((instance) => overlaps(instance, span));
};

const together = (until: number, ...parts: (readonly Known<Taking>[])[]): Known<Taking> => {
  const all = parts.flat();
  return {
    items: all.flatMap(({ items }) => items),
    known: all.reduce((least, { known }) => Math.min(least, known), until),
  };
};

const toTaking = (thing: Thing<EventBody>): Taking => ({ id: thing.id, ...timesOf(thing.body), thing: () => thing });

const timesOf = ({ start, end }: EventBody) => ({ start: Date.parse(start), end: Date.parse(end) });

const spanOf = ({ start, end }: Pick<EventsQuestion, "start" | "end">): Span => ({
  start: start === undefined ? EVER.start : Date.parse(start),
  end: end === undefined ? EVER.end : Date.parse(end),
});

const iso = (instant: number): string => new Date(instant).toISOString();
