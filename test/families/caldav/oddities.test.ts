import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Context } from "../../../src/connectors/connector.js";
import { events as feed } from "../../../src/connectors/families/caldav/changes.js";
import { Known } from "../../../src/connectors/families/caldav/known.js";
import { calendar } from "../../../src/connectors/families/caldav/operations.js";
import { type Script, scripted } from "../../connectors/webdav/scripted.js";
import { fails } from "../../support/fails.js";

const HOME = "https://dav.test/calendars/";
const at = (
  script: Script,
  settings: object = {},
): { context: Context; requests: ReturnType<typeof scripted>["requests"] } => {
  const { context, requests } = scripted(HOME, script);
  return { context: { ...context, settings: { home: HOME, addresses: "", inbox: null, ...settings } }, requests };
};

const SPACES = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"';
const answer = (href: string, properties: string): string =>
  `<response><href>${href}</href><propstat><prop>${properties}</prop><status>HTTP/1.1 200 OK</status></propstat></response>`;
const gone = (href: string, status = "404 Not Found"): string =>
  `<response><href>${href}</href><status>HTTP/1.1 ${status}</status></response>`;
const multistatus = (...answers: readonly string[]): string =>
  `<multistatus ${SPACES}>${answers.join("")}</multistatus>`;
const CALENDAR = "<resourcetype><collection/><C:calendar/></resourcetype>";
const textOf = (lines: string): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTART:20320101T090000Z\r\n${lines}END:VEVENT\r\nEND:VCALENDAR\r\n`;
const resource = (name: string, text: string, etag = "<getetag>&quot;1&quot;</getetag>"): string =>
  answer(`/calendars/work/${name}`, `${etag}<C:calendar-data><![CDATA[${text}]]></C:calendar-data>`);
const WINDOW = { start: "2032-01-01T00:00:00Z", end: "2032-02-01T00:00:00Z" };
const first = { cursor: null, limit: 10 };

describe("caldav: servers unlike those at hand", () => {
  test("one that refuses to tell series apart is believed in what it finds in the window", async () => {
    const { context, requests } = at(({ body }) =>
      String(body).includes("RRULE")
        ? { status: 403, text: "" }
        : { text: multistatus(resource("a.ics", textOf("SUMMARY:A\r\n"))) },
    );
    const page = await calendar.events?.list?.(context, { calendar: "work", expand: true, ...WINDOW, ...first });
    assert.deepEqual([page?.items.map(({ name }) => name), requests.length], [["A"], 2]);
  });

  test("the same event in both reports is told once", async () => {
    const text = textOf("RRULE:FREQ=WEEKLY;COUNT=2\r\n");
    const { context } = at(() => ({ text: multistatus(resource("a.ics", text)) }));
    const page = await calendar.events?.list?.(context, { calendar: "work", expand: true, ...WINDOW, ...first });
    assert.equal(page?.items.length, 2);
  });

  test("a text that cannot be read hides no other, and is told when it is asked for", async () => {
    const { context } = at(() => ({
      text: multistatus(resource("bad.ics", "BEGIN:VCALENDAR"), resource("a.ics", textOf("SUMMARY:A\r\n"))),
    }));
    const page = await calendar.events?.list?.(context, { calendar: "work", expand: false, ...first });
    assert.deepEqual(
      page?.items.map(({ name }) => name),
      ["A"],
    );
    const [bad] = (await calendar.events?.getMany?.(context, ["work\nbad.ics"])) ?? [];
    fails("bad_gateway")(bad);
  });

  test("without ETags nothing is changed", async () => {
    const { context, requests } = at(() => ({ text: multistatus(resource("a.ics", textOf(""), "")) }));
    await assert.rejects(
      Promise.resolve(calendar.events?.update?.(context, "work\na.ics", { name: "X" })),
      fails("bad_gateway"),
    );
    await assert.rejects(
      Promise.resolve(calendar.events?.delete?.(context, "work\na.ics", { permanent: true })),
      fails("bad_gateway"),
    );
    assert.deepEqual(new Set(requests.map(({ method }) => method)), new Set(["REPORT"]));
  });

  test("who is always slower gives up, and a change of the same field is a conflict", async () => {
    let version = 0;
    const slow = at(({ method }) =>
      method === "PUT"
        ? { status: 412, text: "" }
        : { text: multistatus(resource("a.ics", textOf(`X-VERSION:${++version}\r\n`))) },
    );
    const update = (context: Context) =>
      Promise.resolve(calendar.events?.update?.(context, "work\na.ics", { name: "Mine" }));
    await assert.rejects(update(slow.context), fails("data_conflict"));
    assert.equal(slow.requests.filter(({ method }) => method === "PUT").length, 4);
    const clash = at(({ method }) =>
      method === "PUT"
        ? { status: 412, text: "" }
        : { text: multistatus(resource("a.ics", textOf(`SUMMARY:${++version}\r\n`))) },
    );
    await assert.rejects(update(clash.context), fails("data_conflict"));
    assert.equal(clash.requests.filter(({ method }) => method === "PUT").length, 1);
  });

  test("what our own earlier try has written is no conflict", async () => {
    let stored = textOf("SUMMARY:Before\r\n");
    let lost = true;
    const { context } = at(({ method, body }) => {
      if (method !== "PUT") return { text: multistatus(resource("a.ics", stored)) };
      stored = String(body);
      const status = lost ? 412 : 204;
      lost = false;
      return { status, text: "" };
    });
    const event = await calendar.events?.update?.(context, "work\na.ics", { name: "After" });
    assert.equal(event?.name, "After");
  });

  test("changes that are cut are read to their end", async () => {
    const answers: Record<string, string> = {
      "": multistatus(
        answer("/calendars/work/a.ics", "<getetag>1</getetag>"),
        gone("/calendars/work/", "507 Insufficient Storage"),
        "<sync-token>one</sync-token>",
      ),
      one: multistatus(answer("/calendars/work/b.ics", "<getetag>1</getetag>"), "<sync-token>two</sync-token>"),
      two: multistatus(
        answer("/calendars/work/b.ics", "<getetag>2</getetag>"),
        gone("/calendars/work/", "507 Insufficient Storage"),
        "<sync-token>three</sync-token>",
      ),
      three: multistatus(
        gone("/calendars/work/a.ics"),
        answer("/calendars/work/c.ics", "<getetag>1</getetag>"),
        gone("/calendars/work/never.ics"),
        "<sync-token>four</sync-token>",
      ),
    };
    let now = "two";
    const { context } = at(({ method, body }) => {
      if (method === "PROPFIND")
        return { text: multistatus(answer("/calendars/work/", `${CALENDAR}<sync-token>${now}</sync-token>`)) };
      const [, token = ""] = /<sync-token>(.*)<\/sync-token>/.exec(String(body)) ?? [];
      return { text: answers[token] ?? "" };
    });
    const start = await feed.changes(context, null);
    assert.deepEqual([start.changes, start.more], [[], false]);
    assert.deepEqual((await feed.changes(context, start.next)).changes, []);
    now = "four";
    const { changes, more } = await feed.changes(context, start.next);
    assert.deepEqual(
      changes.map(({ kind, id }) => `${kind} ${id.split("\n")[1]}`),
      ["UPDATE b.ics", "DELETE a.ics", "ADD c.ics"],
    );
    assert.equal(more, false);
  });

  test("the default calendar of scheduling is the primary one, else the first by name", async () => {
    const home = multistatus(
      answer("/calendars/b/", `${CALENDAR}<displayname>alpha</displayname>`),
      answer("/calendars/a/", `${CALENDAR}<displayname>Beta</displayname>`),
      answer(
        "/calendars/tasks/",
        `${CALENDAR}<displayname>A</displayname><C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>`,
      ),
    );
    const inbox = multistatus(
      answer(
        "/calendars/inbox/",
        "<C:schedule-default-calendar-URL><href>https://dav.test/calendars/a/</href></C:schedule-default-calendar-URL>",
      ),
    );
    const script: Script = ({ path }) => ({ text: path.endsWith("/inbox/") ? inbox : home });
    for (const [settings, primary] of [
      [{}, "b"],
      [{ inbox: "https://dav.test/calendars/inbox/" }, "a"],
    ] as const) {
      const page = await calendar.calendars?.list?.(at(script, settings).context, first);
      assert.deepEqual(
        page?.items.map(({ id, name, primary }) => [id.native, name, primary]),
        [
          ["b", "alpha", primary === "b"],
          ["a", "Beta", primary === "a"],
        ],
      );
    }
  });

  test("names that a cursor remembers are known again, others are not", () => {
    const names = Array.from({ length: 5000 }, (_, number) => `${number}.ics`);
    const known = Known.from(String(Known.of(names)));
    assert.ok(names.every((name) => known.has(name)));
    assert.ok(known.size > 4990);
    assert.ok(names.filter((name) => known.has(`other ${name}`)).length < 10);
    known.delete("7.ics");
    assert.equal(known.has("7.ics"), false);
    assert.ok(String(known).length <= 20_000);
  });
});
