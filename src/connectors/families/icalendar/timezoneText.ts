import { weekdayOf } from "./days.js";
import { type Component, fold, type Line } from "./lines.js";
import { escapeText } from "./values.js";
import { DAY, MINUTE, type Zone } from "./zones.js";

/** Years after the first that are looked at; a pattern that holds so long is written as a rule without end. */
const YEARS = 12;

interface Change {
  /** What clocks show before the change. */
  wall: number;
  /** Milliseconds east of UTC. */
  before: number;
  after: number;
}

/**
 * A VTIMEZONE for a zone, right from the beginning of the year before `year` on: as yearly rules where the zone has such
 * (most with a summer time), as single changes for twelve years where it has not (Morocco).
 */
export const timezoneComponent = (tzid: string, zone: Zone, year: number): Component => {
  const begin = Date.UTC(year - 1, 0, 1);
  const changes = changesOf(zone, begin, Date.UTC(year + YEARS, 0, 1));
  const base = offsetAt(zone, begin);
  const kinds = Map.groupBy(changes, ({ before, after }) => `${before} ${after}`);
  const groups = [...kinds.values()];
  const rules = groups.map((group) => ruleOf(group, year - 1));
  const items: (Line | Component)[] = [{ name: "TZID", raw: fold(`TZID:${escapeText(tzid)}`) }];
  // What holds until the first change; rules that begin in the year before need no such thing.
  if (changes.length === 0 || !rules.every(Boolean))
    items.push(observance({ wall: begin, before: base, after: base }, []));
  for (const [index, group] of groups.entries()) {
    const [first, ...further] = group as [Change, ...Change[]];
    const rule = rules[index];
    // The first is among them once more, since readers (`ical.js`) forget DTSTART where there are dates.
    const dates = further.length === 0 ? [] : group.map(({ wall }) => line("RDATE", digits(wall)));
    items.push(observance(first, rule ? [line("RRULE", rule)] : dates));
  }
  return { name: "VTIMEZONE", items };
};

const observance = ({ wall, before, after }: Change, recurrence: Line[]): Component => ({
  name: after > before ? "DAYLIGHT" : "STANDARD",
  items: [
    line("DTSTART", digits(wall)),
    line("TZOFFSETFROM", offset(before)),
    line("TZOFFSETTO", offset(after)),
    ...recurrence,
  ],
});

const WEEKDAYS = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

/** The yearly rule that gives exactly these changes, from the first year to the last; undefined where none does. */
const ruleOf = (changes: readonly Change[], firstYear: number): string | undefined => {
  const dates = changes.map(({ wall }) => new Date(wall));
  const [first] = dates as [Date];
  const same = (of: (date: Date) => number): boolean => dates.every((date) => of(date) === of(first));
  const yearly =
    changes.length === YEARS + 1 && dates.every((date, index) => date.getUTCFullYear() === firstYear + index);
  const alike = same((date) => date.getUTCMonth()) && same((date) => date.getUTCDay()) && same((date) => +date % DAY);
  if (!yearly || !alike) return undefined;
  const isLast = (date: Date): boolean => new Date(+date + 7 * DAY).getUTCMonth() !== date.getUTCMonth();
  const nth = (date: Date): number => Math.ceil(date.getUTCDate() / 7);
  const position = dates.every(isLast) ? -1 : same(nth) ? nth(first) : undefined;
  if (position === undefined) return undefined;
  const weekday = WEEKDAYS[weekdayOf(Math.floor(+first / DAY))];
  return `FREQ=YEARLY;BYMONTH=${first.getUTCMonth() + 1};BYDAY=${position}${weekday}`;
};

const STEP = 7 * DAY;

const changesOf = (zone: Zone, begin: number, end: number): Change[] => {
  const changes: Change[] = [];
  for (let instant = begin; instant < end; instant += STEP) {
    let [low, high] = [instant, Math.min(instant + STEP, end)];
    const [before, after] = [offsetAt(zone, low), offsetAt(zone, high)];
    if (before === after) continue;
    while (high - low > MINUTE) {
      const middle = low + Math.floor((high - low) / 2 / MINUTE) * MINUTE;
      if (offsetAt(zone, middle) === before) low = middle;
      else high = middle;
    }
    changes.push({ wall: high + before, before, after });
  }
  return changes;
};

const offsetAt = (zone: Zone, instant: number): number => zone.toWall(instant) - instant;

const line = (name: string, value: string): Line => ({ name, raw: `${name}:${value}` });

const digits = (wall: number): string => new Date(wall).toISOString().slice(0, 19).replace(/[-:]/g, "");

const offset = (milliseconds: number): string => {
  const minutes = Math.round(Math.abs(milliseconds) / MINUTE);
  const written = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join("");
  return `${milliseconds < 0 ? "-" : "+"}${written}`;
};
