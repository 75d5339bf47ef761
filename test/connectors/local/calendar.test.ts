import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import { calendarConformance } from "../../conformance/calendar.js";
import { event, calendar as text } from "../../families/icalendar/texts.js";
import { testCore } from "../../support/core.js";
import { fails } from "../../support/fails.js";

const ADDRESS = "self@suite.example";

const main = text(
  "X-WR-CALNAME:Main",
  "X-OTHER-PROGRAM;X-P=1:kept",
  event(
    "DTSTART;TZID=Europe/Berlin:20260901T090000",
    "DTEND;TZID=Europe/Berlin:20260901T100000",
    "RRULE:FREQ=DAILY;COUNT=10",
    "SUMMARY:Daily",
    "X-UNKNOWN;X-P=2:kept",
  ),
  ...["two", "three"].map((uid, day) =>
    event(
      `DTSTART:2026090${day + 3}T120000Z`,
      "DURATION:PT1H",
      `SUMMARY:Single ${uid}`,
      "ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:aGVsbG8=",
    ).replace("UID:one", `UID:${uid}`),
  ),
);

/** An account on a folder with three calendars, one of them deeper, and what is none beside them. */
const open = async (fields: Record<string, string> = {}) => {
  const base = await realpath(await mkdtemp(join(tmpdir(), "unigraph-local-")));
  const folder = join(base, "one");
  await mkdir(join(folder, "Deep", "er"), { recursive: true });
  await writeFile(join(folder, "a main.ics"), main);
  await writeFile(join(folder, "b.ICS"), text(event("DTSTART:20260910T120000Z", "SUMMARY:B")));
  await writeFile(join(folder, "Deep", "er", "c.ics"), text("X-WR-CALNAME:Deeper"));
  await writeFile(join(folder, "notes.txt"), "BEGIN:VCALENDAR");
  await writeFile(join(base, "outside.ics"), main);
  await symlink(join(base, "outside.ics"), join(folder, "0 link.ics"));
  const core = await testCore({ local: [folder] });
  const account = await core.connect("local", { folder, ...fields });
  return {
    account,
    folder,
    address: ADDRESS,
    async close() {
      await core.close();
      await rm(base, { recursive: true, force: true });
    },
  };
};

calendarConformance("local", () => open({ email: ADDRESS }));

