import type { Rule } from "./rule.js";
import { DAY } from "./zones.js";

/** Days are counted from 1 January 1970. */
export const dayOf = (year: number, month: number, day: number): number => {
  const date = new Date(0);
  // `Date.UTC` takes the year 50 for 1950.
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() / DAY;
};

/** 0 is Sunday. */
export const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;

export const daysInMonth = (year: number, month: number): number => dayOf(year, month + 1, 1) - dayOf(year, month, 1);

/** Whether each part of the rule that speaks of days lets this one through. */
export const allows = (rule: Rule, day: number): boolean => {
  const { months, monthDays, yearDays, weeks, weekdays } = rule;
  const weekday = weekdayOf(day);
  // First what costs least.
  if (weekdays.length > 0 && !weekdays.some((each) => each.weekday === weekday)) return false;
  const date = new Date(day * DAY);
  const [year, month, monthDay] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  if (months.length > 0 && !months.includes(month)) return false;
  if (monthDays.length > 0 && !isListed(monthDays, monthDay, daysInMonth(year, month))) return false;
  if (yearDays.length > 0) {
    const first = dayOf(year, 1, 1);
    if (!isListed(yearDays, day - first + 1, dayOf(year + 1, 1, 1) - first)) return false;
  }
  if (weeks.length > 0 && !isListed(weeks, ...weekOf(day, rule.weekStart))) return false;
  if (weekdays.length === 0) return true;
  return weekdays.some((each) => {
    if (each.weekday !== weekday) return false;
    const scope = each.nth === 0 ? null : scopeOf(rule);
    if (scope === null) return true;
    const [first, next] =
      scope === "month"
        ? [dayOf(year, month, 1), dayOf(year, month + 1, 1)]
        : [dayOf(year, 1, 1), dayOf(year + 1, 1, 1)];
    return each.nth === (each.nth > 0 ? Math.floor((day - first) / 7) + 1 : -Math.floor((next - 1 - day) / 7) - 1);
  });
};

/** Counted from the front, or with a minus from the back. */
const isListed = (list: readonly number[], position: number, total: number): boolean =>
  list.includes(position) || list.includes(position - total - 1);

/** Of what `2MO` is the second Monday; elsewhere the number means nothing. */
const scopeOf = ({ frequency, months }: Rule): "month" | "year" | null => {
  if (frequency === "MONTHLY") return "month";
  if (frequency !== "YEARLY") return null;
  return months.length > 0 ? "month" : "year";
};

/** Number of the day's week and of all weeks of that week's year: the first week is that with four days in the year (ISO 8601). */
const weekOf = (day: number, weekStart: number): [number: number, total: number] => {
  const middle = day - ((weekdayOf(day) - weekStart + 7) % 7) + 3;
  const year = new Date(middle * DAY).getUTCFullYear();
  const [first, next] = [dayOf(year, 1, 1), dayOf(year + 1, 1, 1)];
  const last = next - 1 - ((weekdayOf(next - 1) - weekdayOf(middle) + 7) % 7);
  return [Math.floor((middle - first) / 7) + 1, Math.floor((last - first) / 7) + 1];
};
