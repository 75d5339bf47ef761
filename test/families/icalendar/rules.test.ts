import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import ICAL from "ical.js";
import { DateTime } from "luxon";
import { expandRule, type RuleSeries } from "../../../src/connectors/families/icalendar/expandRule.js";
import { fails } from "../../support/fails.js";

const HOUR = 3_600_000;

interface Asked extends Partial<RuleSeries> {
  from?: string;
  to?: string;
  limit?: number;
}

const ask = (start: string, lines: string | readonly string[], asked: Asked = {}) => {
  const series = { start, timeZone: "UTC", allDay: false, duration: HOUR, lines: [lines].flat(), ...asked };
  const window = { start: asked.from ?? "2024-01-01T00:00:00Z", end: asked.to ?? "2030-01-01T00:00:00Z" };
  const { instances, truncated } = expandRule(series as RuleSeries, window, asked.limit);
  return { starts: instances.map((each) => each.start), instances, truncated };
};

/** The dates alone. */
const days = (start: string, rule: string, asked: Asked = {}): string[] =>
  ask(start, `RRULE:${rule}`, asked).starts.map((each) => each.slice(0, 10));

describe("icalendar: rules", () => {
  test("the examples of RFC 5545, 3.8.5.3", () => {
    const newYork = { timeZone: "America/New_York", from: "1997-01-01T00:00:00Z", to: "1999-12-31T00:00:00Z" };
    const expanded = (start: string, rule: string, limit?: number) =>
      days(start, rule, { ...newYork, ...(limit === undefined ? {} : { limit }) }).join(" ");
    assert.equal(
      expanded("1997-09-02T09:00:00", "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH"),
      "1997-09-02 1997-09-04 1997-09-16 1997-09-18 1997-09-30 1997-10-02 1997-10-14 1997-10-16",
    );
    assert.equal(
      expanded("1997-09-05T09:00:00", "FREQ=MONTHLY;COUNT=4;BYDAY=1FR"),
      "1997-09-05 1997-10-03 1997-11-07 1997-12-05",
    );
    assert.equal(
      expanded("1997-09-22T09:00:00", "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO"),
      "1997-09-22 1997-10-20 1997-11-17 1997-12-22 1998-01-19 1998-02-16",
    );
    assert.equal(
      expanded("1997-09-28T09:00:00", "FREQ=MONTHLY;BYMONTHDAY=-3", 6),
      "1997-09-28 1997-10-29 1997-11-28 1997-12-29 1998-01-29 1998-02-26",
    );
    assert.equal(
      expanded("1997-01-01T09:00:00", "FREQ=YEARLY;INTERVAL=3;COUNT=4;BYYEARDAY=1,100,200"),
      "1997-01-01 1997-04-10 1997-07-19",
      "the fourth is in 2000, after the window",
    );
    assert.equal(expanded("1997-05-19T09:00:00", "FREQ=YEARLY;BYDAY=20MO"), "1997-05-19 1998-05-18 1999-05-17");
    assert.equal(
      expanded("1997-05-12T09:00:00", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO"),
      "1997-05-12 1998-05-11 1999-05-17",
    );
    assert.equal(
      expanded("1998-02-13T09:00:00", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"),
      "1998-02-13 1998-03-13 1998-11-13 1999-08-13",
    );
    assert.equal(
      expanded("1997-09-13T09:00:00", "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", 4),
      "1997-09-13 1997-10-11 1997-11-08 1997-12-13",
    );
    assert.equal(
      expanded("1997-09-04T09:00:00", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3"),
      "1997-09-04 1997-10-07 1997-11-06",
    );
    assert.equal(
      expanded("1997-09-29T09:00:00", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", 4),
      "1997-09-29 1997-10-30 1997-11-27 1997-12-30",
    );
    assert.equal(
      expanded("1997-08-05T09:00:00", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO"),
      "1997-08-05 1997-08-10 1997-08-19 1997-08-24",
    );
    assert.equal(
      expanded("1997-08-05T09:00:00", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU"),
      "1997-08-05 1997-08-17 1997-08-19 1997-08-31",
    );
    assert.deepEqual(
      ask("1997-09-02T09:00:00", "RRULE:FREQ=DAILY;COUNT=5;BYHOUR=9,10;BYMINUTE=0,30", newYork).starts,
      ["13:00", "13:30", "14:00", "14:30"].map((time) => `1997-09-02T${time}:00Z`).concat("1997-09-03T13:00:00Z"),
    );
    assert.equal(
      ask("1997-09-02T09:00:00", "RRULE:FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10", { ...newYork, limit: 7 }).starts.at(-1),
      "1997-09-03T13:00:00Z",
      "six on the first day, then the next",
    );
  });

  test("the last of the month, the last weekday of it, and a day that not every month has", () => {
    const to = "2024-07-01T00:00:00Z";
    const ends = ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31", "2024-06-30"];
    assert.deepEqual(days("2024-01-31T09:00:00", "FREQ=MONTHLY;BYMONTHDAY=-1", { to }), ends);
    assert.deepEqual(days("2024-01-31T09:00:00", "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", { to }), ends);
    const workdays = days("2024-01-31T09:00:00", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", { to });
    assert.deepEqual(workdays.slice(0, 4), ["2024-01-31", "2024-02-29", "2024-03-29", "2024-04-30"]);
    assert.deepEqual(days("2024-01-31T09:00:00", "FREQ=MONTHLY", { to }), ["2024-01-31", "2024-03-31", "2024-05-31"]);
    const weekly = days("2024-01-01T09:00:00", "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1,-1;COUNT=4", { to });
    assert.deepEqual(weekly, ["2024-01-01", "2024-01-05", "2024-01-08", "2024-01-12"]);
  });

  test("29 February recurs in leap years only, and weeks of a year that begin in the one before", () => {
    const to = "2040-01-01T00:00:00Z";
    assert.deepEqual(days("2024-02-29T09:00:00", "FREQ=YEARLY", { to }), [
      "2024-02-29",
      "2028-02-29",
      "2032-02-29",
      "2036-02-29",
    ]);
    const weeks = days("2024-01-01T09:00:00", "FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", { to: "2028-01-01T00:00:00Z" });
    assert.deepEqual(weeks, ["2024-01-01", "2024-12-30", "2025-12-29", "2027-01-04"]);
    const last = days("2020-12-28T09:00:00", "FREQ=YEARLY;BYWEEKNO=53", { from: "2020-01-01T00:00:00Z" });
    assert.deepEqual(last, ["2020-12-28", "2026-12-28"], "only these years have so many weeks");
  });

  test("a start that the rule would not give is the first instance and counts", () => {
    assert.deepEqual(days("2024-01-03T09:00:00", "FREQ=WEEKLY;BYDAY=MO;COUNT=3"), [
      "2024-01-03",
      "2024-01-08",
      "2024-01-15",
    ]);
  });

  test("COUNT is counted from the start, whatever the window", () => {
    const later = { from: "2024-03-01T00:00:00Z" };
    assert.deepEqual(days("2024-01-01T09:00:00", "FREQ=DAILY;COUNT=62", later), ["2024-03-01", "2024-03-02"]);
    assert.deepEqual(days("2024-01-01T09:00:00", "FREQ=DAILY;BYHOUR=9;COUNT=62", later), ["2024-03-01", "2024-03-02"]);
    assert.deepEqual(days("2024-01-01T09:00:00", "FREQ=WEEKLY;COUNT=10", later), ["2024-03-04"]);
    assert.deepEqual(days("2024-01-01T09:00:00", "FREQ=WEEKLY;BYDAY=WE;COUNT=11", later), ["2024-03-06"]);
  });

  test("UNTIL includes its moment: in UTC, as a clock shows it, and as a day", () => {
    const berlin = { timeZone: "Europe/Berlin", from: "2024-06-01T00:00:00Z" };
    const until = (value: string) => days("2024-06-03T09:00:00", `FREQ=DAILY;UNTIL=${value}`, berlin).length;
    assert.equal(until("20240605T070000Z"), 3);
    assert.equal(until("20240605T065959Z"), 2);
    assert.equal(until("20240605T090000"), 3);
    assert.equal(until("20240605"), 3);
    const allDay = { allDay: true, duration: 86_400_000, from: "2024-06-01T00:00:00Z" };
    assert.equal(days("2024-06-03", "FREQ=DAILY;UNTIL=20240605", allDay).length, 3);
    assert.equal(days("2024-06-03", "FREQ=DAILY;UNTIL=20240605T000000Z", allDay).length, 3);
  });

  test("a rule agrees with a count of all days", () => {
    const weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;
    const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1, maxLength: 3 });
    const monthDay = fc.integer({ min: -31, max: 31 }).filter((day) => day !== 0);
    const position = fc.integer({ min: -3, max: 3 }).filter((each) => each !== 0);
    const rules = fc.record(
      {
        frequency: fc.constantFrom("DAILY", "WEEKLY", "MONTHLY", "YEARLY"),
        interval: fc.integer({ min: 1, max: 4 }),
        months: some([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
        monthDays: fc.uniqueArray(monthDay, { minLength: 1, maxLength: 4 }),
        weekdays: some(weekdays),
        positions: fc.uniqueArray(position, { minLength: 1, maxLength: 2 }),
        sunday: fc.constant(true),
      },
      { requiredKeys: ["frequency", "interval"] },
    );
    const start = fc.integer({ min: 0, max: 1500 }).map((days) => DateTime.utc(2020, 1, 1, 9).plus({ days }));
    fc.assert(
      fc.property(rules, start, (rule, begin) => {
        const part = (name: string, list: readonly unknown[] | undefined) => (list ? `;${name}=${list.join(",")}` : "");
        const text =
          `FREQ=${rule.frequency};INTERVAL=${rule.interval}${part("BYMONTH", rule.months)}` +
          `${part("BYMONTHDAY", rule.monthDays)}${part("BYDAY", rule.weekdays)}${part("BYSETPOS", rule.positions)}` +
          (rule.sunday ? ";WKST=SU" : "");
        const plain = !rule.monthDays && !rule.weekdays;
        const monthDays =
          plain && (rule.frequency === "MONTHLY" || rule.frequency === "YEARLY") ? [begin.day] : rule.monthDays;
        const months = plain && rule.frequency === "YEARLY" && !rule.months ? [begin.month] : rule.months;
        const named = plain && rule.frequency === "WEEKLY" ? [weekdays[begin.weekday - 1]] : rule.weekdays;
        const week = (day: DateTime) => day.minus({ days: rule.sunday ? day.weekday % 7 : day.weekday - 1 });
        const periodOf = (day: DateTime): number => {
          if (rule.frequency === "YEARLY") return day.year - begin.year;
          if (rule.frequency === "MONTHLY") return (day.year - begin.year) * 12 + day.month - begin.month;
          if (rule.frequency === "DAILY") return Math.round(day.diff(begin, "days").days);
          return Math.round(week(day).diff(week(begin), "weeks").weeks);
        };
        const sets = new Map<number, string[]>();
        const first = begin.startOf("year").set({ hour: 9 }).minus({ weeks: 1 });
        for (let day = first; day < begin.plus({ years: 3, weeks: 1 }); day = day.plus({ days: 1 })) {
          const period = periodOf(day);
          if (period < 0 || period % rule.interval !== 0) continue;
          if (months && !months.includes(day.month)) continue;
          if (named && !named.includes(weekdays[day.weekday - 1] as (typeof weekdays)[number])) continue;
          const fromEnd = day.day - (day.daysInMonth as number) - 1;
          if (monthDays && !monthDays.includes(day.day) && !monthDays.includes(fromEnd)) continue;
          sets.set(period, [...(sets.get(period) ?? []), day.toISODate() as string]);
        }
        const taken = [...sets.values()].flatMap((set) =>
          set.filter((_, at) => !rule.positions || rule.positions.some((p) => (p > 0 ? p - 1 : set.length + p) === at)),
        );
        const [from, to] = [begin.plus({ months: 7 }), begin.plus({ years: 2 })];
        const within = (day: string) => day >= (from.toISODate() as string) && day < (to.toISODate() as string);
        const begins = `${begin.toISODate()}T09:00:00`;
        const window = { from: `${from.toISODate()}T00:00:00Z`, to: `${to.toISODate()}T00:00:00Z` };
        assert.deepEqual(days(begins, text, window), taken.filter(within), text);
      }),
      { numRuns: 100 },
    );
  });

  test("a rule agrees with ical.js where that follows the RFC", () => {
    const rules = fc.oneof(
      fc.integer({ min: 1, max: 9 }).map((interval) => `FREQ=DAILY;INTERVAL=${interval}`),
      fc.integer({ min: 1, max: 90 }).map((interval) => `FREQ=HOURLY;INTERVAL=${interval}`),
      fc
        .tuple(fc.subarray(["MO", "TU", "WE", "TH", "FR"], { minLength: 1 }), fc.integer({ min: 1, max: 4 }))
        .map(([list, interval]) => `FREQ=WEEKLY;INTERVAL=${interval};BYDAY=${list.join(",")}`),
      fc.integer({ min: 1, max: 28 }).map((day) => `FREQ=MONTHLY;BYMONTHDAY=${day}`),
      fc
        .tuple(fc.constantFrom(1, 2, 3, 4, -1), fc.constantFrom("MO", "WE", "SU"), fc.integer({ min: 1, max: 3 }))
        .map(([nth, day, interval]) => `FREQ=MONTHLY;INTERVAL=${interval};BYDAY=${nth}${day}`),
      fc
        .tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom(1, 2, -1), fc.constantFrom("TU", "SA"))
        .map(([month, nth, day]) => `FREQ=YEARLY;BYMONTH=${month};BYDAY=${nth}${day}`),
    );
    fc.assert(
      fc.property(rules, fc.integer({ min: 0, max: 700 }), (rule, offset) => {
        const begin = DateTime.utc(2023, 1, 1, 9, 15).plus({ days: offset });
        const iterator = ICAL.Recur.fromString(rule).iterator(
          ICAL.Time.fromDateTimeString(begin.toFormat("yyyy-MM-dd'T'HH:mm:ss")),
        );
        const theirs = new Set([begin.toFormat("yyyy-MM-dd'T'HH:mm:ss'Z'")]);
        while (theirs.size < 20) theirs.add(`${iterator.next().toString()}Z`);
        const from = begin.minus({ days: 1 }).toISO() as string;
        const ours = ask(begin.toFormat("yyyy-MM-dd'T'HH:mm:ss"), `RRULE:${rule}`, {
          from,
          to: "2050-01-01T00:00:00Z",
          limit: 20,
        });
        assert.deepEqual(ours.starts, [...theirs], rule);
      }),
      { numRuns: 200 },
    );
  });

  test("a window far from the start is reached at once, with what overlaps its beginning", () => {
    const far = { from: "2030-01-01T09:30:00Z", to: "2030-01-01T11:30:00Z" };
    assert.deepEqual(ask("0001-01-01T09:00:00", "RRULE:FREQ=YEARLY", far).starts, ["2030-01-01T09:00:00Z"]);
    assert.deepEqual(ask("0001-01-01T09:00:00", "RRULE:FREQ=HOURLY", far).starts, [
      "2030-01-01T09:00:00Z",
      "2030-01-01T10:00:00Z",
      "2030-01-01T11:00:00Z",
    ]);
    const long = { ...far, duration: 50 * 24 * HOUR };
    assert.equal(ask("2024-01-01T09:00:00", "RRULE:FREQ=DAILY", long).starts.length, 50);
    assert.equal(
      ask("2024-01-01T09:00:00", "RRULE:FREQ=SECONDLY;COUNT=1000000000", { ...far, duration: 0, limit: 1 }).starts[0],
      "2030-01-01T09:30:00Z",
    );
  });

  test("bombs are bounded in what they give and in the work they cost", () => {
    const all = (count: number) => Array.from({ length: count }, (_, index) => index).join(",");
    const every = `BYHOUR=${all(24)};BYMINUTE=${all(60)};BYSECOND=${all(60)};BYDAY=MO,TU,WE,TH,FR,SA,SU`;
    const far = { from: "2029-01-01T00:00:00Z", to: "9999-01-01T00:00:00Z" };
    const positions = all(367).slice(2);
    const bombs: [rule: string, start?: string][] = [
      ["FREQ=SECONDLY;COUNT=1000000000"],
      ["FREQ=SECONDLY;COUNT=1000000000;BYSECOND=0,1,2"],
      ["FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "0001-01-01T00:00:00"],
      ["FREQ=MINUTELY;COUNT=9;BYMONTH=2;BYMONTHDAY=30", "0001-01-01T00:00:00"],
      ["FREQ=DAILY;COUNT=9;BYMONTH=2;BYMONTHDAY=31", "0001-01-01T00:00:00"],
      ["FREQ=YEARLY;COUNT=9;BYDAY=5MO;BYMONTHDAY=1", "0001-01-01T00:00:00"],
      ["FREQ=MONTHLY;INTERVAL=48;BYDAY=5MO;COUNT=9", "0001-02-01T00:00:00"],
      ["FREQ=YEARLY;INTERVAL=999999999"],
      [`FREQ=YEARLY;${every}`, "0001-12-31T23:59:59"],
      [`FREQ=YEARLY;${every};BYSETPOS=-1,${positions}`, "0001-01-01T00:00:00"],
      [`FREQ=YEARLY;BYSETPOS=366,-366;BYMONTH=2`],
    ];
    for (const [rule, start = "2024-01-01T09:00:00"] of bombs) {
      const begin = performance.now();
      const { starts, truncated } = ask(start, `RRULE:${rule}`, far);
      const milliseconds = performance.now() - begin;
      assert.ok(starts.length <= 1000, `${rule.slice(0, 80)} gave ${starts.length}`);
      assert.ok(milliseconds < 3000, `${rule.slice(0, 80)} took ${milliseconds} ms`);
      if (starts.length === 1000) assert.ok(truncated);
    }
    const hopeless = ask("0001-01-01T00:00:00", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31", {
      from: "0001-01-02T00:00:00Z",
      to: "9999-01-01T00:00:00Z",
    });
    assert.deepEqual([hopeless.starts, hopeless.truncated], [[], true], "what was given up is told");
    const manyRules = Array.from({ length: 200 }, () => "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30;COUNT=9");
    const begin = performance.now();
    assert.ok(ask("0001-01-01T00:00:00", manyRules, far).truncated);
    assert.ok(performance.now() - begin < 3000, "rules of one series share their allowance");
  });

  test("malformed lines, zones and times are told", () => {
    for (const line of [
      "RRULE:FREQ=NEVER",
      "RRULE:BYDAY=MO",
      "RRULE:",
      "RRULE:FREQ=WEEKLY;BYDAY=XX",
      "RRULE:FREQ=WEEKLY;BYDAY",
      "RRULE:FREQ=DAILY;COUNT=0",
      "RRULE:FREQ=DAILY;UNTIL=tomorrow",
      "RRULE:FREQ=DAILY;UNTIL=20240230",
      "RRULE:FREQ=MONTHLY;BYMONTHDAY=40",
      "RRULE:RSCALE=HEBREW;FREQ=YEARLY",
      "FREQ=DAILY",
      "EXDATE:20240230",
      "EXDATE;TZID=Mars/Olympus:20240101T090000",
      "RDATE;VALUE=PERIOD:20240101T090000Z/never",
      "SUMMARY:x",
      "RRULE:FREQ=DAILY\r\nSUMMARY:smuggled",
    ])
      assert.throws(() => ask("2024-01-01T09:00:00", line), fails("invalid_parameters"), line);
    assert.throws(() => ask("2024-02-30T09:00:00", []), fails("invalid_parameters"));
    assert.throws(() => ask("2024-01-01T09:00:00", [], { timeZone: "Mars/Olympus" }), fails("invalid_parameters"));
    assert.throws(() => ask("2024-01-01T09:00:00", [], { from: "2024-01-01" }), fails("invalid_parameters"));
    assert.throws(
      () => ask("2024-01-01", "RRULE:FREQ=HOURLY", { allDay: true, duration: 0 }),
      fails("invalid_parameters"),
    );
    assert.equal(ask("2024-01-01T09:00:00", "rrule:freq=daily;interval=0;count=2").starts.length, 2);
  });
});
