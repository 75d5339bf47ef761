import { ApiError } from "../../../errors.js";
import { type CalendarEvent, recurs, type Series } from "./read.js";
import {
  expand,
  instantFrom,
  linesComponent,
  naming,
  overlaps,
  recurrenceOf,
  type Span,
  spanOf,
  toWritten,
} from "./recurrence.js";
import { endOf, instantOf, type Length, type Moment, textOf, wallOf } from "./values.js";
import { Effort } from "./walk.js";
import { namedZone, toIso, UTC, type Zone } from "./zones.js";

/** Instances of one answer (limit of one question, unless it says its own). */
const LIMIT = 1000;
/** What all series of one question may cost together; each may cost a tenth of it. */
const EFFORT = 5_000_000;

/** What is wanted: all that overlaps it. ISO 8601 with zones. */
export interface Window {
  start: string;
  end: string;
}

export interface Occurrence {
  /** What describes it: the event, or the override of this instance. */
  readonly event: CalendarEvent;
  /** ISO 8601 in UTC; midnights for whole days, the end exclusive. */
  readonly start: string;
  readonly end: string;
  /** The start that the series gave to it, as `start` is written: its name within the series. Null for what does not recur. */
  readonly recurrenceId: string | null;
}

export interface Occurrences {
  /** Ordered by start. */
  readonly occurrences: readonly Occurrence[];
  /** There may be more: the limit is reached, or the rules asked for more work than one question is given. */
  readonly truncated: boolean;
}

export interface Asked {
  /** Default 1,000. */
  limit?: number | undefined;
  /** Also instances and events that are cancelled. Default: left out. */
  cancelled?: boolean | undefined;
}

/** What of these series overlaps the window, each expanded in its own zone. */
export const occurrences = (
  series: Series | readonly Series[],
  window: Window,
  { limit = LIMIT, cancelled = false }: Asked = {},
): Occurrences => {
  const span = spanOf(window);
  const shared = new Effort(EFFORT);
  const found: Found[] = [];
  let truncated = false;
  for (const one of "uid" in series ? [series] : series) {
    const { instances, more } = ofSeries(one, span, limit, new Effort(EFFORT / 10, shared));
    truncated ||= more;
    for (const each of instances) if (cancelled || !isCancelled(each.event)) found.push(each);
  }
  found.sort((a, b) => a.start - b.start || a.end - b.end);
  return {
    occurrences: found.slice(0, limit).map(({ event, start, end, original }) => ({
      event,
      ...toWritten({ start, end }),
      recurrenceId: original === null ? null : toIso(original),
    })),
    truncated: truncated || found.length > limit,
  };
};

export const isCancelled = ({ component }: CalendarEvent): boolean =>
  textOf(component, "STATUS")?.trim().toUpperCase() === "CANCELLED";

interface Found {
  event: CalendarEvent;
  start: number;
  end: number;
  original: number | null;
}

const ofSeries = (
  { master, overrides }: Series,
  span: Span,
  limit: number,
  effort: Effort,
): { instances: Found[]; more: boolean } => {
  const instances: Found[] = [];
  for (const event of overrides) {
    const instance = { start: instantOf(event.start), end: endOf(event.start, event.length) };
    const original = instantOf(inSeries(event.recurrenceId as Moment, master));
    if (overlaps(instance, span)) instances.push({ event, ...instance, original });
  }
  if (!master) return { instances, more: false };
  const skip = naming(
    overrides.map(({ recurrenceId }) => recurrenceId as Moment),
    master.start,
  );
  const expanded = expand(master, master.recurrence, span, limit, { skip, effort });
  const series = recurs(master) || overrides.length > 0;
  for (const instance of expanded.instances)
    instances.push({ event: master, ...instance, original: series ? instance.start : null });
  return { instances, more: expanded.truncated };
};

/** A RECURRENCE-ID without a zone is one of the series' own. */
const inSeries = (moment: Moment, master: CalendarEvent | null): Moment =>
  master && moment.floating && !moment.isDate ? { ...moment, zone: master.start.zone } : moment;

/** A series as those keep it who hold no iCalendar text. */
export interface RuleSeries {
  /** ISO 8601: a clock's time in `timeZone` (`2024-05-01T09:00:00`), a time with a zone of its own, or a date. */
  start: string;
  /** IANA or Windows name; in which it recurs. Null: UTC. */
  timeZone: string | null;
  allDay: boolean;
  /** Milliseconds; whole days for what is all day. */
  duration: number;
  /** `RRULE:…`, `RDATE:…`, `EXDATE:…` (RFC 5545). */
  lines: readonly string[];
}

/**
 * Instances of a series that overlap the window, ordered by start; `truncated` as in `occurrences`. Throws `invalid_parameters` for
 * a time, zone or line that is malformed.
 */
export const expandRule = (
  series: RuleSeries,
  window: Window,
  limit = LIMIT,
): { instances: { start: string; end: string }[]; truncated: boolean } => {
  const zone = series.timeZone === null ? UTC : zoneNamed(series.timeZone);
  const start = startOf(series, zone);
  const length: Length = series.allDay
    ? { days: Math.max(1, Math.round(series.duration / 86_400_000)), milliseconds: 0 }
    : { days: 0, milliseconds: Math.max(0, series.duration) };
  const zoneOf = (tzid?: string): Zone => (tzid === undefined ? zone : zoneNamed(tzid));
  const recurrence = recurrenceOf(linesComponent(series.lines), series.allDay, zoneOf);
  const { instances, truncated } = expand({ start, length }, recurrence, spanOf(window), limit);
  return { instances: instances.map(toWritten), truncated };
};

/** Throws `invalid_parameters` unless all are recurrence lines that can be followed. */
export const checkRecurrence = (lines: readonly string[], allDay: boolean): void => {
  recurrenceOf(linesComponent(lines), allDay, (tzid) => (tzid === undefined ? UTC : zoneNamed(tzid)));
};

const startOf = ({ start, allDay }: RuleSeries, zone: Zone): Moment => {
  const local = wallOf(allDay ? start.slice(0, 10) : /^\d{4}-\d\d-\d\d$/.test(start) ? `${start}T00:00:00` : start);
  const wall = local === null || (!allDay && start.endsWith("Z")) ? zone.toWall(instantFrom(start)) : local;
  return { wall, zone, isDate: allDay, floating: false };
};

const zoneNamed = (name: string): Zone => {
  const zone = namedZone(name);
  if (!zone) throw new ApiError("invalid_parameters", `"${name.slice(0, 60)}" is no time zone.`);
  return zone;
};
