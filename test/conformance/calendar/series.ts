import assert from "node:assert/strict";
import { fails } from "../../support/fails.js";
import { everyItem } from "../storage/bench.js";
import { type CalendarCases, hour, iso, plain, startsOf, YEAR } from "./bench.js";

/** What a clock there shows: `Mon 09:00`. Independent of whatever the connector counts with. */
const clock = (moment: string, timeZone: string): string =>
  new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short", hour: "2-digit", minute: "2-digit" }).format(
    new Date(moment),
  );

/** Rules and dates, however a server orders and splits them (RFC 5545, 3.3.10 and 3.8.5.1). */
const partsOf = (recurrence: readonly string[]): string[] =>
  recurrence
    .flatMap((line) => {
      const [name = "", value = ""] = line.split(":");
      return name === "RRULE" ? [value.split(";").sort().join(";")] : value.split(",").map((date) => `${name}:${date}`);
    })
    .sort();

/** Series in their zones, and what bounds them. */
export const seriesCases: CalendarCases = (check, bench) => {
  const takes = (...more: Parameters<typeof bench.takes>) => bench.takes("list", "create", ...more);

  for (const [zone, first, changes] of [
    ["Europe/Berlin", "2031-01-06T08:00:00Z", ["2031-03-31T07:00:00.000Z", "2031-10-27T08:00:00.000Z"]],
    ["America/New_York", "2031-01-06T14:00:00Z", ["2031-03-10T13:00:00.000Z", "2031-11-03T14:00:00.000Z"]],
  ] as const)
    check(
      `a weekly series keeps its time of day through both changes of the clocks in ${zone}`,
      async () => {
        const calendar = await bench.calendar();
        await bench.event(calendar, "Weekly", hour(first, zone, { recurrence: ["RRULE:FREQ=WEEKLY"] }));
        const events = await bench.list(calendar, YEAR, {}, 17);
        assert.equal(events.length, 52, "a Monday in each week");
        for (const { start, end, recurrenceType, startTimeZone } of events) {
          assert.match(clock(start, zone), /^Mon,? 09:00$/, start);
          assert.equal(Date.parse(end) - Date.parse(start), 3_600_000);
          assert.deepEqual([recurrenceType, startTimeZone], ["RECURRING", zone]);
        }
        for (const change of changes) assert.ok(startsOf(events).includes(change), `${change} is not among them`);
      },
      takes(),
    );

  check(
    "a day-long event is told by midnights, its end exclusive, and so is each instance of a day-long series",
    async () => {
      const calendar = await bench.calendar();
      const days = { start: "2031-05-05T00:00:00Z", end: "2031-05-07T00:00:00Z", allDay: true };
      const event = await bench.event(calendar, "Fair", days);
      assert.deepEqual(
        [iso(event.start), iso(event.end), event.allDay],
        ["2031-05-05T00:00:00.000Z", "2031-05-07T00:00:00.000Z", true],
      );
      const yearly = { start: "2030-12-31T00:00:00Z", end: "2031-01-01T00:00:00Z", allDay: true };
      await bench.event(calendar, "Last day", { ...yearly, recurrence: ["RRULE:FREQ=MONTHLY;BYMONTHDAY=-1"] });
      const listed = await bench.list(calendar, ["2031-01-31T00:00:00Z", "2031-05-06T00:00:00Z"]);
      assert.deepEqual(
        listed.map(({ start, end, allDay }) => `${iso(start).slice(0, 16)}/${iso(end).slice(0, 16)} ${allDay}`),
        [
          "2031-01-31T00:00/2031-02-01T00:00 true",
          "2031-02-28T00:00/2031-03-01T00:00 true",
          "2031-03-31T00:00/2031-04-01T00:00 true",
          "2031-04-30T00:00/2031-05-01T00:00 true",
          "2031-05-05T00:00/2031-05-07T00:00 true",
        ],
      );
    },
    takes(),
  );

  const bounded: Record<string, [lines: string[], starts: string[]]> = {
    "COUNT ends a series": [
      ["RRULE:FREQ=DAILY;COUNT=3"],
      ["2031-06-02T09:00:00.000Z", "2031-06-03T09:00:00.000Z", "2031-06-04T09:00:00.000Z"],
    ],
    "UNTIL ends a series, itself included": [
      ["RRULE:FREQ=WEEKLY;UNTIL=20310616T090000Z"],
      ["2031-06-02T09:00:00.000Z", "2031-06-09T09:00:00.000Z", "2031-06-16T09:00:00.000Z"],
    ],
    "EXDATE takes instances out, and COUNT counts them all the same": [
      ["RRULE:FREQ=DAILY;COUNT=4", "EXDATE:20310603T090000Z,20310604T090000Z"],
      ["2031-06-02T09:00:00.000Z", "2031-06-05T09:00:00.000Z"],
    ],
    "RDATE adds one": [
      ["RRULE:FREQ=MONTHLY;COUNT=2", "RDATE:20310610T120000Z"],
      ["2031-06-02T09:00:00.000Z", "2031-06-10T12:00:00.000Z", "2031-07-02T09:00:00.000Z"],
    ],
    "a rule of weekdays and positions": [
      ["RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3"],
      ["2031-06-02T09:00:00.000Z", "2031-06-30T09:00:00.000Z", "2031-07-31T09:00:00.000Z"],
    ],
  };
  for (const [title, [recurrence, starts]] of Object.entries(bounded))
    check(
      title,
      async () => {
        const calendar = await bench.calendar();
        const { recurrence: told } = await bench.event(
          calendar,
          "S",
          hour("2031-06-02T09:00:00Z", null, { recurrence }),
        );
        assert.deepEqual(startsOf(await bench.list(calendar, YEAR)), starts);
        assert.deepEqual(partsOf(told), partsOf(recurrence));
      },
      takes(),
    );

  check(
    "a series without end has instances in any year, and the window alone bounds them",
    async () => {
      const calendar = await bench.calendar();
      const draft = hour("2031-06-02T09:00:00Z", "Europe/Berlin", { recurrence: ["RRULE:FREQ=DAILY"] });
      await bench.event(calendar, "Endless", draft);
      const later = await bench.list(calendar, ["2075-01-01T00:00:00Z", "2075-01-04T00:00:00Z"]);
      assert.deepEqual(startsOf(later), [
        "2075-01-01T10:00:00.000Z",
        "2075-01-02T10:00:00.000Z",
        "2075-01-03T10:00:00.000Z",
      ]);
      assert.equal(new Set(later.map(({ id }) => id.native)).size, 3);
      assert.deepEqual(await bench.list(calendar, ["2031-01-01T00:00:00Z", "2031-06-02T00:00:00Z"]), []);
    },
    takes(),
  );

  check(
    "a rule that matches nothing, and one that matches each second, are answered in time and hide nothing",
    async () => {
      const calendar = await bench.calendar();
      const nothing = { recurrence: ["RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"] };
      await bench.event(calendar, "Never again", hour("2031-02-03T09:00:00Z", null, nothing));
      const seconds = { recurrence: ["RRULE:FREQ=SECONDLY;COUNT=1000000000"] };
      const moment = { start: "2031-02-05T00:00:00Z", end: "2031-02-05T00:00:00Z" };
      const bomb = await bench.event(calendar, "Each second", { ...moment, ...seconds });
      await bench.event(calendar, "Lunch", hour("2031-02-04T23:59:59Z"));
      const query = { calendar, start: "2031-02-01T00:00:00Z", end: "2041-01-01T00:00:00Z", expand: true };
      try {
        const began = Date.now();
        const { items, next } = await bench.api.events.list({ ...query, cursor: null, limit: 200 });
        assert.ok(Date.now() - began < 10_000, `it took ${Date.now() - began} ms`);
        assert.ok(next !== null);
        const names = items.map(({ name }) => name);
        assert.deepEqual(names.slice(0, 4), ["Never again", "Lunch", "Each second", "Each second"]);
        assert.equal(items.length, 200);
      } finally {
        // Every list of all calendars would have to tell it.
        await bench.api.events.delete(bomb.id.native, { permanent: true });
      }
    },
    takes("delete"),
  );

  check(
    "a master names its instances, each of them names its master, and each can be read by its id",
    async () => {
      const calendar = await bench.calendar();
      const draft = hour("2031-06-02T09:00:00Z", "Europe/Berlin", { recurrence: ["RRULE:FREQ=DAILY;COUNT=9"] });
      const master = await bench.event(calendar, "Daily", draft);
      assert.deepEqual([master.recurrenceType, master.recurringMasterId], ["RECURRING_MASTER", null]);
      const [start, end] = YEAR;
      const instances = await everyItem(4, (paging) =>
        bench.api.instances(master.id.native, { start, end, ...paging }),
      );
      assert.deepEqual(plain(instances), plain(await bench.list(calendar, YEAR)));
      assert.equal(instances.length, 9);
      for (const { recurringMasterId, recurrence, calendarId } of instances) {
        assert.deepEqual([recurringMasterId?.native, recurrence], [master.id.native, []]);
        assert.equal(calendarId?.native, calendar);
      }
      const read = await bench.api.events.getMany(instances.map(({ id }) => id.native));
      assert.deepEqual(plain(read), plain(instances));
      await assert.rejects(
        bench.api.instances("0000nowhere", { start, end, cursor: null, limit: 1 }),
        fails("not_found"),
      );
    },
    takes("get", "instances"),
  );
};
