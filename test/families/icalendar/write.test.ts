import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toEventFields } from "../../../src/connectors/families/icalendar/fields.js";
import { occurrences } from "../../../src/connectors/families/icalendar/occurrences.js";
import { readCalendar } from "../../../src/connectors/families/icalendar/read.js";
import { cancelInstance, removeEvent, respond, writeEvent } from "../../../src/connectors/families/icalendar/write.js";
import { fails } from "../../support/fails.js";
import { calendar, event, OWN_ZONE, seriesOf } from "./texts.js";

const WRITING = { uid: "one@example.com", now: "2024-05-01T12:00:00Z", prodId: "-//Example//Test//EN" };
const HOUR = { start: "2024-07-01T07:00:00Z", end: "2024-07-01T08:00:00Z" };
const YEARS = { start: "2024-01-01T00:00:00Z", end: "2026-01-01T00:00:00Z" };

const linesOf = (text: string): string[] => text.split("\r\n");
const fieldsOf = (text: string) => toEventFields(seriesOf(text).master!);
/** Lines that one text has and the other has not. */
const difference = (one: string, other: string): string[] => {
  const left = linesOf(other);
  return linesOf(one).filter((line) => {
    const place = left.indexOf(line);
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
};
const startsOf = (text: string, window = YEARS) =>
  occurrences(seriesOf(text), window).occurrences.map(({ start }) => start);

/** As a real calendar keeps an event, with much that the model does not know. */
const RICH = calendar(
  "CALSCALE:GREGORIAN",
  "X-WR-CALNAME:Work",
  ...OWN_ZONE,
  event(
    'DTSTART;X-ODD="a;b:c";TZID=Company Time:20240701T090000',
    "DTEND;TZID=Company Time:20240701T100000",
    'SUMMARY;LANGUAGE=en;ALTREP="cid:summary":A name',
    "DESCRIPTION:Folded wher",
    " ever it pleased",
    "  its writer",
    "GEO:37.386013;-122.082932",
    "CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL=Join:https://example.com/meet",
    'ORGANIZER;CN=Dana;SENT-BY="mailto:aide@example.com";X-A=1:mailto:dana@example.com',
    "ATTENDEE;CN=Lee;X-NUM-GUESTS=2;RSVP=TRUE;PARTSTAT=NEEDS-ACTION:mailto:lee@example.com",
    "ATTENDEE;CN=Kim;SCHEDULE-STATUS=2.0:MAILTO:Kim@example.com",
    "X-MOZ-GENERATION:3",
    "x-lower;p=^'q^':v\\,w",
    "SEQUENCE:4",
    "a line that is none",
    "BEGIN:VALARM\r\nX-WR-ALARMUID:1\r\nACTION:DISPLAY\r\nDESCRIPTION:Beep\r\nTRIGGER:-PT15M\r\nEND:VALARM",
    "BEGIN:VALARM\r\nACTION:NONE\r\nTRIGGER;VALUE=DATE-TIME:19760401T005545Z\r\nEND:VALARM",
    "BEGIN:X-THING\r\nX-IN:1\r\nEND:X-THING",
  ),
  "BEGIN:VTODO\r\nUID:todo\r\nSUMMARY:Do\r\nEND:VTODO",
  "BEGIN:VEVENT\r\nUID:other@example.com\r\nDTSTART:20240101T000000Z\r\nEND:VEVENT",
);
const STAMPS = ["DTSTAMP:20240501T120000Z", "SEQUENCE:5", "LAST-MODIFIED:20240501T120000Z"];

describe("icalendar: writing", () => {
  test("a new event is a whole calendar that says what was asked", () => {
    const draft = {
      ...HOUR,
      name: "Prüfung, Teil 2; mündlich",
      description: "One\r\ntwo\\three",
      location: "Room 4",
      startTimeZone: "Europe/Berlin",
      status: "CONFIRMED",
      visibility: "private",
      transparent: false,
      organizer: { name: 'Dana "D"', email: "dana@example.com" },
      attendees: [
        { email: "lee@example.com", name: "Lee", required: false },
        { email: "room@example.com", resource: true, status: "ACCEPTED" },
      ],
      reminders: [
        { minutes: 10, method: "popup" },
        { minutes: 60, method: "email" },
      ],
      attachments: [{ url: "https://files.example.com/a,b;c.pdf", name: "a.pdf", mimeType: "application/pdf" }],
      recurrence: ["RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;TZID=America/New_York:20240708T030000"],
      customProperties: [{ key: "x-crm-id", value: "o1, really" }],
    } as const;
    const text = writeEvent(null, draft, WRITING);
    const [head, , , , ...rest] = linesOf(text);
    assert.deepEqual([head, rest.at(-2), rest.at(-1)], ["BEGIN:VCALENDAR", "END:VCALENDAR", ""]);
    for (const line of ["VERSION:2.0", "PRODID:-//Example//Test//EN", "DTSTART;TZID=Europe/Berlin:20240701T090000"])
      assert.ok(linesOf(text).includes(line), line);
    for (const zone of ["Europe/Berlin", "America/New_York"])
      assert.ok(text.includes(`BEGIN:VTIMEZONE\r\nTZID:${zone}\r\n`), zone);
    const fields = fieldsOf(text);
    assert.deepEqual(
      [fields.name, fields.description, fields.start, fields.end, fields.startTimeZone, fields.endTimeZone],
      [draft.name, "One\ntwo\\three", HOUR.start, HOUR.end, "Europe/Berlin", "Europe/Berlin"],
    );
    assert.deepEqual([fields.status, fields.visibility, fields.transparent], ["CONFIRMED", "private", false]);
    assert.deepEqual(fields.organizer, { id: null, name: 'Dana "D"', email: "dana@example.com" });
    assert.deepEqual(
      fields.attendees.map(({ email, status, required, resource }) => [email, status, required, resource]),
      [
        ["lee@example.com", "PENDING", false, false],
        ["room@example.com", "ACCEPTED", true, true],
      ],
    );
    assert.deepEqual(fields.reminders, draft.reminders);
    assert.equal(fields.attachments[0]?.url, draft.attachments[0].url);
    assert.deepEqual(fields.recurrence, draft.recurrence);
    assert.deepEqual(fields.customProperties, [{ key: "X-CRM-ID", value: "o1, really" }]);
    assert.deepEqual([fields.created, fields.modified, fields.sequence], [WRITING.now, WRITING.now, 0]);
    assert.deepEqual(startsOf(text), [HOUR.start, "2024-07-15T07:00:00Z"]);
  });

  test("what takes no time has a start alone", () => {
    const text = writeEvent(null, { start: HOUR.start, end: HOUR.start }, WRITING);
    assert.deepEqual(
      linesOf(text).filter((line) => /^(DTSTART|DTEND|DURATION)/.test(line)),
      ["DTSTART:20240701T070000Z"],
    );
    const { start, end } = fieldsOf(writeEvent(text, { end: HOUR.end }, WRITING));
    assert.deepEqual([Date.parse(start), Date.parse(end)], [Date.parse(HOUR.start), Date.parse(HOUR.end)]);
  });

  test("all day: dates, with the day that is written whatever its zone", () => {
    const text = writeEvent(
      null,
      { allDay: true, start: "2024-07-01T00:00:00+02:00", end: "2024-07-03T00:00:00+02:00" },
      WRITING,
    );
    assert.ok(text.includes("DTSTART;VALUE=DATE:20240701\r\nDTEND;VALUE=DATE:20240703\r\n"));
    const longer = writeEvent(text, { end: "2024-07-04T00:00:00Z" }, WRITING);
    assert.equal(fieldsOf(longer).end, "2024-07-04T00:00:00Z");
    const timed = writeEvent(text, { allDay: false, startTimeZone: "Europe/Berlin" }, WRITING);
    assert.deepEqual(
      [fieldsOf(timed).start, fieldsOf(timed).end],
      ["2024-06-30T22:00:00Z", "2024-07-02T22:00:00Z"],
      "from midnight to midnight in Berlin",
    );
    const back = fieldsOf(writeEvent(timed, { allDay: true }, WRITING));
    assert.deepEqual([back.allDay, back.start, back.end], [true, "2024-07-01T00:00:00Z", "2024-07-03T00:00:00Z"]);
  });

  test("lines are folded at 75 octets between characters, of whatever length these are", () => {
    for (const character of ["x", "é", "語", "🗓", "👩‍👩‍👧", "\\"]) {
      const name = character.repeat(200);
      const text = writeEvent(null, { ...HOUR, name }, WRITING);
      for (const line of linesOf(text)) {
        assert.ok(Buffer.byteLength(line) <= 75, `${Buffer.byteLength(line)} octets`);
        assert.equal(Buffer.from(line).toString(), line, "no character is cut in two");
      }
      assert.equal(fieldsOf(text).name, name);
    }
  });

  test("an update changes what was sent and keeps every other line byte for byte", () => {
    const renamed = writeEvent(RICH, { name: "Another, name" }, WRITING);
    assert.deepEqual(difference(renamed, RICH), [
      "DTSTAMP:20240501T120000Z",
      "SUMMARY;LANGUAGE=en:Another\\, name",
      "SEQUENCE:5",
      "LAST-MODIFIED:20240501T120000Z",
    ]);
    assert.deepEqual(difference(RICH, renamed).length, 3, "and nothing else is gone");
    const nothing = writeEvent(RICH, {}, WRITING);
    assert.deepEqual(difference(nothing, RICH), STAMPS);
    const same = { name: "A name", start: "2024-07-01T06:00:00Z", end: "2024-07-01T07:00:00Z", allDay: false };
    const lee = { email: "LEE@example.com", name: "Lee", status: "PENDING" } as const;
    const reminders = [{ minutes: 15, method: "popup" }] as const;
    const organizer = { email: "dana@example.com", name: "Dana" };
    const alike = { ...same, attendees: [lee, { email: "kim@example.com" }], reminders, organizer };
    assert.deepEqual(difference(writeEvent(RICH, alike, WRITING), RICH), STAMPS, "what is sent as it is stays, too");
    const removed = writeEvent(RICH, { description: null, reminders: null, organizer: null }, WRITING);
    assert.deepEqual(
      difference(RICH, removed).filter((line) => !/^(DTSTAMP|SEQUENCE)/.test(line)),
      [
        "DESCRIPTION:Folded wher",
        " ever it pleased",
        "  its writer",
        'ORGANIZER;CN=Dana;SENT-BY="mailto:aide@example.com";X-A=1:mailto:dana@example.com',
        "X-WR-ALARMUID:1",
        "ACTION:DISPLAY",
        "DESCRIPTION:Beep",
        "TRIGGER:-PT15M",
        "BEGIN:VALARM",
        "END:VALARM",
      ],
    );
  });

  test("a text with single line feeds is kept line for line", () => {
    const text = RICH.replaceAll("\r\n", "\n");
    assert.deepEqual(difference(writeEvent(text, {}, WRITING), RICH), STAMPS);
  });

  test("attendees keep what the model does not know of them; others come and go", () => {
    const attendees = [
      { email: "lee@example.com", status: "DECLINED" },
      { email: "new@example.com", name: "New" },
    ] as const;
    const text = writeEvent(RICH, { attendees }, WRITING);
    assert.deepEqual(
      linesOf(text).filter((line) => line.startsWith("ATTENDEE")),
      [
        "ATTENDEE;CN=Lee;X-NUM-GUESTS=2;RSVP=TRUE;PARTSTAT=DECLINED:mailto:lee@examp",
        "ATTENDEE;CN=New;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:new@example.com",
      ],
    );
  });

  test("an answer changes PARTSTAT and nothing else", () => {
    const text = respond(RICH, { email: "kim@example.com", status: "TENTATIVE" }, WRITING);
    assert.deepEqual(difference(text, RICH), [
      "ATTENDEE;CN=Kim;SCHEDULE-STATUS=2.0;PARTSTAT=TENTATIVE:MAILTO:Kim@example.c",
      " om",
    ]);
    assert.throws(
      () => respond(RICH, { email: "nobody@example.com", status: "ACCEPTED" }, WRITING),
      fails("invalid_parameters"),
    );
  });

  test("times keep the zone that the text defines; a start alone keeps the end; an end before the start is refused", () => {
    const later = writeEvent(RICH, { start: "2024-07-01T06:30:00Z" }, WRITING);
    assert.ok(later.includes("DTSTART;TZID=Company Time:20240701T093000\r\nDTEND;TZID=Company Time:20240701T100000"));
    assert.throws(() => writeEvent(RICH, { start: "2024-07-01T08:30:00Z" }, WRITING), fails("invalid_parameters"));
    const moved = writeEvent(RICH, { startTimeZone: "Europe/Berlin" }, WRITING);
    assert.ok(moved.includes("DTSTART;TZID=Europe/Berlin:20240701T080000"), "the same moment, shown there");
    assert.ok(moved.includes("TZID:Europe/Berlin\r\n") && moved.includes("TZID:Company Time\r\n"));
    const lasting = calendar(event("DTSTART:20240701T070000Z", "DURATION:PT1H"));
    const fields = fieldsOf(writeEvent(lasting, { start: "2024-07-01T07:30:00Z" }, WRITING));
    assert.equal(fields.end, "2024-07-01T08:00:00Z");
    const floating = calendar(event("DTSTART:20240701T090000", "DTEND:20240701T100000"));
    const shifted = writeEvent(floating, { end: "2024-07-01T09:00:00Z" }, { ...WRITING, timeZone: "Europe/Berlin" });
    assert.ok(shifted.includes("DTSTART:20240701T090000\r\nDTEND:20240701T110000\r\n"), "no zone comes to it");
  });

  const SERIES = calendar(
    event(
      "DTSTART;TZID=Europe/Berlin:20240701T090000",
      "DTEND;TZID=Europe/Berlin:20240701T100000",
      "RRULE:FREQ=WEEKLY;COUNT=5",
      "EXDATE;TZID=Europe/Berlin:20240708T090000",
      "SUMMARY:Weekly",
      "X-KEEP:me",
      "ATTENDEE:mailto:lee@example.com",
    ),
    event(
      "RECURRENCE-ID;TZID=Europe/Berlin:20240715T090000",
      "DTSTART;TZID=Europe/Berlin:20240716T090000",
      "DTEND;TZID=Europe/Berlin:20240716T100000",
      "SUMMARY:Moved",
    ),
  );

  test("one instance is changed by an override that knows all the series knows", () => {
    const recurrenceId = "2024-07-22T07:00:00Z";
    const text = writeEvent(SERIES, { name: "Special", end: "2024-07-22T09:00:00Z" }, { ...WRITING, recurrenceId });
    const added = linesOf(text).slice(linesOf(text).lastIndexOf("BEGIN:VEVENT"));
    for (const line of [
      "RECURRENCE-ID;TZID=Europe/Berlin:20240722T090000",
      "DTSTART;TZID=Europe/Berlin:20240722T090000",
      "DTEND;TZID=Europe/Berlin:20240722T110000",
      "SUMMARY:Special",
      "X-KEEP:me",
    ])
      assert.ok(added.includes(line), line);
    assert.ok(!added.some((line) => /^(RRULE|EXDATE)/.test(line)));
    assert.deepEqual(startsOf(text), startsOf(SERIES));
    const again = writeEvent(text, { name: "More special" }, { ...WRITING, recurrenceId });
    assert.equal(seriesOf(again).overrides.length, 2, "an override is changed, not made twice");
    for (const absent of ["2024-07-08T07:00:00Z", "2024-07-23T07:00:00Z"])
      assert.throws(() => writeEvent(SERIES, {}, { ...WRITING, recurrenceId: absent }), fails("not_found"));
    assert.throws(
      () => writeEvent(SERIES, { recurrence: ["RRULE:FREQ=DAILY"] }, { ...WRITING, recurrenceId }),
      fails("invalid_parameters"),
    );
  });

  test("one instance is answered, or cancelled whether it was moved or not", () => {
    const recurrenceId = "2024-07-22T07:00:00Z";
    const answered = respond(SERIES, { email: "lee@example.com", status: "DECLINED" }, { ...WRITING, recurrenceId });
    const { overrides, master } = seriesOf(answered);
    assert.equal(toEventFields(overrides[1]!).attendees[0]?.status, "DECLINED");
    assert.equal(toEventFields(master!).attendees[0]?.status, "PENDING");
    const one = cancelInstance(SERIES, recurrenceId, WRITING) as string;
    assert.deepEqual(startsOf(one), ["2024-07-01T07:00:00Z", "2024-07-16T07:00:00Z", "2024-07-29T07:00:00Z"]);
    assert.ok(one.includes("EXDATE;TZID=Europe/Berlin:20240722T090000\r\n"));
    const two = cancelInstance(one, "2024-07-15T07:00:00Z", WRITING) as string;
    assert.deepEqual(startsOf(two), ["2024-07-01T07:00:00Z", "2024-07-29T07:00:00Z"]);
    assert.throws(() => cancelInstance(two, recurrenceId, WRITING), fails("not_found"));
    const alone = calendar(event("RECURRENCE-ID:20240108T080000Z", "DTSTART:20240108T090000Z"));
    assert.equal(cancelInstance(alone, "2024-01-08T08:00:00Z", WRITING), null);
    const days = calendar(event("DTSTART;VALUE=DATE:20240701", "RRULE:FREQ=DAILY;COUNT=3"));
    const without = cancelInstance(days, "2024-07-02T00:00:00Z", WRITING) as string;
    assert.ok(without.includes("EXDATE;VALUE=DATE:20240702\r\n"));
    assert.equal(startsOf(without).length, 2);
  });

  test("a series that moves takes its exceptions and overrides along, through a change of zone as well", () => {
    const later = writeEvent(SERIES, { start: "2024-07-01T08:30:00Z", end: "2024-07-01T09:00:00Z" }, WRITING);
    assert.deepEqual(startsOf(later), [
      "2024-07-01T08:30:00Z",
      "2024-07-16T07:00:00Z",
      "2024-07-22T08:30:00Z",
      "2024-07-29T08:30:00Z",
    ]);
    const elsewhere = writeEvent(SERIES, { startTimeZone: "America/New_York" }, WRITING);
    assert.deepEqual(startsOf(elsewhere), startsOf(SERIES));
    const days = writeEvent(SERIES, { allDay: true }, WRITING);
    assert.deepEqual(startsOf(days).length, 4);
  });

  test("a series becomes one event, one event a series; lines that are none are refused", () => {
    const single = writeEvent(SERIES, { recurrence: [] }, WRITING);
    assert.deepEqual([startsOf(single).length, seriesOf(single).overrides.length], [1, 0]);
    const daily = writeEvent(single, { recurrence: ["RRULE:FREQ=DAILY;COUNT=4"] }, WRITING);
    assert.equal(startsOf(daily).length, 4);
    for (const line of ["RRULE:FREQ=NEVER", "SUMMARY:x", "RRULE:FREQ=DAILY\r\nX-A:b"])
      assert.throws(() => writeEvent(single, { recurrence: [line] }, WRITING), fails("invalid_parameters"));
  });

  test("an event is added beside others and taken away without them", () => {
    const added = writeEvent(RICH, { ...HOUR, name: "Third" }, { ...WRITING, uid: "third@example.com" });
    assert.equal(readCalendar(added).series.length, 3);
    assert.deepEqual(difference(RICH, added), []);
    const removed = removeEvent(added, { ...WRITING, uid: "third@example.com" });
    assert.equal(removed, RICH);
    assert.throws(() => removeEvent(removed, { ...WRITING, uid: "third@example.com" }), fails("not_found"));
  });

  test("nothing breaks out of its line", () => {
    const evil = "x\r\nX-EVIL:1\r\n";
    const text = writeEvent(
      null,
      {
        ...HOUR,
        name: evil,
        organizer: { email: "a@example.com", name: evil },
        attachments: [{ url: "https://example.com/", name: evil, mimeType: evil }],
        customProperties: [{ key: "X-A", value: evil }],
      },
      WRITING,
    );
    assert.ok(!linesOf(text).some((line) => line.startsWith("X-EVIL")));
    assert.equal(fieldsOf(text).name, "x\nX-EVIL:1\n");
    for (const draft of [
      { attendees: [{ email: "a@example.com\r\nX-EVIL:1" }] },
      { attendees: [{ email: "nobody" }] },
      { attachments: [{ url: "https://example.com/\r\nX-EVIL:1" }] },
      { attachments: [{ url: "file:///etc/passwd" }] },
      { customProperties: [{ key: "X-A:b\r\nX-EVIL", value: "1" }] },
      { customProperties: [{ key: "SUMMARY", value: "1" }] },
      { reminders: [{ minutes: 1.5, method: "popup" as const }] },
      { startTimeZone: "Mars/Olympus" },
      { start: "tomorrow" },
      { start: undefined },
    ])
      assert.throws(() => writeEvent(null, { ...HOUR, ...draft }, WRITING), fails("invalid_parameters"));
  });

  test("what cannot be read is not written over", () => {
    const broken = calendar(event("DTSTART:soon"));
    assert.throws(() => writeEvent(broken, { name: "x" }, WRITING), fails("bad_gateway"));
    assert.throws(() => writeEvent("no calendar", {}, { ...WRITING, code: "data_conflict" }), fails("data_conflict"));
  });
});
