import { IANAZone } from "luxon";
import { findIana } from "windows-iana";

export const MINUTE = 60_000;
export const DAY = 86_400_000;

/**
 * A time zone. A *wall time* is what a clock there shows, as the milliseconds that `Date.UTC` gives for its digits; an *instant*
 * is milliseconds since 1970 in UTC.
 */
export interface Zone {
  /** IANA name; null for UTC and for a zone that only a text defines. */
  readonly name: string | null;
  /** As a text names it; null for UTC. */
  readonly tzid: string | null;
  /**
   * A wall time that comes twice means the first; one that the clocks leap over counts from the offset before the leap, so 02:30
   * becomes 03:30 (RFC 5545, 3.3.5).
   */
  toInstant(wall: number): number;
  toWall(instant: number): number;
}

export const UTC: Zone = {
  name: null,
  tzid: null,
  toInstant: (wall) => wall,
  toWall: (instant) => instant,
};

/** Remembered days of one zone, about 140 years. */
const REMEMBERED = 50_000;

/** A zone of which only its offsets (milliseconds east of UTC) are known. At most one change in two days. */
export const zoneOf = (name: string | null, tzid: string, offsetAt: (instant: number) => number): Zone => {
  const remembered = new Map<number, number>();
  const offsetAtDay = (day: number): number => {
    let offset = remembered.get(day);
    if (offset === undefined) {
      if (remembered.size >= REMEMBERED) remembered.clear();
      remembered.set(day, (offset = offsetAt(day * DAY)));
    }
    return offset;
  };
  return {
    name,
    tzid,
    toInstant: (wall) => {
      const day = Math.floor(wall / DAY);
      const [before, after] = [offsetAtDay(day - 1), offsetAtDay(day + 2)];
      if (before === after || offsetAt(wall - before) === before) return wall - before;
      return offsetAt(wall - after) === after ? wall - after : wall - before;
    },
    toWall: (instant) => {
      const day = Math.floor(instant / DAY);
      const before = offsetAtDay(day);
      return instant + (before === offsetAtDay(day + 1) ? before : offsetAt(instant));
    },
  };
};

const known = new Map<string, Zone>();

/** A zone by its IANA name, `US/Pacific` and other links included; `UTC` and its like are UTC. Null for what is none. */
export const ianaZone = (name: string): Zone | null => {
  if (/^(?:Etc\/)?(?:UTC|UCT|GMT|Zulu|Universal|Z)$/i.test(name)) return UTC;
  const found = known.get(name);
  if (found) return found;
  if (name.length > 64 || !/^[A-Za-z]/.test(name) || !IANAZone.isValidZone(name)) return null;
  const zone = IANAZone.create(name);
  const made = zoneOf(name, name, (instant) => zone.offset(instant) * MINUTE);
  // Names are valid in any case of letters: only so many are kept.
  if (known.size < 1000) known.set(name, made);
  return made;
};

/**
 * What a TZID says by itself: an IANA name, one behind a path (`/mozilla.org/20050126_1/Europe/Berlin`) or a Windows name
 * (`W. Europe Standard Time`). Null for what only a VTIMEZONE explains.
 */
export const namedZone = (tzid: string): Zone | null => {
  const name = tzid.trim().slice(0, 200);
  const [windows] = findIana(name);
  if (windows) return ianaZone(windows);
  const segments = name.split("/").filter((segment) => segment !== "");
  for (const count of name.startsWith("/") ? [3, 2, 1] : [segments.length]) {
    const zone = ianaZone(segments.slice(-count).join("/"));
    if (zone) return zone;
  }
  return null;
};

/** `2024-05-01T07:00:00Z`; with milliseconds only where there are any. */
export const toIso = (instant: number): string => new Date(instant).toISOString().replace(".000Z", "Z");
