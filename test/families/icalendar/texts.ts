import { readCalendar, type Series } from "../../../src/connectors/families/icalendar/read.js";

/** An iCalendar text of these lines, with CRLF. */
export const calendar = (...lines: readonly string[]): string =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//Test//EN", ...lines, "END:VCALENDAR", ""].join("\r\n");

export const event = (...lines: readonly string[]): string =>
  ["BEGIN:VEVENT", "UID:one@example.com", "DTSTAMP:20240101T000000Z", ...lines, "END:VEVENT"].join("\r\n");

/** The one series of a text. */
export const seriesOf = (text: string, timeZone?: string): Series => {
  const { series, skipped } = readCalendar(text, { timeZone });
  if (series.length !== 1 || skipped !== 0) throw new Error(`${series.length} series, ${skipped} skipped`);
  return series[0] as Series;
};

/** A zone that only its definition explains: an hour and a half east, three in summer from April to October. */
export const OWN_ZONE = [
  "BEGIN:VTIMEZONE",
  "TZID:Company Time",
  "BEGIN:STANDARD",
  "DTSTART:20001001T030000",
  "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SU",
  "TZOFFSETFROM:+0300",
  "TZOFFSETTO:+0130",
  "END:STANDARD",
  "BEGIN:DAYLIGHT",
  "DTSTART:20000402T020000",
  "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU",
  "TZOFFSETFROM:+0130",
  "TZOFFSETTO:+0300",
  "END:DAYLIGHT",
  "END:VTIMEZONE",
];
