import { ApiError } from "../../../errors.js";
import { LIMIT, type Window } from "./occurrences.js";
import type { Recurring } from "./pages.js";
import { expand, instantFrom, linesComponent, recurrenceOf, spanOf, toWritten } from "./recurrence.js";
import { type Length, type Moment, wallOf } from "./values.js";
import { DAY, namedZone, UTC, type Zone } from "./zones.js";

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
  const { start, length, recurrence } = readSeries(series);
  const { instances, truncated } = expand({ start, length }, recurrence, spanOf(window), limit);
  return { instances: instances.map(toWritten), truncated };
};

/** The same series for `beginning` (`pages.ts`), read once. Throws as `expandRule` does. */
export const readSeries = (series: RuleSeries): Recurring => {
  const zone = series.timeZone === null ? UTC : zoneNamed(series.timeZone);
  const length: Length = series.allDay
    ? { days: Math.max(1, Math.round(series.duration / DAY)), milliseconds: 0 }
    : { days: 0, milliseconds: Math.max(0, series.duration) };
  const zoneOf = (tzid?: string): Zone => (tzid === undefined ? zone : zoneNamed(tzid));
  const recurrence = recurrenceOf(linesComponent(series.lines), series.allDay, zoneOf);
  return { start: startOf(series, zone), length, recurrence };
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
