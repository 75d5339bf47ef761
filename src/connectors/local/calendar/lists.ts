import type { EventQuery, Page, Paging } from "../../connector.js";
import { fromCursor, toCursor } from "../../families/cursors.js";
import { inSeries } from "../../families/icalendar/occurrences.js";
import {
  beginning,
  inOrder,
  type Known,
  type Placed,
  type Position,
  pageOf,
  type Slice,
  sliceOf,
} from "../../families/icalendar/pages.js";
import { attendeesOf, personOf, sameAddress } from "../../families/icalendar/people.js";
import { type CalendarEvent, recurs, type Series } from "../../families/icalendar/read.js";
import { instantFrom, naming, overlaps, type Span } from "../../families/icalendar/recurrence.js";
import { endOf, instantOf, type Moment, textOf } from "../../families/icalendar/values.js";
import { toIso } from "../../families/icalendar/zones.js";
import { noEvent, toNative, uidKey } from "./ids.js";
import type { Sheet } from "./sheets.js";

/** Something that takes place, or a series. */
export interface Entry extends Placed {
  sheet: Sheet;
  series: Series;
  event: CalendarEvent;
  /** The start that its series gave to it; null for what is no instance. */
  original: number | null;
}

/** The year 1 to the year 9999, for which dates are written. */
const EVER: Span = { start: -62_135_596_800_000, end: 253_402_300_799_000 };

export type Question = Pick<EventQuery, "start" | "end" | "expand" | "participant" | "query">;

/** One page of what these calendars hold. */
export const pageIn = (sheets: readonly Sheet[], question: Question, { cursor, limit }: Paging): Page<Entry> => {
  const after = cursor === null ? null : fromCursor<Position>(cursor, isPosition);
  const span = spanOf(question);
  const wanted = filterOf(question);
  const all = sheets.flatMap((sheet) => [...sheet.series.values()].map((series) => ({ sheet, series })));
  const page = question.expand
    ? expanded(all, span, wanted, { after, limit })
    : unexpanded(all, question.start === undefined && question.end === undefined ? null : span, wanted, {
        after,
        limit,
      });
  return { items: page.items, next: page.next && toCursor(page.next) };
};

/** Instances of one series. */
export const instancesIn = (
  sheet: Sheet,
  series: Series,
  window: { start: string; end: string },
  { cursor, limit }: Paging,
): Page<Entry> => {
  const after = cursor === null ? null : fromCursor<Position>(cursor, isPosition);
  const { items, next } = expanded([{ sheet, series }], spanOf(window), () => true, { after, limit });
  return { items, next: next && toCursor(next) };
};

/** A series, a single event or, with `instance`, one instance of a series. */
export const entryOf = (sheet: Sheet, uid: string, instance: string | null): Entry => {
  const series = sheet.series.get(uid);
  if (!series) throw noEvent();
  const { master, overrides } = series;
  if (instance === null) {
    if (!master) throw noEvent();
    return masterOf(sheet, series, master);
  }
  const original = instantFrom(instance);
  const override = overrides.map((event) => overrideOf(sheet, series, event)).find((one) => one.original === original);
  if (override) return override;
  const isSeries = master && (recurs(master) || overrides.length > 0);
  const slice = sliceOf(original, original + 1, 1);
  const [found] = isSeries
    ? instancesOf(sheet, series, master, slice, { start: original, end: original + 1 }).items
    : [];
  if (!found) throw noEvent();
  return found;
};

interface Asked {
  after: Position | null;
  limit: number;
}
type Held = { sheet: Sheet; series: Series };

