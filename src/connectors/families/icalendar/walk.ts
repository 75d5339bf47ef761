import { allows, dayOf, daysInMonth, weekdayOf } from "./days.js";
import type { Effort } from "./effort.js";
import type { Rule } from "./rule.js";
import { DAY } from "./zones.js";

const SECOND = 1000;
const UNITS = { HOURLY: 3600 * SECOND, MINUTELY: 60 * SECOND, SECONDLY: SECOND } as const;
/** Iteration ends with the last year that iCalendar can write. */
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59);

/**
 * Wall times of a rule from its start on, ascending, each once. The start is always the first, be it in the rule or not, and
 * counts for COUNT (RFC 5545, 3.8.5.3). Those before `from` may be left out, those after `to` are; walking goes straight to `from`
 * unless COUNT has to be counted. `ical.js` reads the rules, but its own iterator leaves BYSETPOS, BYWEEKNO and BYMONTHDAY out of
 * account in many rules, and can neither be started later nor stopped within a rule that matches nothing.
 */
export function* walk(
  spoken: Rule,
  start: number,
  { from, to, isDate }: { from: number; to: number; isDate: boolean },
  effort: Effort,
): Generator<number> {
  const rule = withDefaults(spoken, start);
  if (start <= to) yield start;
  const count = rule.count ?? Number.POSITIVE_INFINITY;
  const last = Math.min(to, LAST);
  const offsets = isDate ? [0] : offsetsOf(rule, start);
  const periods = periodsOf(rule, start);
  const skips = rule.count === null || isPlain(rule, start);
  let index = skips ? Math.max(0, periods.indexBefore(from)) : 0;
  // A plain rule has one moment in each period that was passed over; without COUNT the number is of no account.
  let counted = Math.max(1, index);
  for (;;) {
    const period = periods.at(index);
    if (period.begin > last || counted >= count || !effort.spend(period.cost)) return;
    if (period.next !== undefined && period.next > index) {
      index = period.next;
      continue;
    }
    for (const moment of chosen(rule, period.bases, offsets)) {
      if (moment > last || counted >= count || !effort.spend(1)) return;
      if (moment <= start) continue;
      counted++;
      yield moment;
    }
    index++;
  }
}

interface Period {
  begin: number;
  /** What looking at it costs. */
  cost: number;
  /** Wall times to which the times within it are added. */
  bases: readonly number[];
  /** Index of the first period that can match, where this one and those between cannot. */
  next?: number;
}
interface Periods {
  at(index: number): Period;
  /** Index of a period that begins before the wall time. */
  indexBefore(wall: number): number;
}

/** What a rule leaves out, its start tells (RFC 5545, 3.3.10). */
const withDefaults = (rule: Rule, start: number): Rule => {
  const date = new Date(start);
  const { frequency, monthDays, yearDays, weeks, weekdays, months } = rule;
  if (monthDays.length + yearDays.length + weekdays.length > 0) return rule;
  const weekday = [{ weekday: date.getUTCDay(), nth: 0 }];
  const monthDay = [date.getUTCDate()];
  if (weeks.length > 0 || frequency === "WEEKLY") return { ...rule, weekdays: weekday };
  if (frequency === "MONTHLY") return { ...rule, monthDays: monthDay };
  if (frequency !== "YEARLY") return rule;
  return { ...rule, monthDays: monthDay, months: months.length > 0 ? months : [date.getUTCMonth() + 1] };
};

/** Whether a rule has exactly one moment in each period, the start in the first: then COUNT needs no counting. */
const isPlain = (rule: Rule, start: number): boolean => {
  const { frequency, hours, minutes, seconds, weekdays, monthDays, yearDays, weeks, months, positions } = rule;
  const lists = [hours, minutes, seconds, monthDays, yearDays, weeks, months, positions];
  if (lists.some((list) => list.length > 0)) return false;
  if (frequency !== "WEEKLY") return weekdays.length === 0;
  return weekdays.length === 1 && weekdays[0]?.weekday === new Date(start).getUTCDay();
};

/** Milliseconds within a day, hour or minute. */
const offsetsOf = (rule: Rule, start: number): number[] => {
  const date = new Date(start);
  const level = ["HOURLY", "MINUTELY", "SECONDLY"].indexOf(rule.frequency) + 1;
  const hours = level > 0 ? [0] : rule.hours.length > 0 ? rule.hours : [date.getUTCHours()];
  const minutes = level > 1 ? [0] : rule.minutes.length > 0 ? rule.minutes : [date.getUTCMinutes()];
  const seconds = level > 2 ? [0] : rule.seconds.length > 0 ? rule.seconds : [date.getUTCSeconds()];
  return hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((second) => ((hour * 60 + minute) * 60 + second) * SECOND)),
  );
};

