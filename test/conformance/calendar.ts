import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import type { Calendar } from "../../schema/calendar/calendar.js";
import type { Event } from "../../schema/calendar/event.js";
import type { CalendarDraft, EventDraft, EventQuery } from "../../src/connectors/connector.js";
import { Ref } from "../../src/ids.js";
import { Bench, hour, type OpenedCalendar } from "./calendar/bench.js";
import { changeCases } from "./calendar/changes.js";
import { peopleCases } from "./calendar/people.js";
import { seriesCases } from "./calendar/series.js";
import { windowCases } from "./calendar/windows.js";
import { casesOf, collectionCases } from "./collection.js";
import { assertTime } from "./storage/shape.js";

/** What every calendar connector owes. The account begins with at least three calendars and some events in the primary one. */
export const calendarConformance = (
  name: string,
  open: () => Promise<OpenedCalendar>,
  deviations: Readonly<Record<string, string>> = {},
): void => {
  describe(`${name}: calendar`, () => {
    let opened: OpenedCalendar | undefined;
    before(async () => {
      opened = await open();
    });
    after(() => opened?.close());
    const check = casesOf(name, deviations);
    const account = () => (opened as OpenedCalendar).account;
    const bench = new Bench(() => opened as OpenedCalendar);

    describe("calendar.calendars", () =>
      collectionCases<Calendar, object, CalendarDraft>(check, account, {
        name: "calendar.calendars",
        of: (account, raw) => account.apis(raw).calendar.calendars,
        query: async () => ({}),
        draft: async () => ({ name: "Söhne & Co; a, b", description: "Two\nlines", timeZone: "Europe/Berlin" }),
        changes: [
          { change: { name: "Renamed" }, after: { name: "Renamed" } },
          { change: { description: null }, after: { description: null } },
          { change: { timeZone: "US/Pacific" }, after: { timeZone: "US/Pacific" } },
        ],
        stay: ["name", "description", "location", "timeZone", "primary"],
        shape: ({ name, primary }) => assert.ok(name.length > 0 && typeof primary === "boolean"),
      }));

    describe("calendar.events", () =>
      collectionCases<Event, EventQuery, EventDraft>(check, account, {
        name: "calendar.events",
        of: (account, raw) => account.apis(raw).calendar.events,
        query: async () => ({ calendar: "primary", expand: false }),
        draft: async () => ({
          calendar: "primary",
          name: "Söhne; a, b",
          description: "Two\nlines",
          location: "Room 4",
          ...hour("2031-05-05T07:00:00Z", "Europe/Berlin"),
          attendees: [{ name: "Lee, Jr.", email: "lee@suite.example", required: false }],
          reminders: [{ minutes: 15, method: "popup" }],
          attachments: [{ url: "https://files.suite.example/a", name: "A" }],
          recurrence: ["RRULE:FREQ=WEEKLY;COUNT=3"],
          customProperties: [{ key: "X-SUITE", value: "yes" }],
          visibility: "private",
        }),
        changes: [
          { change: { name: "Renamed" }, after: { name: "Renamed" } },
          { change: { location: null }, after: { location: null } },
          { change: { transparent: true }, after: { transparent: true } },
          {
            change: { status: "TENTATIVE", visibility: "public" },
            after: { status: "TENTATIVE", visibility: "public" },
          },
          { change: { reminders: [] }, after: { reminders: [] } },
          { change: { attendees: [] }, after: { attendees: [] } },
          {
            change: { recurrence: ["RRULE:FREQ=DAILY;COUNT=2"] },
            after: { recurrence: ["RRULE:FREQ=DAILY;COUNT=2"] },
          },
        ],
        stay: [
          ...(["name", "description", "location", "start", "end", "startTimeZone", "endTimeZone", "allDay"] as const),
          ...(["status", "visibility", "transparent", "attendees", "attachments", "reminders", "recurrence"] as const),
          ...(["customProperties", "recurrenceType", "calendarId"] as const),
        ],
        shape: assertEvent,
      }));

    describe("calendar.events, expanded", () =>
      collectionCases<Event, EventQuery, EventDraft>(check, account, {
        name: "calendar.events (instances)",
        of: (account, raw) => account.apis(raw).calendar.events,
        query: async () => ({ expand: true, start: "2026-09-01T00:00:00Z", end: "2026-09-15T00:00:00Z" }),
        shape: assertEvent,
      }));

    describe("series", () => seriesCases(check, bench));
    describe("changes", () => changeCases(check, bench));
    describe("windows", () => windowCases(check, bench));
    describe("people", () => peopleCases(check, bench));
  });
};

const assertEvent = (event: Event): void => {
  assertTime(event.start);
  assertTime(event.end);
  assert.ok(Date.parse(event.start) <= Date.parse(event.end));
  if (event.allDay) for (const time of [event.start, event.end]) assert.match(time, /T00:00:00(\.000)?Z$/);
  assert.ok(event.calendarId instanceof Ref && event.calendarId.type === "calendar");
  const isInstance = event.recurrenceType === "RECURRING";
  if (!isInstance) assert.equal(event.recurringMasterId, null);
  assert.equal(event.recurrence.length > 0, event.recurrenceType === "RECURRING_MASTER");
  for (const { id, email } of event.attendees) assert.ok(id instanceof Ref && (email === null || email.includes("@")));
  for (const { minutes } of event.reminders) assert.ok(Number.isInteger(minutes));
};
