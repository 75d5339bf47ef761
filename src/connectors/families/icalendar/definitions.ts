import { Effort } from "./effort.js";
import { type Component, components, isComponent } from "./lines.js";
import { parseRule, untilWall } from "./rule.js";
import { momentsOf, properties, textOf } from "./values.js";
import { walk } from "./walk.js";
import { ianaZone, MINUTE, namedZone, UTC, type Zone, zoneOf } from "./zones.js";

/** Changes of the clock that one definition may hold; seven a year until 2100. */
const CHANGES = 1000;
const HORIZON = Date.UTC(2100, 0, 1);

interface Change {
  /** Instant. */
  at: number;
  before: number;
  after: number;
}

/**
 * The zones of a text. A name that the world knows means what the world means by it; any other means what the text's VTIMEZONE
 * says until 2100; one that nobody explains means the calendar's own zone.
 */
export const zonesOf = (calendar: Component, own: Zone): ((tzid?: string) => Zone) => {
  const definitions = new Map<string, Component>();
  for (const each of components(calendar, "VTIMEZONE")) definitions.set(textOf(each, "TZID") ?? "", each);
  const found = new Map<string, Zone>();
  return (tzid) => {
    if (tzid === undefined) return own;
    let zone = found.get(tzid);
    if (!zone) {
      const named = namedZone(tzid);
      // Written again as it was read, so that the text's own definition still answers to it.
      zone = named ? { ...named, tzid } : (defined(tzid, definitions.get(tzid)) ?? own);
      found.set(tzid, zone);
    }
    return zone;
  };
};

const defined = (tzid: string, definition: Component | undefined): Zone | null => {
  if (!definition) return null;
  const location = textOf(definition, "X-LIC-LOCATION");
  const named = location === null ? null : ianaZone(location);
  if (named) return { ...named, tzid };
  const effort = new Effort();
  const changes = definition.items
    .filter(isComponent)
    .slice(0, CHANGES)
    .flatMap((observance) => changesOf(observance, effort))
    .sort((a, b) => a.at - b.at);
  const [first] = changes;
  if (!first) return null;
  return zoneOf(null, tzid, (instant) => {
    let [low, high] = [0, changes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((changes[middle] as Change).at <= instant) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? first.before : (changes[low - 1] as Change).after;
  });
};

/** A STANDARD or DAYLIGHT (RFC 5545, 3.6.5): its times are those that clocks show before the change. */
const changesOf = (observance: Component, effort: Effort): Change[] => {
  const [before, after] = [offsetOf(observance, "TZOFFSETFROM"), offsetOf(observance, "TZOFFSETTO")];
  const [property] = properties(observance, "DTSTART");
  const start = property ? momentsOf(property, () => UTC)[0] : null;
  if (before === null || after === null || !start) return [];
  const clock: Zone = { ...UTC, toInstant: (wall) => wall - before, toWall: (instant) => instant + before };
  const walls = new Set([start.wall]);
  for (const each of properties(observance, "RDATE").flatMap((dates) => momentsOf(dates, () => UTC)))
    if (each) walls.add(each.wall);
  const [line] = properties(observance, "RRULE");
  const rule = line ? parseRule(line.toICALString().replace(/^[^:]*:/, "")) : null;
  if (rule) {
    const to = Math.min(HORIZON, untilWall(rule, clock, false));
    for (const wall of walk(rule, start.wall, { from: start.wall, to, isDate: false }, effort)) {
      if (walls.size >= CHANGES) break;
      walls.add(wall);
    }
  }
  return [...walls].map((wall) => ({ at: wall - before, before, after }));
};

/** Milliseconds of `+0530` or `-035744`. */
const offsetOf = (observance: Component, name: string): number | null => {
  const [, sign, hours, minutes, seconds = "0"] =
    /^([+-])(\d\d):?(\d\d)(?::?(\d\d))?$/.exec(textOf(observance, name)?.trim() ?? "") ?? [];
  if (sign === undefined) return null;
  const offset = (Number(hours) * 60 + Number(minutes)) * MINUTE + Number(seconds) * 1000;
  return sign === "-" ? -offset : offset;
};