/** The set of one period, or what BYSETPOS takes of it, without writing the set out. */
function* chosen({ positions }: Rule, bases: readonly number[], offsets: readonly number[]): Generator<number> {
  const total = bases.length * offsets.length;
  const at = (position: number): number =>
    (bases[Math.floor(position / offsets.length)] as number) + (offsets[position % offsets.length] as number);
  if (positions.length === 0) for (let position = 0; position < total; position++) yield at(position);
  else {
    const taken = new Set(positions.map((each) => (each > 0 ? each - 1 : total + each)));
    for (const position of [...taken].sort((a, b) => a - b)) if (position >= 0 && position < total) yield at(position);
  }
}

const periodsOf = (rule: Rule, start: number): Periods => {
  const { frequency, interval } = rule;
  const date = new Date(start);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), Math.floor(start / DAY)];
  /** Of these days, those that the rule allows. */
  const daily = (first: number, count: number, begin = first): Period => {
    const bases: number[] = [];
    for (let each = first; each < first + count; each++) if (allows(rule, each)) bases.push(each * DAY);
    return { begin: begin * DAY, cost: count, bases };
  };
  switch (frequency) {
    case "YEARLY":
      return {
        at: (index) => yearly(rule, year + index * interval),
        indexBefore: (wall) => Math.floor((new Date(wall).getUTCFullYear() - year) / interval),
      };
    case "MONTHLY":
      return {
        at: (index) => {
          const months = year * 12 + month + index * interval;
          const [inYear, inMonth] = [Math.floor(months / 12), (months % 12) + 1];
          const first = dayOf(inYear, inMonth, 1);
          return inYear > 9999 ? beyond : daily(first, daysInMonth(inYear, inMonth));
        },
        indexBefore: (wall) => {
          const at = new Date(wall);
          return Math.floor((at.getUTCFullYear() * 12 + at.getUTCMonth() - year * 12 - month) / interval);
        },
      };
    case "WEEKLY": {
      const monday = day - ((weekdayOf(day) - rule.weekStart + 7) % 7);
      return {
        at: (index) => weekly(monday + index * interval * 7, daily),
        indexBefore: (wall) => Math.floor((Math.floor(wall / DAY) - monday) / (7 * interval)),
      };
    }
    case "DAILY":
      return {
        at: (index) => weekly(day + index * interval, (first) => daily(first, 1)),
        indexBefore: (wall) => Math.floor((Math.floor(wall / DAY) - day) / interval),
      };
    default:
      return withinDays(rule, Math.floor(start / UNITS[frequency]) * UNITS[frequency], UNITS[frequency]);
  }
};

const beyond: Period = { begin: Number.POSITIVE_INFINITY, cost: 0, bases: [] };

const weekly = (first: number, days: (first: number, count: number) => Period): Period =>
  first * DAY > LAST ? beyond : days(first, 7);

const yearly = (rule: Rule, year: number): Period => {
  if (year > 9999) return beyond;
  const bases: number[] = [];
  let cost = 1;
  for (const month of rule.months.length > 0 ? rule.months : [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) {
    const first = dayOf(year, month, 1);
    const next = dayOf(year, month + 1, 1);
    cost += next - first;
    for (let day = first; day < next; day++) if (allows(rule, day)) bases.push(day * DAY);
  }
  return { begin: dayOf(year, 1, 1) * DAY, cost, bases };
};

/** Hours, minutes and seconds; whole days, hours and minutes that cannot match are passed over in one step. */
const withinDays = (rule: Rule, begin: number, unit: number): Periods => {
  const step = unit * rule.interval;
  return {
    at: (index) => {
      const wall = begin + index * step;
      if (wall > LAST) return beyond;
      const passOver = (span: number): Period => ({
        begin: wall,
        cost: 1,
        bases: [],
        next: Math.ceil(((Math.floor(wall / span) + 1) * span - begin) / step),
      });
      const date = new Date(wall);
      if (!allows(rule, Math.floor(wall / DAY))) return passOver(DAY);
      if (rule.hours.length > 0 && !rule.hours.includes(date.getUTCHours())) return passOver(UNITS.HOURLY);
      if (unit < UNITS.HOURLY && rule.minutes.length > 0 && !rule.minutes.includes(date.getUTCMinutes()))
        return passOver(UNITS.MINUTELY);
      if (unit < UNITS.MINUTELY && rule.seconds.length > 0 && !rule.seconds.includes(date.getUTCSeconds()))
        return passOver(UNITS.SECONDLY);
      return { begin: wall, cost: 1, bases: [wall] };
    },
    indexBefore: (wall) => Math.floor((wall - begin) / step),
  };
};
