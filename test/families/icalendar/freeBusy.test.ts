import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { freeBusyRequest, readFreeBusy } from "../../../src/connectors/families/icalendar/freeBusy.js";
import { fails } from "../../support/fails.js";

const WRITING = { uid: "one@example.com", now: "2032-01-01T12:00:00Z", prodId: "-//Example//Test//EN" };
const WINDOW = { start: "2032-01-01T00:00:00Z", end: "2032-01-08T00:00:00+01:00" };
const answer = (...lines: string[]): string =>
  [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "METHOD:REPLY",
    "BEGIN:VFREEBUSY",
    ...lines,
    "END:VFREEBUSY",
    "END:VCALENDAR",
    "",
  ].join("\r\n");

describe("icalendar: when people are taken", () => {
  test("the question names everybody, in UTC", () => {
    const people = ["bob@suite.example", "a%b;c@suite.example"];
    const text = freeBusyRequest({ organizer: "alice@suite.example", people, ...WINDOW }, WRITING);
    assert.deepEqual(text.split("\r\n"), [
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//Example//Test//EN",
      "CALSCALE:GREGORIAN",
      "METHOD:REQUEST",
      "BEGIN:VFREEBUSY",
      "UID:one@example.com",
      "DTSTAMP:20320101T120000Z",
      "DTSTART:20320101T000000Z",
      "DTEND:20320107T230000Z",
      "ORGANIZER:mailto:alice@suite.example",
      "ATTENDEE:mailto:bob@suite.example",
      "ATTENDEE:mailto:a%25b;c@suite.example",
      "END:VFREEBUSY",
      "END:VCALENDAR",
      "",
    ]);
    for (const person of ["nobody", "a@b@c", "a b@c", "a@b\r\nATTENDEE:mailto:c@d"])
      assert.throws(
        () => freeBusyRequest({ organizer: "alice@suite.example", people: [person], ...WINDOW }, WRITING),
        fails("invalid_parameters"),
        person,
      );
  });

  test("periods of all kinds but free ones, in order, those that touch as one", () => {
    const text = answer(
      "FREEBUSY:20320103T090000Z/PT1H,20320101T090000Z/20320101T100000Z",
      "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20320101T100000Z/PT30M",
      "FREEBUSY;FBTYPE=busy-unavailable:20320102T000000Z/P1D",
      "FREEBUSY;FBTYPE=FREE:20320104T000000Z/PT1H",
      "FREEBUSY:20320105T090000Z/20320105T090000Z",
      "FREEBUSY:20320106T090000Z/20320105T090000Z",
      "FREEBUSY:nonsense",
    );
    assert.deepEqual(readFreeBusy(text), [
      { start: "2032-01-01T09:00:00Z", end: "2032-01-01T10:30:00Z" },
      { start: "2032-01-02T00:00:00Z", end: "2032-01-03T00:00:00Z" },
      { start: "2032-01-03T09:00:00Z", end: "2032-01-03T10:00:00Z" },
    ]);
    assert.deepEqual(readFreeBusy(answer()), []);
    assert.throws(() => readFreeBusy(text.slice(0, 200)), fails("bad_gateway"));
  });
});
