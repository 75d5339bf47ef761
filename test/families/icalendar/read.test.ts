import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { attachmentBytes } from "../../../src/connectors/families/icalendar/attachments.js";
import { toEventFields } from "../../../src/connectors/families/icalendar/fields.js";
import { readCalendar } from "../../../src/connectors/families/icalendar/read.js";
import { fails } from "../../support/fails.js";
import { calendar, event, seriesOf } from "./texts.js";

const fieldsOf = (...lines: string[]) => toEventFields(seriesOf(calendar(event(...lines))).master!);
const HOUR = ["DTSTART:20240701T090000Z", "DTEND:20240701T100000Z"];

describe("icalendar: reading", () => {
  test("all that an event says, in the words of the unified API", () => {
    const fields = fieldsOf(
      "DTSTART;TZID=Europe/Berlin:20240701T090000",
      "DTEND;TZID=America/New_York:20240701T050000",
      "SUMMARY;LANGUAGE=de:Prüfung\\, zweiter Teil\\; mündlich",
      "DESCRIPTION:First line\\nsecond \\\\ line",
      "LOCATION:Room 4",
      "STATUS:TENTATIVE",
      "CLASS:CONFIDENTIAL",
      "TRANSP:TRANSPARENT",
      'ORGANIZER;CN="Dana: the boss":mailto:dana@example.com',
      "ATTENDEE;CN=Lee;PARTSTAT=ACCEPTED;ROLE=OPT-PARTICIPANT:mailto:lee@example.com",
      "ATTENDEE;CUTYPE=ROOM;PARTSTAT=DELEGATED:MAILTO:room4@example.com",
      "ATTENDEE;EMAIL=kim@example.com:/principals/1234",
      "ATTACH;FMTTYPE=application/pdf;FILENAME=mock.pdf;SIZE=1234:https://files.example.com/mock.pdf",
      "ATTACH;VALUE=BINARY;ENCODING=BASE64;FMTTYPE=text/plain;X-FILENAME=note.txt:aGVsbG8=",
      "ATTACH:CID:part1@example.com",
      "RRULE:FREQ=DAILY;COUNT=2",
      "EXDATE;TZID=Europe/Berlin:20240702T090000",
      "X-CRM-ID:o1\\, really",
      "X-FLAG;VALUE=BOOLEAN:TRUE",
      "CREATED:20240101T080000Z",
      "LAST-MODIFIED:20240102T080000Z",
      "SEQUENCE:7",
    );
    assert.deepEqual(fields, {
      name: "Prüfung, zweiter Teil; mündlich",
      description: "First line\nsecond \\ line",
      location: "Room 4",
      start: "2024-07-01T07:00:00Z",
      startTimeZone: "Europe/Berlin",
      end: "2024-07-01T09:00:00Z",
      endTimeZone: "America/New_York",
      allDay: false,
      status: "TENTATIVE",
      visibility: "confidential",
      transparent: true,
      creator: null,
      owner: null,
      organizer: { id: null, name: "Dana: the boss", email: "dana@example.com" },
      attendees: [
        { id: null, name: "Lee", email: "lee@example.com", status: "ACCEPTED", required: false, resource: false },
        { id: null, name: null, email: "room4@example.com", status: "UNCONFIRMED", required: true, resource: true },
        { id: null, name: null, email: "kim@example.com", status: "PENDING", required: true, resource: false },
      ],
      attachments: [
        {
          id: null,
          name: "mock.pdf",
          mimeType: "application/pdf",
          size: 1234,
          inline: false,
          url: "https://files.example.com/mock.pdf",
        },
        { id: null, name: "note.txt", mimeType: "text/plain", size: 5, inline: true, url: null },
        { id: null, name: null, mimeType: null, size: null, inline: false, url: null },
      ],
      reminders: [],
      recurrence: ["RRULE:FREQ=DAILY;COUNT=2", "EXDATE;TZID=Europe/Berlin:20240702T090000"],
      recurrenceType: "RECURRING_MASTER",
      customProperties: [{ key: "X-CRM-ID", value: "o1, really" }],
      created: "2024-01-01T08:00:00Z",
      modified: "2024-01-02T08:00:00Z",
      uid: "one@example.com",
      recurrenceId: null,
      sequence: 7,
    });
  });

  test("what an event does not say is null, or the default of the RFC", () => {
    const fields = fieldsOf(...HOUR);
    const { name, description, location, status, visibility, transparent, organizer, created, modified } = fields;
    assert.deepEqual(
      [name, description, location, status, visibility, transparent, organizer, created],
      [null, null, null, null, null, false, null, null],
    );
    assert.equal(modified, "2024-01-01T00:00:00Z", "DTSTAMP");
    assert.deepEqual([fields.recurrenceType, fields.sequence], ["SOLO", 0]);
    assert.equal(fieldsOf(...HOUR, "STATUS:WHATEVER", "CLASS:X-SECRET").status, null);
  });

  test("an inline attachment gives its bytes", () => {
    const { component } = seriesOf(
      calendar(event(...HOUR, "ATTACH;VALUE=BINARY;ENCODING=BASE64:aGVs\r\n bG8=", "ATTACH:https://example.com/")),
    ).master!;
    assert.equal(attachmentBytes(component, 0)?.toString(), "hello");
    assert.equal(attachmentBytes(component, 1), null);
  });

  test("reminders before the start, from the end, at a moment, after it; alarms of other kinds are none", () => {
    const alarm = (action: string, trigger: string) => `BEGIN:VALARM\r\nACTION:${action}\r\n${trigger}\r\nEND:VALARM`;
    const { reminders } = fieldsOf(
      ...HOUR,
      alarm("DISPLAY", "TRIGGER:-PT10M"),
      alarm("EMAIL", "TRIGGER;RELATED=END:-PT1H30M"),
      alarm("AUDIO", "TRIGGER;VALUE=DATE-TIME:20240630T090000Z"),
      alarm("DISPLAY", "TRIGGER:PT5M"),
      alarm("DISPLAY", "TRIGGER:-P1W"),
      alarm("NONE", "TRIGGER;VALUE=DATE-TIME:19760401T005545Z"),
      alarm("DISPLAY", "TRIGGER:soon"),
    );
    assert.deepEqual(reminders, [
      { minutes: 10, method: "popup" },
      { minutes: 30, method: "email" },
      { minutes: 1440, method: "popup" },
      { minutes: -5, method: "popup" },
      { minutes: 10_080, method: "popup" },
    ]);
  });

  test("the calendar's own name, description and zone; several calendars in one stream", () => {
    const text = calendar(
      "X-WR-CALNAME:Work\\, mostly",
      "X-WR-CALDESC:Ours",
      "X-WR-TIMEZONE:W. Europe Standard Time",
      "X-APPLE-CALENDAR-COLOR:#FF0000",
      event(...HOUR),
    );
    const read = readCalendar(`\uFEFF${text}\r\n${calendar("NAME:Second")}`);
    assert.deepEqual(
      [read.name, read.description, read.timeZone, read.series.length],
      ["Work, mostly", "Ours", "Europe/Berlin", 1],
    );
  });

  test("lines folded within a word, a character, a name; breaks of one sign; lines that are none", () => {
    const text = calendar(
      event(...HOUR, "SUM\r\n MARY:One wo\r\n rd", "this line is none", "DESCR;X=:", "LOCATION:Room"),
    );
    for (const written of [text, text.replaceAll("\r\n", "\n"), text.replaceAll("\r\n", "\r\n\r\n")]) {
      const { name, location } = toEventFields(seriesOf(written).master!);
      assert.deepEqual([name, location], ["One word", "Room"]);
    }
  });

  test("bad events among good ones are left out and counted; other components are no events", () => {
    const read = readCalendar(
      calendar(
        event(...HOUR),
        "BEGIN:VTODO\r\nUID:todo\r\nSUMMARY:Do\r\nEND:VTODO",
        "BEGIN:VFREEBUSY\r\nUID:busy\r\nEND:VFREEBUSY",
        event("SUMMARY:No start"),
        event("DTSTART:20240230T090000Z"),
        event("DTSTART:20240701T090000Z", "DTEND:soon"),
        event("DTSTART:20240701T090000Z", "DURATION:long"),
        event("DTSTART:20240701T090000Z", "RRULE:FREQ=NEVER"),
        event("DTSTART:20240701T090000Z", "EXDATE:x"),
        event("DTSTART:20240701T090000Z", "RECURRENCE-ID:x"),
        event("DTSTART;VALUE=DATE:20240701", "RRULE:FREQ=HOURLY"),
      ),
    );
    assert.deepEqual([read.series.length, read.skipped], [1, 8]);
  });

  test("an end before the start takes no time; the newest override of an instance counts; a UID may be missing", () => {
    const fields = fieldsOf("DTSTART:20240701T090000Z", "DTEND:20240701T080000Z");
    assert.equal(fields.end, fields.start);
    const override = (name: string) => event("RECURRENCE-ID:20240701T090000Z", ...HOUR, `SUMMARY:${name}`);
    const { overrides } = seriesOf(calendar(override("Old"), override("New")));
    assert.deepEqual(
      overrides.map((each) => toEventFields(each).name),
      ["New"],
    );
    const anonymous = calendar(`BEGIN:VEVENT\r\n${HOUR.join("\r\n")}\r\nEND:VEVENT`);
    assert.match(seriesOf(anonymous).uid, /^[0-9a-f]{32}$/);
    assert.equal(seriesOf(anonymous).uid, seriesOf(anonymous).uid);
  });

  test("a text that is cut off, wrongly nested, no calendar or out of bounds is refused with the code asked for", () => {
    const text = calendar(event(...HOUR));
    const deep = Array.from({ length: 25 }, (_, depth) => `BEGIN:X-${depth}`);
    const refused = [
      "",
      "not a calendar",
      text.slice(0, text.indexOf("END:VEVENT")),
      text.replace("END:VEVENT\r\n", ""),
      `${text}END:VCALENDAR`,
      "BEGIN:VCARD\r\nEND:VCARD\r\n",
      calendar(...deep, ...deep.toReversed().map((line) => line.replace("BEGIN", "END"))),
      calendar(...Array.from({ length: 100_001 }, () => "BEGIN:VEVENT\nEND:VEVENT")),
      calendar(`X-LONG:${"x".repeat(16 * 2 ** 20)}`),
      calendar("x\n".repeat(1_000_001)),
    ];
    for (const each of refused) {
      assert.throws(() => readCalendar(each), fails("bad_gateway"), each.slice(0, 60));
      assert.throws(() => readCalendar(each, { code: "invalid_parameters" }), fails("invalid_parameters"));
    }
  });

  test("names of JavaScript's own do no harm", () => {
    const fields = fieldsOf(...HOUR, "constructor:x", "__proto__;__proto__=x:y", "toString;hasOwnProperty=1:z");
    assert.equal(fields.start, "2024-07-01T09:00:00Z");
    assert.equal(({} as Record<string, unknown>).x, undefined);
  });
});
