import { DateTime } from "luxon";
import { ApiError } from "../../errors.js";
import type { MeetingTime } from "../../store/store.js";

/** When a calendar's owner lets others book, once or on many days. */
export interface Opening {
  /** Seconds since a day's beginning, as a clock there shows them; `closes` may be of the next day. */
  opens: number;
  closes: number;
  isOn(day: DateTime): boolean;
}

const DAY = 86_400; // seconds
const WEEKDAYS = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

/**
 * A time as its owner wrote it. Clock times alone are those of every day; with a day before them they begin there, and end there unless
 * they recur. An end that is not later than its start is one of the next day. Throws `invalid_parameters`.
 */
export const openingOf = ({ start, end, recurring }: MeetingTime, zone: string): Opening => {
  const [from, until] = [momentOf(start, zone), momentOf(end, zone)];
  if ((from.day === null) !== (until.day === null))
    throw invalid("A time's `start` and `end` are either both times of day or both timestamps.");
  const days = from.day && until.day ? until.day.diff(from.day, "days").days : Number(until.second <= from.second);
  const lasts = days * DAY + until.second - from.second;
  if (lasts <= 0 || lasts > DAY) throw invalid("A time ends after it starts, and lasts a day at most.");
  const isPattern = patternOf(recurring);
  const first = from.day;
  const last = first && recurring === null ? first : null;
  return {
    opens: from.second,
    closes: from.second + lasts,
    isOn: (day) => (first === null || day >= first) && (last === null || day <= last) && isPattern(day),
  };
};

/** A day, where one is named, and seconds since its beginning on the clock. */
const momentOf = (written: string, zone: string): { day: DateTime | null; second: number } => {
  const [, hours, minutes, seconds = "0"] = /^(\d\d):([0-5]\d)(?::([0-5]\d))?$/.exec(written) ?? [];
  if (hours !== undefined) {
    const second = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    // 24:00:00 is the beginning of the next day.
    if (second <= DAY) return { day: null, second: second % DAY };
  }
  const moment = DateTime.fromISO(written, { zone });
  if (!moment.isValid || !written.includes("T"))
    throw invalid(`${JSON.stringify(written.slice(0, 40))} is neither a time of day such as 08:00:00 nor a timestamp.`);
  return { day: moment.startOf("day"), second: moment.hour * 3600 + moment.minute * 60 + moment.second };
};

/** `{ month: "*", day: "1, 15", weekday: "MON, TUE" }`: all three must agree. */
const patternOf = (recurring: MeetingTime["recurring"]): ((day: DateTime) => boolean) => {
  if (recurring === null) return () => true;
  const number = (least: number, most: number) => (word: string) => {
    const value = /^\d{1,2}$/.test(word) ? Number(word) : 0;
    return value >= least && value <= most ? value : null;
  };
  const months = listOf("month", recurring.month, number(1, 12));
  const days = listOf("day", recurring.day, number(1, 31));
  const weekdays = listOf("weekday", recurring.weekday, (word) => WEEKDAYS.indexOf(word.toUpperCase()) + 1 || null);
  return ({ month, day, weekday }) =>
    (months?.has(month) ?? true) && (days?.has(day) ?? true) && (weekdays?.has(weekday) ?? true);
};

/** Null: any. */
const listOf = (name: string, written: string, read: (word: string) => number | null): Set<number> | null => {
  if (written.trim() === "*") return null;
  const values = written.split(",").map((word) => read(word.trim()));
  if (values.includes(null)) throw invalid(`${JSON.stringify(written.slice(0, 40))} is no \`${name}\` to recur on.`);
  return new Set(values as number[]);
};

const invalid = (message: string) => new ApiError("invalid_parameters", message);
