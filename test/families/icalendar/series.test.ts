import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { busy } from "../../../src/connectors/families/icalendar/busy.js";
import { toEventFields } from "../../../src/connectors/families/icalendar/fields.js";
import { type Asked, occurrences } from "../../../src/connectors/families/icalendar/occurrences.js";
import { readCalendar } from "../../../src/connectors/families/icalendar/read.js";
import { calendar, event, OWN_ZONE, seriesOf } from "./texts.js";

const YEAR = { start: "2024-01-01T00:00:00Z", end: "2025-01-01T00:00:00Z" };

const told = (text: string, { window = YEAR, ...asked }: Asked & { window?: typeof YEAR } = {}) =>
  occurrences(seriesOf(text), window, asked).occurrences.map(({ start, end }) => `${start}/${end}`);
const starts = (text: string, asked: Asked & { window?: typeof YEAR } = {}) =>
  told(text, asked).map((each) => each.split("/")[0]);

describe("icalendar: series in their zones", () => {
  test("09:00 stays 09:00 when the clocks change, in both directions and on both sides of the ocean", () => {
    const around = (zone: string, date: string) =>
      starts(
        calendar(
          event(
            `DTSTART;TZID=${zone}:${date}T090000`,
            `DTEND;TZID=${zone}:${date}T100000`,
            "RRULE:FREQ=WEEKLY;COUNT=2",
          ),
        ),
      );
    assert.deepEqual(around("Europe/Berlin", "20240325"), ["2024-03-25T08:00:00Z", "2024-04-01T07:00:00Z"]);
    assert.deepEqual(around("Europe/Berlin", "20241021"), ["2024-10-21T07:00:00Z", "2024-10-28T08:00:00Z"]);
    assert.deepEqual(around("America/New_York", "20240304"), ["2024-03-04T14:00:00Z", "2024-03-11T13:00:00Z"]);
    assert.deepEqual(around("America/New_York", "20241028"), ["2024-10-28T13:00:00Z", "2024-11-04T14:00:00Z"]);
  });

  test("a time that the clocks leap over is told an hour later, one that comes twice is the first", () => {
    const at = (date: string, time: string) =>
      starts(calendar(event(`DTSTART;TZID=Europe/Berlin:${date}T${time}`, "RRULE:FREQ=DAILY;COUNT=3")));
    assert.deepEqual(at("20240330", "023000"), [
      "2024-03-30T01:30:00Z",
      "2024-03-31T01:30:00Z",
      "2024-04-01T00:30:00Z",
    ]);
    assert.deepEqual(at("20241026", "023000"), [
      "2024-10-26T00:30:00Z",
      "2024-10-27T00:30:00Z",
      "2024-10-28T01:30:00Z",
    ]);
  });

  test("an end lasts exactly as long in each instance, a duration in days lasts by the clock", () => {
    const overnight = (end: string) =>
      told(calendar(event("DTSTART;TZID=Europe/Berlin:20240329T200000", end, "RRULE:FREQ=DAILY;COUNT=2")))[1] as string;
    assert.equal(
      overnight("DTEND;TZID=Europe/Berlin:20240330T200000"),
      "2024-03-30T19:00:00Z/2024-03-31T19:00:00Z",
      "24 hours end at 21:00",
    );
    assert.equal(overnight("DURATION:P1D"), "2024-03-30T19:00:00Z/2024-03-31T18:00:00Z", "a day ends at 20:00");
  });

  test("all day: midnights in UTC, the end exclusive, one day without an end", () => {
    const day = (...lines: string[]) => told(calendar(event("DTSTART;VALUE=DATE:20240328", ...lines)));
    assert.deepEqual(day(), ["2024-03-28T00:00:00Z/2024-03-29T00:00:00Z"]);
    assert.deepEqual(day("DTEND;VALUE=DATE:20240401"), ["2024-03-28T00:00:00Z/2024-04-01T00:00:00Z"]);
    assert.deepEqual(day("DTEND;VALUE=DATE:20240328"), ["2024-03-28T00:00:00Z/2024-03-29T00:00:00Z"]);
    assert.deepEqual(day("DURATION:P2D"), ["2024-03-28T00:00:00Z/2024-03-30T00:00:00Z"]);
    assert.deepEqual(day("RRULE:FREQ=WEEKLY;UNTIL=20240404", "EXDATE;VALUE=DATE:20240328"), [
      "2024-04-04T00:00:00Z/2024-04-05T00:00:00Z",
    ]);
    const fields = toEventFields(seriesOf(calendar(event("DTSTART:20240328"))).master!);
    assert.deepEqual([fields.allDay, fields.startTimeZone], [true, null], "a date needs no VALUE=DATE to be one");
    assert.deepEqual(
      told(calendar(event("DTSTART:20240328T100000Z"))),
      ["2024-03-28T10:00:00Z/2024-03-28T10:00:00Z"],
      "a time without an end takes no time",
    );
  });

  test("what overlaps the window is told, what only touches it is not", () => {
    const text = calendar(event("DTSTART:20240110T100000Z", "DTEND:20240110T120000Z"));
    const between = (start: string, end: string) =>
      told(text, { window: { start: `2024-01-10T${start}:00Z`, end: `2024-01-10T${end}:00Z` } }).length;
    assert.deepEqual(
      [between("09:00", "10:00"), between("12:00", "13:00"), between("11:59", "12:30"), between("09:00", "10:01")],
      [0, 0, 1, 1],
    );
    assert.equal(between("10:30", "11:00"), 1, "within it");
  });

  test("EXDATE: in another zone, in UTC, without a zone, as a day, several in a line", () => {
    const without = (...exceptions: string[]) =>
      starts(
        calendar(event("DTSTART;TZID=Europe/Berlin:20240101T090000", "RRULE:FREQ=DAILY;COUNT=4", ...exceptions)),
      ).map((each) => each?.slice(8, 10));
    assert.deepEqual(without(), ["01", "02", "03", "04"]);
    assert.deepEqual(without("EXDATE;TZID=America/New_York:20240102T030000"), ["01", "03", "04"]);
    assert.deepEqual(without("EXDATE:20240102T080000Z,20240104T080000Z"), ["01", "03"]);
    assert.deepEqual(without("EXDATE:20240103T090000"), ["01", "02", "04"]);
    assert.deepEqual(without("EXDATE;VALUE=DATE:20240101"), ["02", "03", "04"], "the first too");
    assert.deepEqual(without("EXDATE:20240102T090000Z"), ["01", "02", "03", "04"], "another time is no exception");
  });

  test("RDATE adds starts, periods with lengths of their own, each instance once", () => {
    const text = calendar(
      event(
        "DTSTART:20240101T090000Z",
        "DTEND:20240101T093000Z",
        "RRULE:FREQ=DAILY;COUNT=2",
        "RDATE:20240102T090000Z,20240105T090000Z",
        "RDATE;VALUE=PERIOD:20240103T090000Z/PT3H,20240104T090000Z/20240104T091000Z",
      ),
    );
    assert.deepEqual(told(text), [
      "2024-01-01T09:00:00Z/2024-01-01T09:30:00Z",
      "2024-01-02T09:00:00Z/2024-01-02T09:30:00Z",
      "2024-01-03T09:00:00Z/2024-01-03T12:00:00Z",
      "2024-01-04T09:00:00Z/2024-01-04T09:10:00Z",
      "2024-01-05T09:00:00Z/2024-01-05T09:30:00Z",
    ]);
  });

  const meeting = calendar(
    event(
      "DTSTART;TZID=Europe/Berlin:20240101T090000",
      "DTEND;TZID=Europe/Berlin:20240101T100000",
      "RRULE:FREQ=WEEKLY",
      "SUMMARY:Weekly",
    ),
    event(
      "RECURRENCE-ID;TZID=Europe/Berlin:20240108T090000",
      "DTSTART;TZID=Europe/Berlin:20240109T140000",
      "DTEND;TZID=Europe/Berlin:20240109T150000",
      "SUMMARY:Moved",
    ),
    event("RECURRENCE-ID:20240115T080000Z", "DTSTART:20240115T080000Z", "STATUS:CANCELLED"),
    event("RECURRENCE-ID:20250303T080000Z", "DTSTART:20240116T080000Z", "DTEND:20240116T090000Z", "SUMMARY:Early"),
  );
  const january = { start: "2024-01-01T00:00:00Z", end: "2024-01-23T00:00:00Z" };

  test("an instance moved within the window, one moved into it, one cancelled", () => {
    const { occurrences: found } = occurrences(seriesOf(meeting), january);
    const names = found.map(({ event, start, recurrenceId }) => {
      const { name, recurrenceType, recurrence } = toEventFields(event);
      return [name, start, recurrenceId, recurrenceType, recurrence.length];
    });
    assert.deepEqual(names, [
      ["Weekly", "2024-01-01T08:00:00Z", "2024-01-01T08:00:00Z", "RECURRING_MASTER", 1],
      ["Moved", "2024-01-09T13:00:00Z", "2024-01-08T08:00:00Z", "RECURRING", 0],
      ["Early", "2024-01-16T08:00:00Z", "2025-03-03T08:00:00Z", "RECURRING", 0],
      ["Weekly", "2024-01-22T08:00:00Z", "2024-01-22T08:00:00Z", "RECURRING_MASTER", 1],
    ]);
    const instance = toEventFields(found[3]!.event, found[3]);
    assert.deepEqual(
      [instance.start, instance.end, instance.recurrenceType, instance.recurrence, instance.recurrenceId],
      ["2024-01-22T08:00:00Z", "2024-01-22T09:00:00Z", "RECURRING", [], "2024-01-22T08:00:00Z"],
    );
    const cancelled = occurrences(seriesOf(meeting), january, { cancelled: true }).occurrences[2];
    assert.equal(cancelled && toEventFields(cancelled.event, cancelled).status, "CANCELLED");
    const gone = occurrences(seriesOf(meeting), { start: "2025-03-03T00:00:00Z", end: "2025-03-04T00:00:00Z" });
    assert.deepEqual(gone.occurrences, [], "moved out of this window");
  });

  test("overrides without their series stand for themselves", () => {
    const text = calendar(event("RECURRENCE-ID:20240108T080000Z", "DTSTART:20240108T090000Z", "DURATION:PT1H"));
    const { occurrences: found } = occurrences(seriesOf(text), YEAR);
    assert.deepEqual(
      found.map(({ start, recurrenceId }) => [start, recurrenceId]),
      [["2024-01-08T09:00:00Z", "2024-01-08T08:00:00Z"]],
    );
  });

  test("an endless series gives as much as is asked for and says that there is more", () => {
    const daily = seriesOf(calendar(event("DTSTART:20240101T090000Z", "RRULE:FREQ=DAILY")));
    const some = occurrences(daily, YEAR, { limit: 3 });
    assert.deepEqual([some.occurrences.length, some.truncated], [3, true]);
    assert.deepEqual(occurrences(daily, YEAR).occurrences.length, 366);
    const hourly = seriesOf(calendar(event("DTSTART:20240101T090000Z", "RRULE:FREQ=HOURLY")));
    const most = occurrences(hourly, YEAR);
    assert.deepEqual([most.occurrences.length, most.truncated], [1000, true]);
    assert.equal(most.occurrences.at(-1)?.start, "2024-02-12T00:00:00Z", "the first thousand");
  });

  test("several series are told in one order; many bombs share one allowance", () => {
    const series = (uid: string, ...lines: string[]) =>
      ["BEGIN:VEVENT", `UID:${uid}`, ...lines, "END:VEVENT"].join("\r\n");
    const { series: two } = readCalendar(
      calendar(
        series("a", "DTSTART:20240101T100000Z", "RRULE:FREQ=DAILY;COUNT=2"),
        series("b", "DTSTART:20240101T120000Z", "RRULE:FREQ=DAILY;COUNT=2"),
      ),
    );
    const found = occurrences(two, YEAR).occurrences.map(({ event, start }) => event.uid + start.slice(8, 13));
    assert.deepEqual(found, ["a01T10", "b01T12", "a02T10", "b02T12"]);
    const bombs = Array.from({ length: 500 }, (_, index) =>
      series(`${index}`, "DTSTART:00010101T000000Z", "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30;COUNT=9"),
    );
    const begin = performance.now();
    assert.equal(occurrences(readCalendar(calendar(...bombs)).series, YEAR).truncated, true);
    assert.ok(performance.now() - begin < 10_000);
  });

  const zoned = (tzid: string, ...definition: string[]) =>
    seriesOf(calendar(...definition, event(`DTSTART;TZID=${tzid}:20240701T090000`, "DURATION:PT1H")));
  const startOf = (series: ReturnType<typeof zoned>) => {
    const { start, startTimeZone } = toEventFields(series.master!);
    return [start, startTimeZone];
  };

  test("zones by their Windows names, behind a path, by old names", () => {
    assert.deepEqual(startOf(zoned("W. Europe Standard Time")), ["2024-07-01T07:00:00Z", "Europe/Berlin"]);
    assert.deepEqual(startOf(zoned("Eastern Standard Time")), ["2024-07-01T13:00:00Z", "America/New_York"]);
    assert.deepEqual(startOf(zoned("/mozilla.org/20050126_1/Europe/Berlin")), [
      "2024-07-01T07:00:00Z",
      "Europe/Berlin",
    ]);
    assert.deepEqual(startOf(zoned("/example/America/Argentina/Ushuaia"))[1], "America/Argentina/Ushuaia");
    assert.deepEqual(startOf(zoned("US/Pacific")), ["2024-07-01T16:00:00Z", "US/Pacific"]);
    assert.deepEqual(startOf(zoned('"Europe/Berlin"')), ["2024-07-01T07:00:00Z", "Europe/Berlin"]);
    assert.deepEqual(startOf(zoned("UTC")), ["2024-07-01T09:00:00Z", null]);
  });

  test("a zone that only the text defines, through its changes of the clock", () => {
    assert.deepEqual(startOf(zoned("Company Time", ...OWN_ZONE)), ["2024-07-01T06:00:00Z", null]);
    const text = calendar(...OWN_ZONE, event("DTSTART;TZID=Company Time:20240401T090000", "RRULE:FREQ=WEEKLY;COUNT=2"));
    assert.deepEqual(starts(text), ["2024-04-01T07:30:00Z", "2024-04-08T06:00:00Z"]);
    const named = OWN_ZONE.toSpliced(2, 0, "X-LIC-LOCATION:Asia/Tokyo");
    assert.deepEqual(startOf(zoned("Company Time", ...named)), ["2024-07-01T00:00:00Z", "Asia/Tokyo"]);
    assert.deepEqual(startOf(zoned("Nobody's Time")), ["2024-07-01T09:00:00Z", null], "what nobody explains");
  });

  test("a definition that is a bomb is bounded", () => {
    const bomb = OWN_ZONE.map((line) => (line.startsWith("RRULE") ? "RRULE:FREQ=SECONDLY" : line));
    const begin = performance.now();
    assert.equal(startOf(zoned("Company Time", ...bomb))[1], null);
    assert.ok(performance.now() - begin < 2000);
  });

  test("a time without a zone is one of the calendar's: by the text, by the caller, else UTC", () => {
    const floating = event("DTSTART:20240701T090000", "DURATION:PT1H");
    const start = (text: string, timeZone?: string) => startOf(seriesOf(text, timeZone));
    assert.deepEqual(start(calendar(floating)), ["2024-07-01T09:00:00Z", null]);
    assert.deepEqual(start(calendar(floating), "Europe/Berlin"), ["2024-07-01T07:00:00Z", "Europe/Berlin"]);
    const named = calendar("X-WR-TIMEZONE:America/New_York", floating);
    assert.deepEqual(start(named, "Europe/Berlin"), ["2024-07-01T13:00:00Z", "America/New_York"]);
  });

  test("busy: what blocks, merged; not what is transparent, cancelled, declined or takes no time", () => {
    const own = (uid: string, ...lines: string[]) =>
      ["BEGIN:VEVENT", `UID:${uid}`, ...lines, "END:VEVENT"].join("\r\n");
    const { series } = readCalendar(
      calendar(
        own("a", "DTSTART:20240101T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2"),
        own("b", "DTSTART:20240101T093000Z", "DURATION:PT1H"),
        own("c", "DTSTART:20240101T103000Z", "DURATION:PT30M"),
        own("d", "DTSTART:20240101T120000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT"),
        own("e", "DTSTART:20240101T130000Z", "DURATION:PT1H", "STATUS:CANCELLED"),
        own("f", "DTSTART:20240101T140000Z", "DURATION:PT1H", "ATTENDEE;PARTSTAT=DECLINED:MAILTO:Me@example.com"),
        own("g", "DTSTART:20240101T160000Z"),
      ),
    );
    const told = busy(series, YEAR, { email: "me@example.com" });
    assert.deepEqual(told, {
      intervals: [
        { start: "2024-01-01T09:00:00Z", end: "2024-01-01T11:00:00Z" },
        { start: "2024-01-02T09:00:00Z", end: "2024-01-02T10:00:00Z" },
      ],
      truncated: false,
    });
    assert.equal(busy(series, YEAR).intervals.length, 3, "another one declined");
  });
});
