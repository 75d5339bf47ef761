import ICAL from "ical.js";
import { type Component, fold, type Line, lines, unfold } from "./lines.js";
import { DAY, UTC, type Zone } from "./zones.js";

export type Property = InstanceType<typeof ICAL.Property>;

/** A date, or a time as a clock shows it in a zone. */
export interface Moment {
  /** See `Zone`; the midnight of a date. */
  readonly wall: number;
  /** Of a date and of a time without a zone: the calendar's own. */
  readonly zone: Zone;
  readonly isDate: boolean;
  /** Written without a zone. */
  readonly floating: boolean;
}

/** Whole days by the clock, then exact milliseconds: how RFC 5545, 3.8.5.3, wants DURATION and DTEND to last in a series. */
export interface Length {
  readonly days: number;
  readonly milliseconds: number;
}

/** Finds the zone of a TZID; without one, the calendar's own. */
export type ZoneOf = (tzid?: string) => Zone;

/** Dates are told as midnights in UTC, wherever they are. */
export const instantOf = ({ wall, zone, isDate }: Moment): number => (isDate ? wall : zone.toInstant(wall));

export const endOf = (start: Moment, { days, milliseconds }: Length): number =>
  instantOf({ ...start, wall: start.wall + days * DAY }) + milliseconds;

/** Null for a line that is malformed. */
export const propertyOf = (line: Line): Property | null => {
  try {
    return ICAL.Property.fromString(unfold(line.raw));
  } catch {
    return null;
  }
};

export const lineOf = (property: Property): Line => ({
  name: property.name.toUpperCase(),
  raw: fold(property.toICALString()),
});

/** All readable properties of this name. */
export const properties = (within: Component, name: string): Property[] =>
  lines(within, name).flatMap((line) => propertyOf(line) ?? []);

/** The value as text, unescaped; null when there is none. */
export const textOf = (within: Component, name: string): string | null => {
  const property = properties(within, name)[0];
  const value: unknown = property?.toJSON()[3];
  if (typeof value !== "string") return null;
  return property?.type === "unknown" ? unescapeText(value) : value;
};

export const parameterOf = (property: Property, name: string): string | null => {
  const value: unknown = property.getFirstParameter(name);
  return typeof value === "string" && value !== "" ? value : null;
};

const text = ICAL.design.icalendar.value.text as {
  fromICAL(value: string): string;
  toICAL(value: string): string;
};
export const unescapeText = (value: string): string => text.fromICAL(value);
export const escapeText = (value: string): string => text.toICAL(cleanText(value));

/** Breaks as iCalendar has them, and without the control characters that it forbids. */
export const cleanText = (value: string): string =>
  value.replace(/\r\n?/g, "\n").replace(/[\0-\x08\x0b-\x1f\x7f]/g, "");

/** Dates and times of DTSTART, EXDATE and their like; null among them for each that is malformed. */
export const momentsOf = (property: Property, zoneOf: ZoneOf): (Moment | null)[] => {
  const [, , , ...values] = property.toJSON() as [string, object, string, ...unknown[]];
  return values.map((value) => momentOf(property, value, zoneOf));
};

/** Of values from a start to an end, or so long; null among them for each that is malformed. */
export const periodsOf = (property: Property, zoneOf: ZoneOf): ({ moment: Moment; length: Length } | null)[] => {
  const [, , , ...periods] = property.toJSON() as [string, object, string, ...unknown[]];
  return periods.map((period) => {
    if (!Array.isArray(period)) return null;
    const moment = momentOf(property, period[0], zoneOf);
    const end = momentOf(property, period[1], zoneOf);
    if (!moment) return null;
    const length = end ? { days: 0, milliseconds: instantOf(end) - instantOf(moment) } : lengthOf(period[1]);
    return length && { moment, length };
  });
};

export const momentOf = (property: Property, value: unknown, zoneOf: ZoneOf): Moment | null => {
  // What `ical.js` makes of a date that does not say `VALUE=DATE`.
  const digits = typeof value === "string" ? value.replace(/T::$/, "") : "";
  const wall = wallOf(digits);
  if (wall === null) return null;
  const isDate = digits.length === 10;
  const tzid = parameterOf(property, "tzid");
  if (digits.endsWith("Z")) return { wall, zone: UTC, isDate, floating: false };
  return { wall, zone: isDate ? zoneOf() : zoneOf(tzid ?? undefined), isDate, floating: isDate || tzid === null };
};

/** Digits of a date or time (`2024-05-01`, `2024-05-01T09:00:00`, a `Z` at its end or not) as a wall time; null for no such day. */
export const wallOf = (digits: string): number | null => {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z?)?$/.test(digits)) return null;
  // A leap second is none to our clocks.
  const local = digits.replace(/Z$/, "").replace(/:60(?=$|\.)/, ":59");
  const wall = Date.parse(`${local}${local.includes("T") ? "" : "T00:00:00"}Z`);
  return !Number.isNaN(wall) && new Date(wall).toISOString().startsWith(local.slice(0, 19)) ? wall : null;
};

/** `P1DT2H`; null for what is no duration. */
export const lengthOf = (duration: unknown): Length | null => {
  if (typeof duration !== "string" || !ICAL.Duration.isValueString(duration)) return null;
  try {
    const { weeks, days, hours, minutes, seconds, isNegative } = ICAL.Duration.fromString(duration);
    const sign = isNegative ? -1 : 1;
    const length = {
      days: sign * (weeks * 7 + days),
      milliseconds: sign * ((hours * 60 + minutes) * 60 + seconds) * 1000,
    };
    return Math.abs(length.days) * DAY + Math.abs(length.milliseconds) < 10_000 * 366 * DAY ? length : null;
  } catch {
    return null;
  }
};

/** DTSTART's form of a wall time: a date, UTC, or local with its TZID. */
export const momentProperty = (name: string, { wall, zone, isDate, floating }: Moment): Property => {
  const digits = new Date(wall).toISOString().slice(0, isDate ? 10 : 19);
  const property = new ICAL.Property([name.toLowerCase(), {}, isDate ? "date" : "date-time"]);
  const utc = !isDate && !floating && zone.tzid === null;
  property.setValue(utc ? `${digits}Z` : digits);
  if (!isDate && !floating && zone.tzid !== null) property.setParameter("tzid", zone.tzid);
  return property;
};
