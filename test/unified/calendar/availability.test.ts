import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import { availability, freeWindows } from "../../../src/unified/calendar/availability.js";
import { type TestCore, testCore } from "../../support/core.js";
import { fails } from "../../support/fails.js";

const at = (minute: number): string => new Date(Date.UTC(2031, 0, 1) + minute * 60_000).toISOString();
const between = (start: number, end: number) => ({ start: at(start), end: at(end) });

describe("availability", () => {
  test("free is what no calendar takes, and long enough; times are told in UTC", () => {
    const windows = [{ start: "2017-05-20T08:00:00+07:00", end: "2017-05-20T12:00:00+07:00" }];
    assert.deepEqual(freeWindows([], windows, "PT1H"), [
      { start: "2017-05-20T01:00:00.000Z", end: "2017-05-20T05:00:00.000Z" },
    ]);
    const [one, other] = [
      [{ start: "2017-05-20T02:00:00Z", end: "2017-05-20T02:30:00Z" }],
      [{ start: "2017-05-20T03:00:00Z", end: "2017-05-20T04:00:00Z" }],
    ];
    assert.deepEqual(freeWindows([one, other], windows, "PT1H"), [
      { start: "2017-05-20T01:00:00.000Z", end: "2017-05-20T02:00:00.000Z" },
      { start: "2017-05-20T04:00:00.000Z", end: "2017-05-20T05:00:00.000Z" },
    ]);
    assert.deepEqual(freeWindows([one, other], windows, "PT61M"), []);
  });

  test("windows that touch each other are two, and each has to be long enough by itself", () => {
    assert.deepEqual(freeWindows([], [between(0, 60), between(60, 120)], "PT1H"), [between(0, 60), between(60, 120)]);
    assert.deepEqual(freeWindows([], [between(0, 60), between(60, 120)], "PT90M"), []);
  });

  test("agrees with an account of every minute", () => {
    const span = fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 90 }));
    const calendars = fc.array(fc.array(span, { maxLength: 6 }), { maxLength: 4 });
    const windows = fc.array(span, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(calendars, windows, fc.integer({ min: 1, max: 60 }), (busy, asked, minutes) => {
        const taken = new Set(
          busy.flat().flatMap(([start, length]) => Array.from({ length }, (_, minute) => start + minute)),
        );
        const expected = asked.flatMap(([start, length]) => {
          const free: [number, number][] = [];
          for (let minute = start; minute < start + length + 1; minute++) {
            if (taken.has(minute)) continue;
            const last = free.at(-1);
            if (last?.[1] === minute) last[1]++;
            else free.push([minute, minute + 1]);
          }
          return free.filter(([from, until]) => until - from >= minutes).map(([from, until]) => between(from, until));
        });
        const told = freeWindows(
          busy.map((calendar) => calendar.map(([start, length]) => between(start, start + length))),
          asked.map(([start, length]) => between(start, start + length + 1)),
          `PT${minutes}M`,
        );
        assert.deepEqual(told, expected);
      }),
      { numRuns: 500 },
    );
  });

  test("durations are of ISO 8601, of parts that are always as long, and more than nothing", () => {
    const lasts = (duration: string): boolean => freeWindows([], [between(0, 60 * 24 * 8)], duration).length === 1;
    for (const duration of ["PT1S", "PT0.5S", "PT90M", "P1D", "P1DT12H", "P1W", "P8D"])
      assert.ok(lasts(duration), duration);
    assert.equal(lasts("P8DT1S"), false);
    for (const duration of ["", "P", "PT", "1H", "PT0S", "P1M", "P1Y", "PT-1H", "PT1H ", "P1DT"])
      assert.throws(() => lasts(duration), fails("invalid_parameters"), duration);
  });

  test("what is no question is refused", () => {
    const windows = [
      [],
      [between(10, 10)],
      [between(10, 5)],
      [{ start: "yesterday", end: at(10) }],
      [between(0, 10), between(60 * 24 * 370, 60 * 24 * 371)],
      Array.from({ length: 101 }, () => between(0, 10)),
    ];
    for (const asked of windows) assert.throws(() => freeWindows([], asked, "PT1M"), fails("invalid_parameters"));
  });
});

describe("availability of connected calendars", () => {
  let core: TestCore;
  let one: ConnectedAccount;
  let other: ConnectedAccount;
  const DAY = [{ start: "2031-03-03T08:00:00Z", end: "2031-03-03T16:00:00Z" }];
  const free = (start: string, end: string) => ({
    start: `2031-03-03T${start}:00.000Z`,
    end: `2031-03-03T${end}:00.000Z`,
  });

  before(async () => {
    core = await testCore();
    [one, other] = [await core.connect("sandbox", { seed: "one" }), await core.connect("sandbox", { seed: "other" })];
    const take = async (account: ConnectedAccount, start: string, end: string, more = {}) => {
      // The seeded series without end are not in the way of a day that only the test knows.
      const { events } = account.apis(false).calendar;
      return events.create({
        calendar: "primary",
        start: `2031-03-03T${start}:00Z`,
        end: `2031-03-03T${end}:00Z`,
        ...more,
      });
    };
    await take(one, "09:00", "10:00");
    await take(other, "10:00", "11:00");
    await take(other, "11:30", "15:00", { transparent: true });
    await take(other, "11:30", "15:00", { status: "CANCELLED" });
    const asked = await take(other, "11:30", "15:00", { attendees: [{ email: other.record.name }] });
    await other.apis(false).calendar.respond(asked.id.native, { status: "DECLINED" });
    await take(other, "15:00", "15:30", { status: "TENTATIVE" });
  });
  after(() => core.close());

  test("of several accounts: when all are free", async () => {
    const calendars = [
      { account: one, calendar: "primary" },
      { account: other, calendar: "primary" },
      { account: other, calendar: "cal_000001" },
    ];
    const expected = [free("08:00", "09:00"), free("11:00", "15:00")];
    assert.deepEqual(await availability(calendars, DAY, "PT1H"), expected);
  });

  test("by free and busy, or by events where a service has nothing else: the same", async () => {
    const { calendar } = other.connector;
    assert.ok(calendar);
    const { busy: _, ...poorer } = calendar;
    const connector = { ...other.connector, calendar: poorer };
    const without = new (other.constructor as new (...of: unknown[]) => ConnectedAccount)(
      other.session,
      other.record,
      connector,
      other.view,
    );
    assert.equal(without.apis(false).calendar.can("busy"), false);
    const ask = (account: ConnectedAccount) => availability([{ account, calendar: "primary" }], DAY, "PT30M");
    assert.deepEqual(await ask(without), await ask(other));
    assert.deepEqual(await ask(other), [free("08:00", "10:00"), free("11:00", "15:00"), free("15:30", "16:00")]);
  });

  test("fails when any calendar does, and for no calendar at all", async () => {
    const nowhere = { account: one, calendar: "cal_nowhere" };
    await assert.rejects(
      availability([{ account: other, calendar: "primary" }, nowhere], DAY, "PT1H"),
      fails("not_found"),
    );
    await assert.rejects(availability([], DAY, "PT1H"), fails("invalid_parameters"));
  });
});
