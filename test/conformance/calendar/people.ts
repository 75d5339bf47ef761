import assert from "node:assert/strict";
import type { Event } from "../../../schema/calendar/event.js";
import type { TimeWindow } from "../../../schema/calendar/timeWindow.js";
import { fails } from "../../support/fails.js";
import { everyItem } from "../storage/bench.js";
import { type CalendarCases, hour, iso } from "./bench.js";

/** Whose calendars they are, who answers, and who is busy. */
export const peopleCases: CalendarCases = (check, bench) => {
  check(
    "`primary` names the primary calendar, whose own id is told",
    async () => {
      const primary = await bench.api.calendars.get("primary");
      assert.equal(primary.primary, true);
      assert.notEqual(primary.id.native, "primary");
      const all = await everyItem(50, (paging) => bench.api.calendars.list(paging));
      const [only, ...others] = all.filter((calendar) => calendar.primary);
      assert.deepEqual([only?.id.native, others], [primary.id.native, []]);
      const [alias] = await bench.api.calendars.getMany(["primary", primary.id.native]);
      assert.ok(alias && !(alias instanceof Error));
      assert.equal(alias.id.native, primary.id.native);
      const event = await bench.event("primary", "In the primary one", hour("2031-12-01T10:00:00Z"));
      assert.equal(event.calendarId?.native, primary.id.native);
      const listed = await bench.list("primary", ["2031-12-01T00:00:00Z", "2031-12-02T00:00:00Z"]);
      assert.ok(listed.some(({ id }) => id.native === event.id.native));
      await bench.api.events.delete(event.id.native, { permanent: true });
    },
    bench.takes("list", "calendars", "create", "delete"),
  );

  check(
    "an invitation is answered in the account's own name, and nobody else's answer changes",
    async () => {
      const calendar = await bench.calendar();
      const attendees = [{ email: bench.address as string }, { email: "lee@suite.example" }];
      const recurrence = ["RRULE:FREQ=DAILY;COUNT=3"];
      const master = await bench.event(
        calendar,
        "Asked",
        hour("2031-05-05T10:00:00Z", null, { attendees, recurrence }),
      );
      const answersOf = (event: Event) =>
        event.attendees.map(({ email, status }) => [email === bench.address ? "self" : email, status]);
      const answered = await bench.api.respond(master.id.native, { status: "TENTATIVE" });
      assert.deepEqual(answersOf(answered), [
        ["self", "TENTATIVE"],
        ["lee@suite.example", "PENDING"],
      ]);
      const window = ["2031-05-01T00:00:00Z", "2031-06-01T00:00:00Z"] as const;
      const [, second] = await bench.list(calendar, window);
      await bench.api.respond((second as Event).id.native, { status: "DECLINED", comment: "Away" });
      assert.deepEqual(
        (await bench.list(calendar, window)).map((event) => answersOf(event)[0]?.[1]),
        ["TENTATIVE", "DECLINED", "TENTATIVE"],
      );
      const uninvited = await bench.event(calendar, "Not asked", hour("2031-05-06T10:00:00Z"));
      await assert.rejects(bench.api.respond(uninvited.id.native, { status: "ACCEPTED" }), fails("invalid_parameters"));
      await assert.rejects(bench.api.respond("0000nowhere", { status: "ACCEPTED" }), fails("not_found"));
    },
    bench.takes("list", "create", "respond"),
  );

  check(
    "busy is what the list says: transparent, cancelled and declined events block nothing",
    async () => {
      const [one, empty] = [await bench.calendar(), await bench.calendar()];
      const self = bench.address === undefined ? [] : [{ email: bench.address }];
      const event = (name: string, start: string, end: string, more = {}) =>
        bench.event(one, name, { start: `2031-04-${start}:00Z`, end: `2031-04-${end}:00Z`, ...more });
      const recurrence = ["RRULE:FREQ=DAILY;COUNT=6"];
      await event("Daily", "01T08:00", "01T09:00", { recurrence });
      await event("Overlaps", "02T08:30", "02T10:00");
      await event("Follows at once", "02T10:00", "02T11:00");
      await event("Within", "02T10:10", "02T10:20");
      await event("Transparent", "03T12:00", "03T13:00", { transparent: true });
      await event("Cancelled", "03T14:00", "03T15:00", { status: "CANCELLED" });
      await event("Tentative", "03T16:00", "03T17:00", { status: "TENTATIVE" });
      await event("Days", "05T00:00", "07T00:00", { allDay: true });
      await event("Lasts out of the window", "07T12:00", "09T00:00");
      if (bench.address !== undefined && bench.api.can("respond")) {
        const declined = await event("Declined", "04T12:00", "04T13:00", { attendees: self });
        await bench.api.respond(declined.id.native, { status: "DECLINED" });
        await event("Asked", "04T14:00", "04T15:00", { attendees: self });
      }
      const window = { start: "2031-04-01T08:30:00Z", end: "2031-04-08T00:00:00Z" };
      const [busy, free, nowhere] = await bench.api.busy([one, empty, "0000nowhere"], window);
      assert.deepEqual(told(busy), toBusy(await bench.list(one, [window.start, window.end]), window, bench.address));
      assert.ok(Array.isArray(busy) && busy.length >= 6, "the oracle had something to say");
      assert.deepEqual(free, []);
      fails("not_found")(nowhere);
    },
    bench.takes("list", "create", "busy"),
  );

  check(
    "attachments that the service keeps itself can be read, those that lie elsewhere have an address",
    async () => {
      const events = await everyItem(200, (paging) => bench.api.events.list({ expand: false, ...paging }));
      const attachments = events.flatMap((event) => event.attachments.map((attachment) => ({ event, attachment })));
      const kept = attachments.filter(({ attachment }) => attachment.parentId !== null);
      assert.ok(kept.length > 0, "the account begins with none");
      for (const { attachment } of attachments) assert.ok((attachment.url === null) !== (attachment.parentId === null));
      for (const { event, attachment } of kept) {
        assert.ok(attachment.id);
        assert.equal(attachment.parentId?.native, event.id.native);
        const { body, mimeType } = await bench.api.attachment(event.id.native, attachment.id.native);
        const bytes = Buffer.concat(await body.toArray());
        assert.equal(bytes.length, attachment.size);
        assert.equal(mimeType?.split(";")[0], attachment.mimeType);
        await assert.rejects(bench.api.attachment(event.id.native, "nothing"), fails("not_found"));
      }
    },
    bench.takes("list", "attachment"),
  );
};

const told = (busy: TimeWindow[] | Error | undefined): string[] => {
  assert.ok(Array.isArray(busy), String(busy));
  return busy.map(({ start, end }) => `${iso(start)}/${iso(end)}`);
};

/** Minute by minute. */
const toBusy = (events: readonly Event[], { start, end }: TimeWindow, address: string | undefined): string[] => {
  const [from, until] = [Date.parse(start) / 60_000, Date.parse(end) / 60_000];
  const taken = new Set<number>();
  for (const event of events) {
    const declined = event.attendees.some(({ email, status }) => email === address && status === "DECLINED");
    if (event.transparent || event.status === "CANCELLED" || declined) continue;
    for (let minute = Date.parse(event.start) / 60_000; minute < Date.parse(event.end) / 60_000; minute++)
      if (minute >= from && minute < until) taken.add(minute);
  }
  const moment = (minute: number): string => new Date(minute * 60_000).toISOString();
  const minutes = [...taken].sort((one, other) => one - other);
  const begins = minutes.filter((minute) => !taken.has(minute - 1));
  const ends = minutes.filter((minute) => !taken.has(minute + 1));
  return begins.map((minute, index) => `${moment(minute)}/${moment((ends[index] as number) + 1)}`);
};
