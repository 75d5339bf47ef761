import ICAL from "ical.js";
import { wallOf } from "./values.js";
import { DAY, type Zone } from "./zones.js";

export const FREQUENCIES = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"] as const;

/** A recurrence rule (RFC 5545, 3.3.10). Lists are empty where the rule does not speak of them. */
export interface Rule {
  readonly frequency: (typeof FREQUENCIES)[number];
  readonly interval: number;
  readonly count: number | null;
  /** Inclusive. */
  readonly until: { readonly wall: number; readonly form: "date" | "local" | "utc" } | null;
  /** 0 is Sunday. */
  readonly weekStart: number;
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** `nth` 0: each; 2: the second of its month or year; -1: the last. */
  readonly weekdays: readonly { readonly weekday: number; readonly nth: number }[];
  readonly monthDays: readonly number[];
  readonly yearDays: readonly number[];
  readonly weeks: readonly number[];
  readonly months: readonly number[];
  readonly positions: readonly number[];
}

const WEEKDAYS = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

/** Parts of other calendars (RFC 7529) would give other days than were meant. */
const FOREIGN = /(?:^|;)(?:RSCALE=(?!GREGORIAN)|SKIP=(?!OMIT))/;

/** `FREQ=WEEKLY;BYDAY=MO`; null for a rule that is malformed. */
export const parseRule = (text: string): Rule | null => {
  const upper = text.trim().replace(/;+$/, "").toUpperCase();
  if (FOREIGN.test(upper)) return null;
  try {
    const recur = ICAL.Recur.fromString(upper);
    const frequency = FREQUENCIES.find((each) => each === recur.freq);
    const until = untilOf(upper);
    const { count, interval } = recur;
    if (!frequency || until === undefined || (count !== null && !(count >= 1))) return null;
    const numbers = (part: string): number[] => (recur.getComponent(part) as number[]).sort((a, b) => a - b);
    const signed = (part: string): number[] => numbers(part).filter((each) => each !== 0);
    return {
      frequency,
      interval,
      count,
      until,
      weekStart: recur.wkst - 1,
      // A leap second is none to our clocks.
      seconds: numbers("BYSECOND").filter((second) => second < 60),
      minutes: numbers("BYMINUTE"),
      hours: numbers("BYHOUR"),
      weekdays: (recur.getComponent("BYDAY") as string[]).map((day) => ({
        weekday: WEEKDAYS.indexOf(day.slice(-2)),
        nth: Number(day.slice(0, -2)) || 0,
      })),
      monthDays: signed("BYMONTHDAY"),
      yearDays: signed("BYYEARDAY"),
      weeks: signed("BYWEEKNO"),
      months: numbers("BYMONTH"),
      positions: signed("BYSETPOS"),
    };
  } catch {
    return null;
  }
};

/** Undefined where it is malformed. */
const untilOf = (rule: string): Rule["until"] | undefined => {
  const [, value] = /(?:^|;)UNTIL=([^;]*)/.exec(rule) ?? [];
  if (value === undefined) return null;
  const [, year, month, day, hour, minute, second, zulu] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/.exec(value) ?? [];
  if (year === undefined) return undefined;
  const wall = wallOf(`${year}-${month}-${day}${hour === undefined ? "" : `T${hour}:${minute}:${second}`}`);
  return wall === null ? undefined : { wall, form: hour === undefined ? "date" : zulu ? "utc" : "local" };
};

/**
 * The last wall time that UNTIL allows, inclusive. A date stands for the whole of its day, since that is what writers of a date
 * with a timed event mean.
 */
export const untilWall = ({ until }: Rule, zone: Zone, isDate: boolean): number => {
  if (!until) return Number.POSITIVE_INFINITY;
  if (until.form === "date") return until.wall + DAY - 1;
  return until.form === "utc" && !isDate ? zone.toWall(until.wall) : until.wall;
};