const expanded = (all: readonly Held[], span: Span, wanted: (event: CalendarEvent) => boolean, asked: Asked) => {
  const still: Entry[] = [];
  const recurring: (Held & { master: CalendarEvent })[] = [];
  for (const { sheet, series } of all) {
    const { master, overrides } = series;
    for (const event of overrides) if (wanted(event)) still.push(overrideOf(sheet, series, event));
    if (!master || !wanted(master)) continue;
    if (recurs(master) || overrides.length > 0) recurring.push({ sheet, series, master });
    else still.push(masterOf(sheet, series, master));
  }
  return pageOf<Entry>(span, asked, (slice) => {
    let known = slice.until;
    const items = still.filter(({ start }) => start < slice.until);
    for (const { sheet, series, master } of recurring) {
      const found = instancesOf(sheet, series, master, slice, span);
      items.push(...found.items);
      known = Math.min(known, found.known);
    }
    return { items, known };
  });
};

const unexpanded = (
  all: readonly Held[],
  span: Span | null,
  wanted: (event: CalendarEvent) => boolean,
  { after, limit }: Asked,
): { items: Entry[]; next: Position | null } => {
  const entries = all.flatMap(({ sheet, series }) => [
    ...(series.master ? [masterOf(sheet, series, series.master)] : []),
    ...series.overrides.map((event) => overrideOf(sheet, series, event)),
  ]);
  const left = entries
    .filter(
      (entry) => (!after || inOrder(after, entry) < 0) && wanted(entry.event) && (!span || takesPlaceIn(entry, span)),
    )
    .sort(inOrder);
  const items = left.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last && left.length > limit ? { start: last.start, id: last.id } : null };
};

const takesPlaceIn = (entry: Entry, span: Span): boolean => {
  const { sheet, series, event, original } = entry;
  if (original !== null || !recurs(event)) return overlaps(entry, span);
  const slice = sliceOf(Number.NEGATIVE_INFINITY, span.end, 1000);
  return instancesOf(sheet, series, event, slice, span).items.some((instance) => overlaps(instance, span));
};

const masterOf = (sheet: Sheet, series: Series, event: CalendarEvent): Entry => ({
  id: toNative({ file: sheet.id, uid: uidKey(series.uid), instance: null }),
  start: instantOf(event.start),
  end: endOf(event.start, event.length),
  sheet,
  series,
  event,
  original: null,
});

const overrideOf = (sheet: Sheet, series: Series, event: CalendarEvent): Entry => {
  const original = instantOf(inSeries(event.recurrenceId as Moment, series.master));
  return { ...masterOf(sheet, series, event), id: instanceId(sheet, series, original), original };
};

const instanceId = (sheet: Sheet, series: Series, original: number): string =>
  toNative({ file: sheet.id, uid: uidKey(series.uid), instance: toIso(original) });

/** As the series describes them: without those that depart from it. */
const instancesOf = (sheet: Sheet, series: Series, event: CalendarEvent, slice: Slice, span: Span): Known<Entry> => {
  const names = series.overrides.map(({ recurrenceId }) => recurrenceId as Moment);
  const { items, known } = beginning(event, slice, span, naming(names, event.start));
  const entries = items.map(({ start, end }) => {
    return { id: instanceId(sheet, series, start), start, end, sheet, series, event, original: start };
  });
  return { items: entries, known };
};

const filterOf = ({ participant, query }: Question): ((event: CalendarEvent) => boolean) => {
  const words = query === undefined ? [] : fold(query).split(/\s+/).filter(Boolean).slice(0, 10);
  return ({ component }) => {
    if (participant !== undefined) {
      const people = [personOf(component, "ORGANIZER"), ...attendeesOf(component)];
      if (!people.some((person) => sameAddress(person?.email ?? null, participant))) return false;
    }
    if (words.length === 0) return true;
    const text = fold(["SUMMARY", "DESCRIPTION", "LOCATION"].map((name) => textOf(component, name) ?? "").join(" "));
    return words.every((word) => text.includes(word));
  };
};

const fold = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const spanOf = ({ start, end }: Pick<Question, "start" | "end">): Span => ({
  start: start === undefined ? EVER.start : instantFrom(start),
  end: end === undefined ? EVER.end : instantFrom(end),
});

const isPosition = ({ start, id }: Partial<Position>): boolean => Number.isFinite(start) && typeof id === "string";
