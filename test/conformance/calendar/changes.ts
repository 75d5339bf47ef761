import assert from "node:assert/strict";
import type { Event } from "../../../schema/calendar/event.js";
import type { ApiError } from "../../../src/errors.js";
import { fails } from "../../support/fails.js";
import { type CalendarCases, hour, iso, plain, startsOf, YEAR } from "./bench.js";

/** What a change of a series, and of one instance of it, does and does not touch. */
export const changeCases: CalendarCases = (check, bench) => {
  const takes = bench.takes("list", "get", "create", "update");
  /** Mondays of June: 2, 9, 16, 23 and 30. */
  const weekly = async (): Promise<{ calendar: string; master: Event; instances: Event[] }> => {
    const calendar = await bench.calendar();
    const master = await bench.event(calendar, "Weekly", {
      ...hour("2031-06-02T07:00:00Z", "Europe/Berlin"),
      description: "As always",
      location: "Room 4",
      recurrence: ["RRULE:FREQ=WEEKLY;COUNT=5"],
      attendees: [
        { name: "Lee", email: "lee@suite.example" },
        { email: "room@suite.example", resource: true },
      ],
      reminders: [{ minutes: 10, method: "popup" }],
      customProperties: [{ key: "X-ONE", value: "1" }],
    });
    const instances = await bench.list(calendar, YEAR);
    assert.equal(instances.length, 5);
    return { calendar, master, instances };
  };
  const native = ({ id }: Event): string => id.native;

  check(
    "an instance that is moved is told at its new place alone, under its id, and the series is left alone",
    async () => {
      const { calendar, master, instances } = await weekly();
      const before = plain(await bench.api.events.get(native(master)));
      const third = native(instances[2] as Event);
      const change = { start: "2031-06-17T12:00:00Z", end: "2031-06-17T13:30:00Z", name: "Moved" };
      const moved = await bench.api.events.update(third, change);
      assert.deepEqual([native(moved), moved.name, iso(moved.start)], [third, "Moved", iso(change.start)]);
      assert.deepEqual([moved.recurrenceType, moved.recurringMasterId?.native], ["RECURRING", native(master)]);
      assert.deepEqual([moved.location, moved.attendees.length, moved.reminders.length], ["Room 4", 2, 1]);
      assert.deepEqual(plain(await bench.api.events.get(native(master))), before, "the series has changed");
      assert.deepEqual(plain(await bench.api.events.get(third)), plain(moved));
      const after = await bench.list(calendar, YEAR, {}, 2);
      assert.deepEqual(
        after.map(native),
        instances.map(native),
        "the same instances, in the same order: the third is later by a day",
      );
      assert.deepEqual(plain(after[2]), plain(moved));
      for (const place of [0, 1, 3, 4]) assert.deepEqual(plain(after[place]), plain(instances[place]));
      assert.deepEqual(await bench.list(calendar, ["2031-06-16T00:00:00Z", "2031-06-17T00:00:00Z"]), []);
    },
    takes,
  );

  check(
    "an instance may be moved out of the window, and into one where the series has none",
    async () => {
      const { calendar, instances } = await weekly();
      const first = native(instances[0] as Event);
      await bench.api.events.update(first, { start: "2031-09-01T12:00:00Z", end: "2031-09-01T13:00:00Z" });
      const june = await bench.list(calendar, ["2031-06-01T00:00:00Z", "2031-07-01T00:00:00Z"]);
      assert.deepEqual(june.map(native), instances.slice(1).map(native));
      const september = await bench.list(calendar, ["2031-09-01T00:00:00Z", "2031-10-01T00:00:00Z"]);
      assert.deepEqual(september.map(native), [first]);
    },
    takes,
  );

  check(
    "an instance that is cancelled is told as cancelled; one that is deleted is gone; the others stay",
    async () => {
      const { calendar, instances } = await weekly();
      const [, second, third] = instances.map(native) as [string, string, string];
      await bench.api.events.update(second, { status: "CANCELLED" });
      await bench.api.events.delete(third, { permanent: true });
      const after = await bench.list(calendar, YEAR);
      assert.deepEqual(
        after.map((event) => [native(event), event.status === "CANCELLED"]),
        [0, 1, 3, 4].map((place) => [native(instances[place] as Event), place === 1]),
      );
      await assert.rejects(bench.api.events.get(third), fails("not_found"));
      await assert.rejects(bench.api.events.delete(third, { permanent: true }), fails("not_found"));
    },
    bench.takes("list", "get", "create", "update", "delete"),
  );

  check(
    "a change of the series blanks nothing and keeps what departs from it",
    async () => {
      const { calendar, master, instances } = await weekly();
      const fourth = native(instances[3] as Event);
      await bench.api.events.update(fourth, { location: "Roof", name: "Special" });
      const after = await bench.api.events.update(native(master), { name: "Renamed", description: null });
      assert.deepEqual([after.name, after.description, after.location], ["Renamed", null, "Room 4"]);
      for (const field of ["recurrence", "attendees", "reminders", "customProperties", "start", "end"] as const)
        assert.deepEqual(plain(after[field]), plain(master[field]), `${field} has changed`);
      assert.deepEqual(
        (await bench.list(calendar, YEAR)).map(({ name, location }) => `${name}, ${location}`),
        ["Renamed, Room 4", "Renamed, Room 4", "Renamed, Room 4", "Special, Roof", "Renamed, Room 4"],
      );
    },
    takes,
  );

  check(
    "a series that moves takes its exceptions and overrides along",
    async () => {
      const { calendar, master, instances } = await weekly();
      await bench.api.events.update(native(instances[1] as Event), { name: "Special" });
      await bench.api.events.delete(native(instances[2] as Event), { permanent: true });
      await bench.api.events.update(native(master), { start: "2031-06-03T08:00:00Z", end: "2031-06-03T09:00:00Z" });
      const after = await bench.list(calendar, YEAR);
      assert.deepEqual(
        after.map(({ start, name }) => [iso(start).slice(5, 16), name]),
        [
          ["06-03T08:00", "Weekly"],
          ["06-09T07:00", "Special"],
          ["06-24T08:00", "Weekly"],
          ["07-01T08:00", "Weekly"],
        ],
      );
    },
    bench.takes("list", "get", "create", "update", "delete"),
  );

  check(
    "a series becomes a single event when its recurrence is emptied, and the other way round",
    async () => {
      const { calendar, master, instances } = await weekly();
      await bench.api.events.update(native(instances[3] as Event), { name: "Special" });
      const single = await bench.api.events.update(native(master), { recurrence: [] });
      assert.deepEqual([single.recurrenceType, single.recurrence], ["SOLO", []]);
      assert.deepEqual((await bench.list(calendar, YEAR)).map(native), [native(master)]);
      const again = await bench.api.events.update(native(master), { recurrence: ["RRULE:FREQ=DAILY;COUNT=2"] });
      assert.equal(again.recurrenceType, "RECURRING_MASTER");
      assert.equal((await bench.list(calendar, YEAR)).length, 2);
    },
    takes,
  );

  check(
    "a series is deleted whole",
    async () => {
      const { calendar, master, instances } = await weekly();
      await bench.api.events.update(native(instances[1] as Event), { name: "Special" });
      await bench.api.events.delete(native(master), { permanent: true });
      assert.deepEqual(await bench.list(calendar, YEAR), []);
      assert.deepEqual(await bench.list(calendar, YEAR, { expand: false }), []);
      for (const event of [master, ...instances])
        await assert.rejects(bench.api.events.get(native(event)), fails("not_found"));
    },
    bench.takes("list", "get", "create", "update", "delete"),
  );

  check(
    "what is no event is refused and changes nothing",
    async () => {
      const { calendar, master, instances } = await weekly();
      const backwards = { start: "2031-06-02T09:00:00Z", end: "2031-06-02T08:00:00Z" };
      const drafts = [
        backwards,
        { start: "2031-06-02T09:00:00Z", end: "2031-06-02T09:00:00Z", startTimeZone: "Mars/Olympus" },
        hour("2031-06-02T09:00:00Z", null, { recurrence: ["RRULE:FREQ=SOMETIMES"] }),
        hour("2031-06-02T09:00:00Z", null, { recurrence: ["SUMMARY:hello"] }),
      ];
      for (const draft of drafts) {
        await assert.rejects(bench.event(calendar, "Wrong", draft), fails("invalid_parameters"));
        await assert.rejects(bench.api.events.update(native(master), draft), fails("invalid_parameters"));
      }
      await assert.rejects(
        bench.api.events.update(native(instances[1] as Event), { end: "2031-06-01T00:00:00Z" }),
        fails("invalid_parameters"),
      );
      await assert.rejects(
        bench.api.events.update(native(instances[1] as Event), { recurrence: ["RRULE:FREQ=DAILY"] }),
        fails("invalid_parameters"),
      );
      assert.deepEqual(plain(await bench.list(calendar, YEAR)), plain(instances));
    },
    takes,
  );

  check(
    "two writers at once: each change is there in the end, or its writer was told that it is not",
    async () => {
      const { calendar, master } = await weekly();
      const names = Array.from({ length: 8 }, (_, number) => `Together ${number}`);
      const outcomes = await Promise.allSettled([
        ...names.map((name, day) => bench.event(calendar, name, hour(`2031-08-0${day + 1}T09:00:00Z`))),
        bench.api.events.update(native(master), { location: "Roof" }),
      ]);
      for (const outcome of outcomes)
        if (outcome.status === "rejected") fails("data_conflict", "locked")(outcome.reason as ApiError);
      const listed = await bench.list(calendar, YEAR);
      const made = names.filter((_, number) => outcomes[number]?.status === "fulfilled");
      assert.deepEqual(
        listed.flatMap(({ name }) => (name?.startsWith("Together") ? [name] : [])),
        made,
      );
      const roof = outcomes.at(-1)?.status === "fulfilled";
      assert.equal((await bench.api.events.get(native(master))).location, roof ? "Roof" : "Room 4");
    },
    takes,
  );

  check(
    "custom properties: the named ones change, null deletes one, the others stay",
    async () => {
      const { master } = await weekly();
      const change = [{ key: "X-TWO", value: "zwei, drei; vier\nfünf" }];
      await bench.api.events.update(native(master), { customProperties: change });
      const { customProperties } = await bench.api.events.get(native(master));
      assert.deepEqual(valuesOf(customProperties), { "X-ONE": "1", "X-TWO": "zwei, drei; vier\nfünf" });
      await bench.api.events.update(native(master), { customProperties: [{ key: "X-ONE", value: null }] });
      const after = await bench.api.events.get(native(master));
      assert.deepEqual(valuesOf(after.customProperties), { "X-TWO": "zwei, drei; vier\nfünf" });
      assert.equal(startsOf([after])[0], startsOf([master])[0]);
    },
    takes,
  );

  check(
    "links are replaced whole, attendees keep their answers by their addresses",
    async () => {
      const { master } = await weekly();
      const links = [{ url: "https://files.suite.example/a?b=c&d", name: "A", mimeType: "application/pdf" }];
      await bench.api.events.update(native(master), { attachments: links });
      const { attachments } = await bench.api.events.get(native(master));
      assert.deepEqual(
        attachments.map(({ url, name, mimeType, parentId }) => ({ url, name, mimeType, parentId })),
        [{ ...links[0], parentId: null }],
      );
      const attendees = [{ email: "new@suite.example", required: false }, { email: "lee@suite.example" }];
      const after = await bench.api.events.update(native(master), { attendees, attachments: [] });
      assert.deepEqual(after.attachments, []);
      assert.deepEqual(
        after.attendees.map(({ email, name, required, resource }) => [email, name, required, resource]),
        [
          ["new@suite.example", null, false, false],
          ["lee@suite.example", "Lee", true, false],
        ],
      );
    },
    takes,
  );
};

const valuesOf = (properties: Event["customProperties"]): Record<string, string | null> =>
  Object.fromEntries(
    properties.filter(({ key }) => ["X-ONE", "X-TWO"].includes(key)).map(({ key, value }) => [key, value]),
  );
