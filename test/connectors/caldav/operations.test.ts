import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { cyrus } from "../../servers/cyrus.js";
import { install } from "../../servers/install.js";
import { INVITED, radicale } from "../../servers/radicale.js";
import { xandikos } from "../../servers/xandikos.js";
import { fails } from "../../support/fails.js";
import { layoutOf, type OnServer, openOn, send } from "./account.js";
import { callers, foreignPackage } from "./foreign.js";
import { seed, textOf } from "./seed.js";

const hour = (day: string) => ({ start: `2032-${day}T09:00:00Z`, end: `2032-${day}T10:00:00Z` });
const WINDOW = { start: "2032-01-01T00:00:00Z", end: "2033-01-01T00:00:00Z" };
const first = { cursor: null, limit: 1000 };

for (const recipe of [radicale, xandikos, cyrus])
  describe(`caldav on ${recipe.name}`, { skip: await install(recipe, foreignPackage) }, () => {
    let opened: OnServer | undefined;
    before(async () => {
      opened = await openOn(recipe);
      await seed(opened, recipe);
    });
    after(() => opened?.close());
    const server = () => (opened as OnServer).server;
    const api = () => (opened as OnServer).account.apis(false).calendar;
    const feed = () => (opened as OnServer).account.apis(false).events;
    const calls = () => (opened as OnServer).core.session.books.reduce((sum, book) => sum + book.calls, 0);
    const counted = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
      const begun = calls();
      return [await work(), calls() - begun];
    };
    const make = async (name: string) => (await api().calendars.create({ name })).id.native;
    const path = (calendar: string, resource = "") => `${layoutOf(recipe).home}${calendar}/${resource}`;

    test("200 events by their ids cost one request, and so does one", async () => {
      const calendar = await make("Two hundred");
      const put = (number: number) => {
        const lines = [`SUMMARY:${number}`, "DTSTART:20320101T000000Z", "DTEND:20320101T010000Z"];
        return send(server(), "PUT", path(calendar, `${number}.ics`), textOf(`many-${number}`, lines), "text/calendar");
      };
      for (let number = 0; number < 200; number += 10)
        await Promise.all(Array.from({ length: 10 }, (_, next) => put(number + next)));
      const ids = Array.from({ length: 200 }, (_, number) => `${calendar}\n${number}.ics`);
      const [events, spent] = await counted(() => api().events.getMany(ids));
      assert.equal(spent, 1);
      assert.deepEqual(
        events.map((event) => (event instanceof Error ? event : event.name)),
        ids.map((_, number) => String(number)),
      );
      const [, single] = await counted(() => api().events.get(ids[7] as string));
      assert.equal(single, 1);
      const [page, listing] = await counted(() => api().events.list({ calendar, expand: true, ...WINDOW, ...first }));
      assert.deepEqual([page.items.length, listing], [200, 2], "the window, and the series that reach into it");
    });

    test("two writers of different fields lose nothing, of the same field one is told", async () => {
      const calendar = await make("Together");
      const { id } = await api().events.create({ calendar, name: "Before", ...hour("03-01") });
      await Promise.all([
        api().events.update(id.native, { location: "Roof" }),
        api().events.update(id.native, { description: "All together" }),
        api().events.update(id.native, { status: "TENTATIVE" }),
      ]);
      const { location, description, status, name } = await api().events.get(id.native);
      assert.deepEqual([location, description, status, name], ["Roof", "All together", "TENTATIVE", "Before"]);
      const names = ["One", "Two", "Three", "Four"];
      const outcomes = await Promise.allSettled(names.map((each) => api().events.update(id.native, { name: each })));
      const done = names.filter((_, number) => outcomes[number]?.status === "fulfilled");
      for (const outcome of outcomes) if (outcome.status === "rejected") fails("data_conflict")(outcome.reason);
      assert.ok(
        done.includes((await api().events.get(id.native)).name as string),
        "the name is of one who was told yes",
      );
    });

    test("what the model does not know stays as it was through an update", async () => {
      const calendar = await make("Kept");
      const unknown = [
        'X-SOMETHING;X-PARAMETER="a;b":value\\, with; odd: things',
        "GEO:48.2;16.4",
        "CATEGORIES:ONE,TWO",
        "COMMENT;LANGUAGE=de:Grüße aus Wien",
      ];
      const lines = ["SUMMARY:Kept", "DTSTART:20320401T090000Z", "DTEND:20320401T100000Z", ...unknown];
      await send(server(), "PUT", path(calendar, "kept.ics"), textOf("kept", lines), "text/calendar");
      const linesNow = async () => {
        const text = (await send(server(), "GET", path(calendar, "kept.ics"))).replace(/\r?\n[ \t]/g, "");
        return text
          .split(/\r?\n/)
          .filter((line) => /^(X-|GEO|CATEGORIES|COMMENT)/.test(line))
          .sort();
      };
      const before = await linesNow();
      assert.ok(before.length >= unknown.length, "Cyrus gives each category a line");
      await api().events.update(`${calendar}\nkept.ics`, { name: "Renamed", location: "Elsewhere" });
      assert.deepEqual(await linesNow(), before);
    });

    test("what has changed is told once: new, changed and gone events, new and gone calendars", async () => {
      const calendar = await make("Watched");
      const other = await make("Left alone");
      let cursor = (await feed().changes(null)).next;
      const changes = async () => {
        const answer = await feed().changes(cursor);
        cursor = answer.next;
        assert.equal(answer.more, false);
        for (const { occurred, api } of answer.changes)
          assert.deepEqual([api, Number.isNaN(Date.parse(occurred))], ["calendar", false]);
        return answer.changes.map(({ kind, type, id }) => `${kind} ${type} ${id}`).sort();
      };
      const [none, idle] = await counted(changes);
      assert.deepEqual([none, idle <= 2], [[], true], `${idle} requests where nothing has changed`);
      const event = await api().events.create({
        calendar,
        name: "Series",
        ...hour("05-01"),
        recurrence: ["RRULE:FREQ=DAILY;COUNT=3"],
      });
      const id = event.id.native;
      assert.deepEqual(await changes(), [`ADD event ${id}`]);
      await api().events.update(`${id}\n2032-05-02T09:00:00Z`, { name: "Departs" });
      assert.deepEqual(await changes(), [`UPDATE event ${id}`]);
      const old = cursor;
      await api().events.delete(id, { permanent: true });
      assert.deepEqual(await changes(), [`DELETE event ${id}`]);
      assert.deepEqual(await changes(), []);
      cursor = old;
      assert.deepEqual(await changes(), [`DELETE event ${id}`], "an old cursor tells it again");
      const added = await make("New");
      const within = await api().events.create({ calendar: added, name: "Within", ...hour("05-02") });
      await api().calendars.delete(other, { permanent: true });
      assert.deepEqual(
        await changes(),
        [`ADD calendar ${added}`, `ADD event ${within.id.native}`, `DELETE calendar ${other}`].sort(),
      );
    });

    test("a cursor that is none, or that the server has forgotten, is refused", async () => {
      for (const cursor of [
        "nonsense",
        Buffer.from('{"a":1}').toString("base64url"),
        Buffer.from("[]").toString("base64url"),
      ])
        await assert.rejects(feed().changes(cursor), fails("invalid_parameters"), cursor);
      const calendar = await make("Forgotten");
      const place = { [calendar]: [`http://radicale.org/ns/sync/${"0".repeat(64)}`, ""] };
      const cursor = Buffer.from(JSON.stringify(place)).toString("base64url");
      // Xandikos looks for it among the objects of git, and fails.
      await assert.rejects(feed().changes(cursor), fails(recipe === xandikos ? "bad_gateway" : "invalid_parameters"));
    });

    const hangs = recipe !== xandikos && "the server itself counts such rules without end";
    test("rules that match nothing, or each second, hide nothing", { skip: hangs }, async () => {
      const calendar = await make("Hostile");
      const at = (second: string) => ({ start: `2032-02-05T00:00:0${second}Z`, end: `2032-02-05T00:00:0${second}Z` });
      const nothing = ["RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"];
      await api().events.create({ calendar, name: "Never again", ...at("0"), recurrence: nothing });
      const seconds = ["RRULE:FREQ=SECONDLY;COUNT=1000000000"];
      await api().events.create({ calendar, name: "Each second", ...at("1"), recurrence: seconds });
      const begun = Date.now();
      const window = { start: "2032-02-01T00:00:00Z", end: "2042-01-01T00:00:00Z" };
      const { items, next } = await api().events.list({ calendar, expand: true, ...window, cursor: null, limit: 200 });
      assert.ok(Date.now() - begun < 10_000, `${Date.now() - begun} ms`);
      assert.deepEqual([items.length, next !== null], [200, true]);
      assert.deepEqual(
        items.slice(0, 3).map(({ name }) => name),
        ["Never again", "Each second", "Each second"],
      );
    });

    test("another client sees what was written here, and the other way round", async () => {
      const calendar = await make('Söhne & <Co> "x"; 日本');
      const names = ['Grüße, & <b>; "q" \\ back', "emoji 😀\nsecond line"];
      for (const [number, name] of names.entries())
        await api().events.create({ calendar, name, ...hour(`06-0${number + 1}`), location: "R&D; a, b" });
      const seen = await callers.list(server(), path(calendar));
      assert.deepEqual(seen.map(({ summary }) => summary).sort(), [...names].sort());
      for (const { location } of seen) assert.equal(location, "R&D; a, b");
      await callers.add(server(), path(calendar), "öther;client,1", "Von außen: 100 % & <mehr>, \\");
      const { items } = await api().events.list({ calendar, expand: false, ...first });
      const theirs = items.find(({ name }) => name?.startsWith("Von"));
      assert.equal(theirs?.name, "Von außen: 100 % & <mehr>, \\");
      const renamed = await api().events.update(theirs.id.native, { name: "Changed here" });
      assert.equal(renamed.id.native, theirs.id.native);
      assert.ok((await callers.list(server(), path(calendar))).some(({ summary }) => summary === "Changed here"));
      await api().events.delete(theirs.id.native, { permanent: true });
      assert.equal((await callers.list(server(), path(calendar))).length, 2);
    });

    test("resources with odd names, tasks and texts that cannot be read do no harm", async () => {
      const calendar = await make("Odd");
      const event = ["SUMMARY:Odd", "DTSTART:20320701T090000Z", "DTEND:20320701T100000Z"];
      const odd = encodeURIComponent("a b+c&d%é;.ics");
      await send(server(), "PUT", path(calendar, odd), textOf("odd", event), "text/calendar");
      const task = textOf("task", ["SUMMARY:Task"]).replaceAll("VEVENT", "VTODO");
      await send(server(), "PUT", path(calendar, "task.ics"), task, "text/calendar").catch(() => undefined);
      const { items } = await api().events.list({ calendar, expand: true, ...WINDOW, ...first });
      assert.deepEqual(
        items.map(({ id }) => id.native),
        [`${calendar}\n${odd}`],
      );
      const { name } = await api().events.update(`${calendar}\n${odd}`, { name: "Renamed" });
      assert.equal(name, "Renamed");
      await assert.rejects(api().events.get(`${calendar}\ntask.ics`), fails("not_found"));
      for (const id of [`${calendar}\n../x`, `${calendar}\n${odd}\nyesterday`, `../../etc\n${odd}`, `${calendar}\n`])
        await assert.rejects(api().events.get(id), fails("not_found"), id);
      for (const id of ["/", "..", "/alice/..", ""])
        await assert.rejects(api().calendars.get(id), fails("not_found"), id);
    });

    test("what CalDAV cannot keep is refused, not dropped", async () => {
      await assert.rejects(api().calendars.create({ name: "X", location: "Here" }), fails("not_implemented"));
      await assert.rejects(api().calendars.create({}), fails("invalid_parameters"));
      await assert.rejects(
        api().events.create({ ...hour("08-01"), useDefaultReminder: true }),
        fails("not_implemented"),
      );
      await assert.rejects(
        api().events.create({ ...hour("08-01"), visibility: "secret" }),
        fails("invalid_parameters"),
      );
      await assert.rejects(api().events.list({ expand: true, ...first }), fails("invalid_parameters"));
      const gone = { calendar: "nowhere", name: "X", ...hour("08-01") };
      await assert.rejects(api().events.create(gone), fails("not_found"));
    });

    const knows = recipe === cyrus && "shown in scheduling.test.ts";
    test("a server that knows nobody else is not asked when others are taken", { skip: knows }, async () => {
      const [taken] = await api().busy(["lee@suite.example"], WINDOW);
      fails("not_implemented")(taken);
      assert.ok(!(opened as OnServer).account.capabilities.includes("calendar.busy.people"));
    });

    test("who invites is the organizer, who is invited answers", async () => {
      const calendar = await make("Invitations");
      const attendees = [{ email: "lee@suite.example" }];
      const { organizer } = await api().events.create({ calendar, name: "Invited", ...hour("09-01"), attendees });
      assert.equal(organizer?.email, INVITED.username);
      const alone = await api().events.create({ calendar, name: "Alone", ...hour("09-02") });
      assert.equal(alone.organizer, null);
      const invited = await api().events.update(alone.id.native, { attendees });
      assert.equal(invited.organizer?.email, INVITED.username);
      const theirs = ["ORGANIZER:mailto:boss@suite.example", `ATTENDEE:mailto:${INVITED.username}`];
      const lines = ["SUMMARY:Theirs", "DTSTART:20320903T090000Z", "DTEND:20320903T100000Z", ...theirs];
      await send(server(), "PUT", path(calendar, "theirs.ics"), textOf("theirs", lines), "text/calendar");
      const answered = await api().respond(`${calendar}\ntheirs.ics`, { status: "ACCEPTED" });
      assert.equal(answered.organizer?.email, "boss@suite.example");
      assert.equal(answered.attendees[0]?.status, "ACCEPTED");
    });
  });
