import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Context } from "../../../src/connectors/connector.js";
import { calendarId, calendarPath, eventId, ofEventId } from "../../../src/connectors/families/caldav/ids.js";
import { fails } from "../../support/fails.js";

const at = (home: string) => ({ settings: { home } }) as unknown as Context;
const context = at("https://dav.test/calendars/alice@suite.example/");
const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .filter((text) => !/[/\0]/.test(text) && text !== "." && text !== ".." && text.isWellFormed());

test("a calendar's id and its path become each other, in the home and elsewhere, however the server spells them", () => {
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
      for (const all of [names, ["calendars", "alice@suite.example", ...names]]) {
        const path = `/${all.map(encodeURIComponent).join("/")}/`;
        if (path === "/calendars/alice%40suite.example/" || path === "/calendars/") continue;
        assert.equal(calendarPath(context, calendarId(context, all)), path);
      }
    }),
  );
  assert.equal(calendarId(context, ["calendars", "alice@suite.example", "work"]), "work");
  assert.equal(calendarId(at("https://dav.test/"), ["work"]), "work");
  assert.equal(calendarPath(at("https://dav.test/"), "work"), "/work/");
});

test("no text as an id leads to what is no calendar below the server's root, and each calendar has one id", () => {
  const wrong = [
    "",
    ".",
    "..",
    "a/b",
    "../b",
    "/",
    "/..",
    "/a/../b",
    "/a//b",
    "a b",
    "a?b",
    "%2E",
    "%2e%2e",
    "\ud800",
    "a\n",
  ];
  const double = ["/calendars/alice%40suite.example/work", "/calendars/alice%40suite.example", "/calendars", "w%6Frk"];
  for (const id of [...wrong, ...double]) assert.throws(() => calendarPath(context, id), fails("not_found"), id);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (id) => {
      try {
        const path = calendarPath(context, id);
        assert.equal(new URL(path, "https://dav.test").pathname, path);
      } catch (error) {
        fails("not_found")(error);
      }
    }),
  );
});

test("an event's id holds its calendar, its resource and its instance", () => {
  for (const recurrenceId of [null, "2032-01-01T09:00:00Z"]) {
    const key = { calendar: "work", name: "a%20b.ics", recurrenceId };
    assert.deepEqual(ofEventId(eventId(key)), key);
  }
  for (const id of [
    "",
    "work",
    "work\n",
    "work\n..",
    "work\na/b",
    "work\na b",
    "work\na\nb",
    "work\na\n2032-01-01T09:00:00Z\nc",
  ])
    assert.throws(() => ofEventId(id), fails("not_found"), id);
});
