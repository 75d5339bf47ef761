import { ApiError } from "../../../errors.js";
import type { Context } from "../../connector.js";
import type { Occurrence } from "../icalendar/occurrences.js";
import { beginning, type Known, type Placed, type Slice, sliceOf } from "../icalendar/pages.js";
import { type CalendarEvent, readCalendar, recurs, type Series } from "../icalendar/read.js";
import { instantFrom, naming, overlaps, type Span } from "../icalendar/recurrence.js";
import { endOf, instantOf, type Moment } from "../icalendar/values.js";
import { toIso } from "../icalendar/zones.js";
import { eventId, noEvent } from "./ids.js";
import type { Resource } from "./requests.js";

/** A resource, read. */
export interface Entry {
  resource: Resource;
  series: Series;
}

/** One event as it is told: a single one, a master, or an instance of a series. */
export interface Told extends Placed {
  entry: Entry;
  event: CalendarEvent;
  /** Null for a single event and a master. */
  recurrenceId: string | null;
}

/** Null for a resource that holds no event: a task. Throws `bad_gateway` for one that cannot be read. */
export const toEntry = (resource: Resource): Entry | null => {
  const [series] = readCalendar(resource.text).series;
  return series ? { resource, series } : null;
};

/** Those that can be read: one broken text must not hide a calendar. */
export const toEntries = (resources: readonly Resource[]): Entry[] =>
  resources.flatMap((resource) => {
    try {
      return toEntry(resource) ?? [];
    } catch (error) {
      if (error instanceof ApiError) return [];
      throw error;
    }
  });

/** The event, or its series: with instances or without. */
export const isSeries = ({ series: { master, overrides } }: Entry): boolean =>
  master === null || recurs(master) || overrides.length > 0;

export const told = (entry: Entry, event: CalendarEvent, original: number | null, times?: Span): Told => {
  const { calendar, name } = entry.resource;
  const recurrenceId = original === null ? null : toIso(original);
  const start = times?.start ?? instantOf(event.start);
  const end = times?.end ?? endOf(event.start, event.length);
  return { entry, event, recurrenceId, id: eventId({ calendar, name, recurrenceId }), start, end };
};

export const occurrenceOf = ({ event, start, end, recurrenceId }: Told): Occurrence => ({
  event,
  start: toIso(start),
  end: toIso(end),
  recurrenceId,
});

/** What of an entry begins within a slice: of a series its instances. */
export const takingPlace = (entry: Entry, slice: Slice, span: Span): Known<Told> => {
  const { master } = entry.series;
  const departing = overridesOf(entry);
  if (master && !isSeries(entry)) return { items: [told(entry, master, null)], known: slice.until };
  if (!master) return { items: departing, known: slice.until };
  const { items, known } = beginning(master, slice, span, skipping(entry.series));
  return { items: [...departing, ...items.map((times) => told(entry, master, times.start, times))], known };
};

export const together = (until: number, parts: readonly Known<Told>[]): Known<Told> => ({
  items: parts.flatMap(({ items }) => items),
  known: parts.reduce((least, { known }) => Math.min(least, known), until),
});

/** As it is kept: the event or its master, and what departs from it. */
export const kept = (entry: Entry): Told[] => {
  const { master } = entry.series;
  return [...(master ? [told(entry, master, null)] : []), ...overridesOf(entry)];
};

/** Whether it overlaps a span: of a master, one of its instances. */
export const liesIn = ({ event, start, end, recurrenceId }: Told, span: Span): boolean => {
  if (recurrenceId !== null || !recurs(event)) return overlaps({ start, end }, span);
  const slice = sliceOf(Number.NEGATIVE_INFINITY, span.end, 1000);
  return beginning(event, slice, span).items.some((instance) => overlaps(instance, span));
};

const overridesOf = (entry: Entry): Told[] =>
  entry.series.overrides.map((override) => told(entry, override, originalOf(entry.series, override)));

/** A RECURRENCE-ID without a zone is one of the series' own. */
const originalOf = ({ master }: Series, { recurrenceId }: CalendarEvent): number => {
  const moment = recurrenceId as Moment;
  return instantOf(master && moment.floating && !moment.isDate ? { ...moment, zone: master.start.zone } : moment);
};

const skipping = ({ master, overrides }: Series) =>
  naming(
    overrides.map(({ recurrenceId }) => recurrenceId as Moment),
    (master as CalendarEvent).start,
  );

/** The event or master itself, or one instance. Throws `not_found`. */
export const pick = (entry: Entry, recurrenceId: string | null): Told => {
  const { master } = entry.series;
  if (recurrenceId === null) {
    if (!master) throw noEvent();
    return told(entry, master, null);
  }
  const original = instantFrom(recurrenceId);
  const override = overridesOf(entry).find((each) => each.recurrenceId === toIso(original));
  if (override) return override;
  if (!master || !isSeries(entry)) throw noEvent();
  const slice = sliceOf(original, original + 1, 1);
  const { items } = beginning(master, slice, { start: original, end: original + 1 }, skipping(entry.series));
  const [instance] = items;
  if (!instance) throw noEvent();
  return told(entry, master, original, instance);
};

/** The account's own addresses, in lower case or not. */
export const addressesOf = ({ settings }: Context): string[] =>
  String(settings.addresses ?? "")
    .split("\n")
    .filter(Boolean);
