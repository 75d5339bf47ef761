import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Event } from "../../../schema/calendar/event.js";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import { availability } from "../../../src/unified/calendar/availability.js";
import { COLLEAGUE, cyrus } from "../../servers/cyrus.js";
import { install } from "../../servers/install.js";
import { INVITED } from "../../servers/radicale.js";
import { fails, says } from "../../support/fails.js";
import { type OnServer, openOn } from "./account.js";

/** Alice invites Bob, who is on the same server: the server carries what they write to each other (RFC 6638). */
describe("caldav: scheduling on Cyrus", { skip: await install(cyrus) }, () => {
  let opened: OnServer;
  let bob: ConnectedAccount;
  before(async () => {
    opened = await openOn(cyrus);
    bob = await opened.core.connect("caldav", { url: opened.server.url, ...COLLEAGUE });
  });
  after(() => opened?.close());
  const alices = () => opened.account.apis(false).calendar;
  const bobs = () => bob.apis(false).calendar;

  /** A month of its own for each test. */
  const at = (month: number, day: number, hour = 9) => {
    const moment = (time: number) => new Date(Date.UTC(2032, month - 1, day, time)).toISOString();
    return { start: moment(hour), end: moment(hour + 1) };
  };
  const monthOf = (month: number) => ({ start: at(month, 1, 0).start, end: at(month + 1, 1, 0).start });
  const attendees = [{ email: COLLEAGUE.username }];
  const seenBy = async (account: ConnectedAccount, month: number): Promise<Event[]> =>
    (await account.apis(false).calendar.events.list({ expand: true, ...monthOf(month), cursor: null, limit: 100 }))
      .items;
  const invitation = async (month: number): Promise<Event> => {
    const [event, ...others] = await seenBy(bob, month);
    assert.ok(event && others.length === 0);
    return event;
  };
  const answersOf = ({ attendees }: Pick<Event, "attendees">) => attendees.map(({ email, status }) => [email, status]);

  test("what the server does is known from connecting", () => {
    const { home, outbox, schedules } = bob.record.settings;
    assert.deepEqual([outbox, schedules], [`${home}Outbox/`, true]);
    for (const capability of ["calendar.invitations", "calendar.busy.people"])
      assert.ok(bob.capabilities.includes(capability), capability);
  });

  for (const status of ["ACCEPTED", "DECLINED", "TENTATIVE"] as const)
    test(`an invitation arrives, and its answer is told to who invites: ${status}`, async () => {
      const month = { ACCEPTED: 1, DECLINED: 2, TENTATIVE: 3 }[status];
      const event = await alices().events.create({ name: "Lunch", ...at(month, 1), attendees });
      const invited = await invitation(month);
      assert.deepEqual(
        [invited.name, invited.organizer?.email, answersOf(invited)],
        ["Lunch", INVITED.username, [[COLLEAGUE.username, "PENDING"]]],
      );
      await bobs().respond(invited.id.native, { status });
      assert.deepEqual(answersOf(await alices().events.get(event.id.native)), [[COLLEAGUE.username, status]]);
    });

  test("one instance of a series is answered otherwise than the others", async () => {
    // Not COUNT: Cyrus 3.6 drops the answer to an instance of such a rule, into which libical cannot step.
    const recurrence = ["RRULE:FREQ=DAILY;UNTIL=20320403T090000Z"];
    await alices().events.create({ name: "Daily", ...at(4, 1), attendees, recurrence });
    const [one, two] = await seenBy(bob, 4);
    await bobs().respond(one?.recurringMasterId?.native as string, { status: "ACCEPTED" });
    await bobs().respond(two?.id.native as string, { status: "DECLINED" });
    const answers = (await seenBy(opened.account, 4)).map((event) => answersOf(event)[0]?.[1]);
    assert.deepEqual(answers, ["ACCEPTED", "DECLINED", "ACCEPTED"]);
  });

  test("a change reaches who is invited, and a new time asks anew", async () => {
    const event = await alices().events.create({ name: "Lunch", ...at(5, 1), attendees });
    await bobs().respond((await invitation(5)).id.native, { status: "ACCEPTED" });
    await alices().events.update(event.id.native, { name: "Dinner", ...at(5, 2, 19) });
    const moved = await invitation(5);
    assert.deepEqual([moved.name, Date.parse(moved.start)], ["Dinner", Date.parse(at(5, 2, 19).start)]);
    assert.deepEqual(answersOf(moved), [[COLLEAGUE.username, "PENDING"]]);
  });

  test("who is invited later, and no longer, is told so", async () => {
    const event = await alices().events.create({ name: "Alone", ...at(6, 1) });
    assert.deepEqual(await seenBy(bob, 6), []);
    await alices().events.update(event.id.native, { attendees });
    assert.equal((await invitation(6)).status, null);
    await alices().events.update(event.id.native, { attendees: [] });
    assert.equal((await invitation(6)).status, "CANCELLED");
  });

  test("an event that is deleted is cancelled for others; an invitation that is deleted is declined", async () => {
    const cancelled = await alices().events.create({ name: "Cancelled", ...at(7, 1), attendees });
    await alices().events.delete(cancelled.id.native, { permanent: true });
    assert.equal((await invitation(7)).status, "CANCELLED");
    const declined = await alices().events.create({ name: "Declined", ...at(8, 1), attendees });
    await bobs().events.delete((await invitation(8)).id.native, { permanent: true });
    assert.deepEqual(answersOf(await alices().events.get(declined.id.native)), [[COLLEAGUE.username, "DECLINED"]]);
  });

  test("an invitation and its answer are told as changes", async () => {
    const feedOf = async (account: ConnectedAccount) => {
      let cursor = (await account.apis(false).events.changes(null)).next;
      return async () => {
        const { changes, next } = await account.apis(false).events.changes(cursor);
        cursor = next;
        return changes.map(({ kind, type, id }) => [kind, type, id]);
      };
    };
    const event = await alices().events.create({ name: "Fed", ...at(9, 1) });
    const [toAlice, toBob] = [await feedOf(opened.account), await feedOf(bob)];
    await alices().events.update(event.id.native, { attendees });
    const { id } = await invitation(9);
    assert.deepEqual(await toBob(), [["ADD", "event", id.native]]);
    await toAlice();
    await bobs().respond(id.native, { status: "ACCEPTED" });
    assert.deepEqual(await toAlice(), [["UPDATE", "event", event.id.native]]);
  });

  test("when other people are taken: all of them for one request, each with an answer or a reason", async () => {
    await bobs().events.create({ name: "Busy", ...at(10, 1) });
    await bobs().events.create({ name: "Also", ...at(10, 1, 10) });
    await bobs().events.create({ name: "Transparent", ...at(10, 2), transparent: true });
    await bobs().events.create({ name: "Lasts", start: at(10, 3, 23).start, end: at(10, 4, 3).start });
    const window = { start: at(10, 1, 0).start, end: at(10, 4, 0).start };
    const calls = () => opened.core.session.books.reduce((sum, book) => sum + book.calls, 0);
    const begun = calls();
    const [taken, nobody, stranger] = await alices().busy(
      [COLLEAGUE.username, "nobody@suite.example", "lee@elsewhere.example"],
      window,
    );
    assert.equal(calls() - begun, 1);
    const expected = [
      { start: at(10, 1).start, end: at(10, 1, 11).start },
      { start: at(10, 3, 23).start, end: at(10, 4, 0).start },
    ];
    assert.ok(Array.isArray(taken), String(taken));
    const instants = (windows: typeof expected) =>
      windows.map(({ start, end }) => [Date.parse(start), Date.parse(end)]);
    assert.deepEqual(instants(taken), instants(expected));
    for (const error of [nobody, stranger]) fails("request_failed")(error);
    const [own] = await bobs().busy(["primary"], window);
    assert.deepEqual(instants(own as typeof expected), instants(expected));
  });

  test("a time that suits both is found", async () => {
    await alices().events.create({ name: "Alice's", ...at(11, 1, 9) });
    await bobs().events.create({ name: "Bob's", ...at(11, 1, 11) });
    const windows = [{ start: at(11, 1, 9).start, end: at(11, 1, 13).start }];
    const asked = async (calendar: string) => {
      const id = await opened.account.encodeRawId("calendar", "calendar", calendar);
      const { scope, native } = await opened.core.session.resolveAs(String(id), "calendar", ["calendar"]);
      return { account: scope, calendar: native };
    };
    const calendars = await Promise.all(["primary", COLLEAGUE.username].map(asked));
    assert.deepEqual(await availability(calendars, windows, "PT1H"), [at(11, 1, 10), at(11, 1, 12)]);
  });

  test("the calendar into which invitations are put stays", async () => {
    const primary = await bobs().calendars.get("primary");
    assert.equal(primary.id.native, "Default");
    await assert.rejects(
      bobs().calendars.delete("primary", { permanent: true }),
      says("service_forbidden", /invitations/),
    );
  });
});