describe("local: calendars are files", () => {
  const within = async (work: (opened: { account: ConnectedAccount; folder: string }) => Promise<void>) => {
    const opened = await open();
    try {
      await work(opened);
    } finally {
      await opened.close();
    }
  };
  const calendarOf = (account: ConnectedAccount) => account.apis(false).calendar;
  const page = { cursor: null, limit: 100 };

  test("every .ics file of the tree is one, by its own name or its file's; links are none", () =>
    within(async ({ account }) => {
      const { items } = await calendarOf(account).calendars.list(page);
      assert.deepEqual(
        items.map(({ id, name, primary }) => [id.native, name, primary]),
        [
          ["/a main.ics", "Main", true],
          ["/b.ICS", "b", false],
          ["/Deep/er/c.ics", "Deeper", false],
        ],
      );
      for (const path of ["/0 link.ics", "/../outside.ics", "/notes.txt", "/Deep", "/a main.ics/x.ics"])
        await assert.rejects(calendarOf(account).calendars.get(path), fails("not_found"), path);
    }));

  test("a change keeps, byte for byte, what the model does not know", () =>
    within(async ({ account, folder }) => {
      const { items } = await calendarOf(account).events.list({ calendar: "primary", expand: false, ...page });
      const daily = items.find(({ name }) => name === "Daily");
      assert.ok(daily);
      await calendarOf(account).events.update(daily.id.native, { name: "Renamed" });
      const lines = (await readFile(join(folder, "a main.ics"), "utf8")).split("\r\n");
      const before = main.split("\r\n");
      assert.deepEqual(
        before.filter((line) => !lines.includes(line)).filter((line) => !/^(SUMMARY|DTSTAMP)/.test(line)),
        [],
      );
      assert.ok(lines.includes("SUMMARY:Renamed"));
      assert.deepEqual(
        (await readdir(folder)).filter((name) => name.includes("unigraph")),
        [],
        "nothing is left behind",
      );
    }));

  test("what another program writes is read at once, and what it writes meanwhile is not overwritten", () =>
    within(async ({ account, folder }) => {
      const path = join(folder, "b.ICS");
      const { events } = calendarOf(account);
      const names = async () =>
        (await events.list({ calendar: "/b.ICS", expand: false, ...page })).items.map(({ name }) => name);
      assert.deepEqual(await names(), ["B"]);
      // As long as before, and of the same time.
      const { atime, mtime } = await stat(path);
      await writeFile(path, (await readFile(path, "utf8")).replace("SUMMARY:B", "SUMMARY:C"));
      assert.deepEqual(await names(), ["C"]);
      await utimes(path, atime, mtime);
      await writeFile(path, (await readFile(path, "utf8")).replace("SUMMARY:C", "SUMMARY:Other"));
      assert.deepEqual(await names(), ["Other"]);
    }));

  test("many writers of one calendar, through several accounts: nobody's change is lost", () =>
    within(async ({ account, folder }) => {
      const { core, another } = await (async () => {
        const core = await testCore({ local: [folder] });
        return { core, another: await core.connect("local", { folder }) };
      })();
      const hour = { start: "2031-01-01T10:00:00Z", end: "2031-01-01T11:00:00Z" };
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, (_, number) =>
          calendarOf(number % 2 ? account : another).events.create({ calendar: "/b.ICS", name: `N${number}`, ...hour }),
        ),
      );
      await core.close();
      const made = outcomes.flatMap((outcome, number) => (outcome.status === "fulfilled" ? [`N${number}`] : []));
      assert.ok(made.length > 0);
      const { items } = await calendarOf(account).events.list({ calendar: "/b.ICS", expand: false, ...page });
      assert.deepEqual(items.map(({ name }) => name).sort(), ["B", ...made].sort());
    }));

  test("a file that cannot be read is listed by its name, has no events, hides no others and is never written", () =>
    within(async ({ account, folder }) => {
      const broken = join(folder, "z broken.ics");
      await writeFile(broken, "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n");
      const { calendars, events } = calendarOf(account);
      assert.ok((await calendars.list(page)).items.some(({ name }) => name === "z broken"));
      const asked = { calendar: "/z broken.ics", expand: false, ...page };
      await assert.rejects(events.list(asked), fails("bad_gateway"));
      await assert.rejects(
        events.create({ calendar: "/z broken.ics", start: "2031-01-01T00:00:00Z" }),
        fails("bad_gateway"),
      );
      assert.equal((await events.list({ expand: false, ...page })).items.length, 4);
      assert.equal(await readFile(broken, "utf8"), "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n");
      await writeFile(join(folder, "huge.ics"), Buffer.alloc((4 << 20) + 1, "x"));
      await assert.rejects(events.list({ ...asked, calendar: "/huge.ics" }), fails("entity_too_large"));
    }));

  test("a file of thirty rules that count to a thousand million hides no other event, and is answered in time", () =>
    within(async ({ account, folder }) => {
      const rule = "RRULE:FREQ=SECONDLY;COUNT=1000000000;BYSECOND=0,1,2,3;BYMONTH=1,2,3";
      const bombs = Array.from({ length: 30 }, (_, number) =>
        event("DTSTART:20260901T000000Z", "SUMMARY:Bomb", rule).replace("UID:one", `UID:${number}`),
      );
      await writeFile(join(folder, "bombs.ics"), text(...bombs, event("DTSTART:20400601T120000Z", "SUMMARY:Lunch")));
      const window = { start: "2040-01-01T00:00:00Z", end: "2041-01-01T00:00:00Z" };
      const asked = { calendar: "/bombs.ics", expand: true, ...window, ...page };
      const began = Date.now();
      const { items } = await calendarOf(account).events.list(asked);
      assert.deepEqual(
        items.map(({ name }) => name),
        ["Lunch"],
      );
      assert.ok(Date.now() - began < 15_000, `it took ${Date.now() - began} ms`);
      const [busy] = await calendarOf(account).busy(["/bombs.ics"], window);
      assert.ok(busy instanceof Error, "nobody knows, and it is not said that it were free");
    }));

  test("a calendar's file is called like it, whatever it is called; names that are taken are numbered", () =>
    within(async ({ account, folder }) => {
      const { calendars } = calendarOf(account);
      for (const name of ["A/C", "A/C", "../../x", ".hidden", "é".repeat(300)]) {
        const made = await calendars.create({ name });
        assert.equal(made.name, name);
        assert.equal((await calendars.get(made.id.native)).name, name);
      }
      const names = await readdir(folder);
      for (const name of ["A-C.ics", "A-C (1).ics", "-..-x.ics", "hidden.ics"]) assert.ok(names.includes(name), name);
    }));

  test("without an address no invitation can be answered", () =>
    within(async ({ account }) => {
      const { items } = await calendarOf(account).events.list({ expand: false, ...page });
      const id = items[0]?.id.native as string;
      await assert.rejects(calendarOf(account).respond(id, { status: "ACCEPTED" }), fails("invalid_parameters"));
    }));

  test("ids that were never ours name nothing", () =>
    within(async ({ account }) => {
      for (const id of [
        "",
        "[]",
        '["/a main.ics"]',
        '["/../outside.ics","one@example.com"]',
        '["/a main.ics","one@example.com","x"]',
        '["/a main.ics",{}]',
      ])
        await assert.rejects(calendarOf(account).events.get(id), fails("not_found"), id);
    }));
});
