import assert from "node:assert/strict";
import fc from "fast-check";
import type { Event } from "../../../schema/calendar/event.js";
import type { Page } from "../../../src/connectors/connector.js";
import { fails } from "../../support/fails.js";
import { type CalendarCases, hour, iso, plain, YEAR } from "./bench.js";

/** What a window holds, in what order, and page by page. */
export const windowCases: CalendarCases = (check, bench) => {
  const takes = bench.takes("list", "create");
  const namesIn = async (calendar: string, start: string, end: string, query = {}): Promise<(string | null)[]> =>
    (await bench.list(calendar, [start, end], query)).map(({ name }) => name);

  check(
    "a window is half open: what overlaps it is in it, what only touches it is not",
    async () => {
      const calendar = await bench.calendar();
      await bench.event(calendar, "E", { start: "2031-07-01T10:00:00Z", end: "2031-07-01T12:00:00Z" });
      for (const expand of [true, false]) {
        const between = (start: string, end: string) =>
          namesIn(calendar, `2031-07-01T${start}:00Z`, `2031-07-01T${end}:00Z`, { expand });
        assert.deepEqual(await between("08:00", "10:00"), []);
        assert.deepEqual(await between("12:00", "13:00"), []);
        assert.deepEqual(await between("10:59", "11:00"), ["E"]);
        assert.deepEqual(await between("09:00", "10:01"), ["E"]);
        assert.deepEqual(await between("11:59", "15:00"), ["E"]);
      }
    },
    takes,
  );

  check(
    "what takes no time lies where it begins, and takes nobody's",
    async () => {
      const calendar = await bench.calendar();
      await bench.event(calendar, "Point", { start: "2031-07-02T15:00:00Z", end: "2031-07-02T15:00:00Z" });
      for (const expand of [true, false]) {
        const between = (start: string, end: string) =>
          namesIn(calendar, `2031-07-02T${start}:00Z`, `2031-07-02T${end}:00Z`, { expand });
        assert.deepEqual(await between("14:00", "15:00"), []);
        assert.deepEqual(await between("15:00", "16:00"), ["Point"]);
        assert.deepEqual(await between("15:01", "16:00"), []);
      }
      const window = { start: "2031-07-02T14:00:00Z", end: "2031-07-02T16:00:00Z" };
      assert.deepEqual(await bench.api.busy([calendar], window), [[]]);
    },
    bench.takes("list", "create", "busy"),
  );

  check(
    "what began long before the window is in it as long as it lasts, and comes first",
    async () => {
      const calendar = await bench.calendar();
      await bench.event(calendar, "Year", { start: "2030-07-01T00:00:00Z", end: "2031-07-02T00:00:00Z", allDay: true });
      await bench.event(calendar, "Now", hour("2031-07-01T10:00:00Z"));
      const monthly = { recurrence: ["RRULE:FREQ=MONTHLY;COUNT=3"] };
      const weeks = { start: "2031-06-10T00:00:00Z", end: "2031-07-01T11:00:00Z" };
      await bench.event(calendar, "Weeks", { ...weeks, ...monthly });
      assert.deepEqual(await namesIn(calendar, "2031-07-01T00:00:00Z", "2031-07-02T00:00:00Z"), [
        "Year",
        "Weeks",
        "Now",
      ]);
      assert.deepEqual(await namesIn(calendar, "2031-07-10T00:00:00Z", "2031-07-11T00:00:00Z"), ["Weeks"]);
      assert.deepEqual(await namesIn(calendar, "2031-07-01T11:00:00Z", "2031-07-02T00:00:00Z"), ["Year"]);
    },
    takes,
  );

  check(
    "without expanding: masters, what happens once, and what departs from its series",
    async () => {
      const calendar = await bench.calendar();
      await bench.event(calendar, "Single", hour("2031-03-03T10:00:00Z"));
      const draft = hour("2031-03-04T10:00:00Z", "Europe/Berlin", { recurrence: ["RRULE:FREQ=WEEKLY;COUNT=4"] });
      const master = await bench.event(calendar, "Series", draft);
      const [, second] = await bench.list(calendar, ["2031-03-04T00:00:00Z", "2031-04-01T00:00:00Z"]);
      await bench.api.events.update((second as Event).id.native, { name: "Departs" });
      const all = await bench.list(calendar, YEAR, { expand: false }, 2);
      assert.deepEqual(
        all.map(({ name, recurrenceType }) => [name, recurrenceType]),
        [
          ["Single", "SOLO"],
          ["Series", "RECURRING_MASTER"],
          ["Departs", "RECURRING"],
        ],
      );
      assert.equal(all[2]?.recurringMasterId?.native, master.id.native);
      const without = { expand: false, start: undefined, end: undefined };
      assert.deepEqual(plain(await bench.list(calendar, YEAR, without)), plain(all), "no window is all of them");
      const later = ["2031-03-18T00:00:00Z", "2031-04-30T00:00:00Z"] as const;
      assert.deepEqual(await namesIn(calendar, ...later, { expand: false }), ["Series"], "it has instances there");
      const after = ["2031-05-01T00:00:00Z", "2031-06-01T00:00:00Z"] as const;
      assert.deepEqual(await namesIn(calendar, ...after, { expand: false }), []);
    },
    bench.takes("list", "create", "update"),
  );

  check(
    "pages of any sizes, also within series without end, are one list in the order of (start, id)",
    async () => {
      const calendar = await bench.calendar();
      const daily = { recurrence: ["RRULE:FREQ=DAILY"] };
      await bench.event(calendar, "Daily", hour("2031-01-01T09:00:00Z", "Europe/Berlin", daily));
      await bench.event(calendar, "Also daily", hour("2031-01-01T09:00:00Z", "Europe/Berlin", daily));
      const nights = { start: "2031-01-01T20:00:00Z", end: "2031-01-03T06:00:00Z", ...daily };
      await bench.event(calendar, "Nights", nights);
      const hours = { recurrence: ["RRULE:FREQ=HOURLY;INTERVAL=7"] };
      await bench.event(calendar, "Hours", hour("2031-01-01T02:00:00Z", null, hours));
      for (const start of ["2031-02-10T08:00:00Z", "2031-02-12T08:00:00Z", "2031-02-12T08:00:00Z"])
        await bench.event(calendar, "Single", hour(start));
      await bench.event(calendar, "Long", { start: "2031-02-01T08:00:00Z", end: "2031-02-12T08:00:00Z" });
      const query = { calendar, start: "2031-02-10T00:00:00Z", end: "2031-02-20T00:00:00Z", expand: true };
      const whole = await bench.api.events.list({ ...query, cursor: null, limit: 1000 });
      assert.equal(whole.next, null);
      const keys = whole.items.map(({ start, id }) => `${iso(start)} ${id.native}`);
      assert.ok(keys.length > 60, `${keys.length}`);
      assert.equal(new Set(keys).size, keys.length);
      const starts = whole.items.map(({ start }) => iso(start));
      assert.deepEqual(starts, starts.toSorted());
      await fc.assert(
        fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 }), async (sizes) => {
          const read: string[] = [];
          let cursor: string | null = null;
          for (let pages = 0; pages === 0 || cursor !== null; pages++) {
            const limit = sizes[pages % sizes.length] as number;
            const page: Page<Event> = await bench.api.events.list({ ...query, cursor, limit });
            assert.ok(page.items.length <= limit);
            read.push(...page.items.map(({ start, id }) => `${iso(start)} ${id.native}`));
            cursor = page.next;
          }
          assert.deepEqual(read, keys);
        }),
        { numRuns: 12 },
      );
    },
    takes,
  );

  check(
    "of all calendars at once: what each of them has, in one order",
    async () => {
      const [one, other] = [await bench.calendar(), await bench.calendar()];
      await bench.event(
        one,
        "Of one",
        hour("2031-11-11T11:00:00Z", null, { recurrence: ["RRULE:FREQ=DAILY;COUNT=3"] }),
      );
      await bench.event(other, "Of another", hour("2031-11-12T10:00:00Z"));
      const window = ["2031-11-11T00:00:00Z", "2031-11-15T00:00:00Z"] as const;
      const all = await bench.list("", window, { calendar: undefined }, 7);
      const starts = all.map(({ start }) => iso(start));
      assert.deepEqual(starts, starts.toSorted());
      const mine = all.filter(({ calendarId }) => [one, other].includes(calendarId?.native as string));
      assert.ok(all.length >= mine.length);
      assert.deepEqual(
        mine.map(({ name, calendarId }) => [name, calendarId?.native]),
        [
          ["Of one", one],
          ["Of another", other],
          ["Of one", one],
          ["Of one", one],
        ],
      );
    },
    takes,
  );

  check(
    "only what somebody is invited to or organizes; only what has the words",
    async () => {
      const calendar = await bench.calendar();
      const invited = { attendees: [{ email: "Guest@Suite.example" }] };
      const weekly = { recurrence: ["RRULE:FREQ=WEEKLY;COUNT=2"] };
      await bench.event(calendar, "With guest", hour("2031-03-03T10:00:00Z", null, invited));
      await bench.event(calendar, "Series with guest", hour("2031-03-04T10:00:00Z", null, { ...invited, ...weekly }));
      await bench.event(calendar, "Budget, alone", hour("2031-03-05T10:00:00Z", null, { description: "Zürich" }));
      const within = ["2031-03-01T00:00:00Z", "2031-04-01T00:00:00Z"] as const;
      const guests = ["With guest", "Series with guest", "Series with guest"];
      assert.deepEqual(await namesIn(calendar, ...within, { participant: "guest@suite.EXAMPLE" }), guests);
      assert.deepEqual(await namesIn(calendar, ...within, { participant: "nobody@suite.example" }), []);
      assert.deepEqual(await namesIn(calendar, ...within, { query: "GUEST with" }), guests);
      assert.deepEqual(await namesIn(calendar, ...within, { query: "budget zürich" }), ["Budget, alone"]);
      assert.deepEqual(await namesIn(calendar, ...within, { query: "xyzzy" }), []);
    },
    takes,
  );

  check(
    "a calendar that is not there has no list; a window that ends before it starts is none",
    async () => {
      const window = { start: YEAR[0], end: YEAR[1], expand: true, cursor: null, limit: 10 };
      await assert.rejects(bench.api.events.list({ calendar: "0000nowhere", ...window }), fails("not_found"));
      const backwards = { ...window, start: YEAR[1], end: YEAR[0] };
      await assert.rejects(bench.api.events.list({ calendar: "primary", ...backwards }), fails("invalid_parameters"));
    },
    bench.takes("list"),
  );
};
