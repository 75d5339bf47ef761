import { createHash } from "node:crypto";
import { ApiError, type ErrorCode } from "../../../errors.js";
import { zonesOf } from "./definitions.js";
import { type Component, components, parseStream, printStream } from "./lines.js";
import { type Recurrence, recurrenceOf } from "./recurrence.js";
import { instantOf, type Length, lengthOf, type Moment, momentsOf, properties, textOf, type ZoneOf } from "./values.js";
import { DAY, namedZone, UTC, type Zone } from "./zones.js";

/** One VEVENT. */
export interface CalendarEvent {
  /** Null for the event itself or its series; else the start that the series gave to this instance. */
  readonly recurrenceId: Moment | null;
  readonly uid: string;
  readonly start: Moment;
  readonly length: Length;
  /** In which its end was written. */
  readonly endZone: Zone;
  readonly recurrence: Recurrence;
  readonly component: Component;
}

/** All VEVENTs of one UID. */
export interface Series {
  readonly uid: string;
  /** Null where a text holds nothing but single instances: an invitation to one of them. */
  readonly master: CalendarEvent | null;
  /** Instances that differ; each stands for itself alone, `RANGE=THISANDFUTURE` too. */
  readonly overrides: readonly CalendarEvent[];
}

export interface CalendarText {
  /** Of the first calendar that says it. */
  readonly name: string | null;
  readonly description: string | null;
  /** IANA name. */
  readonly timeZone: string | null;
  readonly series: readonly Series[];
  /** Events left out because their times or rules cannot be read. */
  readonly skipped: number;
}

export interface Reading {
  /** IANA name; for times without a zone where the text names none. UTC without it. */
  timeZone?: string | null | undefined;
  /** What a text is told as that is no iCalendar stream. Default: `bad_gateway`, a service's fault. */
  code?: ErrorCode | undefined;
}

/** Reads VCALENDARs (RFC 5545). One bad event is left out and counted; a text that is cut off or out of bounds is refused whole. */
export const readCalendar = (text: string, reading: Reading = {}): CalendarText => {
  const calendars = parseCalendars(text, reading.code);
  const byUid = new Map<string, { master: CalendarEvent | null; overrides: CalendarEvent[] }>();
  let skipped = 0;
  for (const calendar of calendars) {
    const zoneOf = zonesOf(calendar, ownZone(calendar, reading.timeZone));
    for (const component of components(calendar, "VEVENT")) {
      const event = readEvent(component, zoneOf);
      if (!event) {
        skipped++;
        continue;
      }
      const series = byUid.get(event.uid) ?? { master: null, overrides: [] };
      byUid.set(event.uid, series);
      if (event.recurrenceId === null) series.master = event;
      else series.overrides.push(event);
    }
  }
  const first = (...names: string[]): string | null => {
    for (const calendar of calendars)
      for (const name of names) {
        const text = textOf(calendar, name);
        if (text) return text;
      }
    return null;
  };
  const zone = first("X-WR-TIMEZONE");
  return {
    name: first("X-WR-CALNAME", "NAME"),
    description: first("X-WR-CALDESC", "DESCRIPTION"),
    timeZone: zone === null ? null : (namedZone(zone)?.name ?? null),
    series: [...byUid].map(([uid, { master, overrides }]) => ({ uid, master, overrides: newest(overrides) })),
    skipped,
  };
};

export const parseCalendars = (text: string, code: ErrorCode = "bad_gateway"): Component[] => {
  const calendars = parseStream(text, code).filter(({ name }) => name === "VCALENDAR");
  if (calendars.length === 0) throw new ApiError(code, "The text holds no iCalendar object.");
  return calendars;
};

export const ownZone = (calendar: Component, fallback: string | null | undefined): Zone =>
  namedZone(textOf(calendar, "X-WR-TIMEZONE") ?? "") ?? (fallback ? namedZone(fallback) : null) ?? UTC;

/** Null for one whose start, end or rule cannot be read. */
export const readEvent = (component: Component, zoneOf: ZoneOf): CalendarEvent | null => {
  const start = firstMoment(component, "DTSTART", zoneOf);
  const recurrenceId = firstMoment(component, "RECURRENCE-ID", zoneOf);
  if (!start || recurrenceId === null) return null;
  const end = firstMoment(component, "DTEND", zoneOf);
  const length = end === null ? null : lengthBetween(component, start, end);
  if (!length) return null;
  try {
    return {
      recurrenceId: recurrenceId ?? null,
      uid: uidOf(component),
      start,
      length,
      endZone: (end ?? start).zone,
      recurrence: recurrenceOf(component, start.isDate, zoneOf),
      component,
    };
  } catch {
    return null;
  }
};

/** RFC 5545 demands a UID; what comes without one is known by its text. */
export const uidOf = (component: Component): string =>
  textOf(component, "UID") ||
  createHash("sha256")
    .update(printStream([component]))
    .digest("hex")
    .slice(0, 32);

/** Whether it is a series of instances. */
export const recurs = ({ recurrence }: CalendarEvent): boolean => recurrence.rules.length + recurrence.dates.length > 0;

/** Undefined where there is no such property, null where it is malformed. */
const firstMoment = (component: Component, name: string, zoneOf: ZoneOf): Moment | null | undefined => {
  if (!component.items.some((item) => item.name === name && !("items" in item))) return undefined;
  const property = properties(component, name)[0];
  return (property && momentsOf(property, zoneOf)[0]) ?? null;
};

const lengthBetween = (component: Component, start: Moment, end: Moment | undefined): Length | null => {
  const duration = properties(component, "DURATION")[0]?.toJSON()[3];
  if (!end && duration === undefined) return { days: start.isDate ? 1 : 0, milliseconds: 0 };
  if (!end) {
    const length = lengthOf(duration);
    if (!length || !start.isDate) return length;
    return { days: Math.max(1, length.days + Math.floor(length.milliseconds / DAY)), milliseconds: 0 };
  }
  if (!start.isDate) return { days: 0, milliseconds: Math.max(0, instantOf(end) - instantOf(start)) };
  return { days: Math.max(1, Math.floor((end.wall - start.wall) / DAY)), milliseconds: 0 };
};

/** Of several for one instance the last in the text. */
const newest = (overrides: readonly CalendarEvent[]): CalendarEvent[] => {
  const kept = new Map(overrides.map((event) => [instantOf(event.recurrenceId as Moment), event]));
  return [...kept.values()];
};
