import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { MeetingTime } from "../../../src/store/store.js";
import { checkTimetable, slotsOf } from "../../../src/unified/meetings/slots.js";
import { fails } from "../../support/fails.js";

const everyDay = { month: "*", day: "*", weekday: "*" };
const timetable = {
  timeZone: "Europe/Berlin",
  duration: 60,
  interval: 60,
  endRepeat: null as string | null,
  times: [{ start: "09:00:00", end: "11:00:00", recurring: everyDay }] as MeetingTime[],
};

/** Starts from one day's beginning in UTC until another's. */
const starts = (change: Partial<typeof timetable>, from: string, until: string): string[] =>
  [...slotsOf({ ...timetable, ...change }, Date.parse(from), Date.parse(until))].map(({ start }) =>
    new Date(start).toISOString().slice(0, 16),
  );
const at = (start: string, end: string, recurring: Partial<typeof everyDay> | null = {}): MeetingTime => ({
  start,
  end,
  recurring: recurring && { ...everyDay, ...recurring },
});

describe("time slots of a meeting window", () => {
  test("keep their time of day when the clocks change", () => {
    assert.deepEqual(starts({}, "2026-03-28", "2026-03-30"), [
      ...["2026-03-28T08:00", "2026-03-28T09:00"],
      ...["2026-03-29T07:00", "2026-03-29T08:00"],
    ]);
  });

  test("begin an interval apart, as many as end in time", () => {
    const change = { duration: 45, interval: 30 };
    assert.deepEqual(starts(change, "2026-01-05", "2026-01-06"), [
      ...["2026-01-05T08:00", "2026-01-05T08:30", "2026-01-05T09:00"],
    ]);
  });

  test("start within the span that is asked for", () => {
    assert.deepEqual(starts({}, "2026-01-05T08:00:01Z", "2026-01-06T09:00:00Z"), [
      "2026-01-05T09:00",
      "2026-01-06T08:00",
    ]);
  });

  test("on weekdays, days and months that all agree", () => {
    const days = (recurring: Partial<typeof everyDay>) =>
      starts({ times: [at("09:00:00", "10:00:00", recurring)] }, "2026-01-01", "2026-03-01").map((start) =>
        start.slice(5, 10),
      );
    assert.deepEqual(days({ weekday: "MON, tue", month: "2" }), [
      ...["02-02", "02-03", "02-09", "02-10", "02-16", "02-17", "02-23", "02-24"],
    ]);
    assert.deepEqual(days({ day: "1,15" }), ["01-01", "01-15", "02-01", "02-15"]);
    assert.deepEqual(days({ day: "13", weekday: "FRI" }), ["02-13"]);
    assert.deepEqual(days({ day: "31", month: "2" }), []);
  });

  test("until midnight, which may be written in two ways, and past it", () => {
    for (const end of ["24:00:00", "00:00:00"])
      assert.deepEqual(starts({ timeZone: "UTC", times: [at("22:00:00", end)] }, "2026-01-05", "2026-01-06"), [
        "2026-01-05T22:00",
        "2026-01-05T23:00",
      ]);
    assert.deepEqual(starts({ timeZone: "UTC", times: [at("23:00:00", "01:00:00")] }, "2026-01-05", "2026-01-06"), [
      "2026-01-05T00:00",
      "2026-01-05T23:00",
    ]);
  });

  test("of overlapping times are in order, each start once", () => {
    const times = [at("09:00:00", "12:00:00"), at("08:00:00", "10:00:00"), at("22:00:00", "02:00:00")];
    const all = starts({ timeZone: "UTC", times }, "2026-01-05", "2026-01-06");
    assert.deepEqual(
      all.map((start) => Number(start.slice(11, 13))),
      [0, 1, 8, 9, 10, 11, 22, 23],
    );
  });

  test("of timestamps: once, or from that day on", () => {
    const once = [at("2026-01-06T09:00:00", "2026-01-06T10:00:00", null)];
    assert.deepEqual(starts({ times: once }, "2026-01-01", "2026-02-01"), ["2026-01-06T08:00"]);
    const inUtc = [at("2026-01-06T09:00:00Z", "2026-01-06T10:00:00Z", null)];
    assert.deepEqual(starts({ times: inUtc }, "2026-01-01", "2026-02-01"), ["2026-01-06T09:00"]);
    const weekly = [at("2026-01-06T23:00:00", "2026-01-07T00:00:00", { weekday: "TUE" })];
    assert.deepEqual(starts({ times: weekly, endRepeat: "2026-01-20" }, "2025-12-01", "2026-02-01"), [
      ...["2026-01-06T22:00", "2026-01-13T22:00", "2026-01-20T22:00"],
    ]);
  });

  test("of what is no timetable there are none", () => {
    const refused: Partial<typeof timetable>[] = [
      { timeZone: "Mars/Olympus" },
      { endRepeat: "sometime" },
      { times: [at("9", "10")] },
      { times: [at("25:00:00", "26:00:00")] },
      { times: [at("09:00:00", "2026-01-06T10:00:00")] },
      { times: [at("2026-01-06T09:00:00", "2026-01-06T09:00:00")] },
      { times: [at("2026-01-06T09:00:00", "2026-01-08T09:00:00")] },
      { times: [at("09:00:00", "10:00:00", { weekday: "MONDAY" })] },
      { times: [at("09:00:00", "10:00:00", { month: "13" })] },
      { times: [at("09:00:00", "10:00:00", { day: "" })] },
    ];
    for (const change of refused)
      assert.throws(
        () => checkTimetable({ ...timetable, ...change }),
        fails("invalid_parameters"),
        JSON.stringify(change),
      );
    checkTimetable(timetable);
  });
});
