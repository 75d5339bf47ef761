import { joined } from "./busy.js";
import { zonesOf } from "./definitions.js";
import { setStamp, textLine } from "./edit.js";
import { type Component, components, parseStream, printStream } from "./lines.js";
import type { Window } from "./occurrences.js";
import { ownZone } from "./read.js";
import { instantFrom } from "./recurrence.js";
import { emptyCalendar, type Writing } from "./resource.js";
import { endOf, instantOf, lineOf, parameterOf, periodsOf, properties } from "./values.js";
import { address } from "./writePeople.js";
import { toIso } from "./zones.js";

/** The text that asks when people are taken (RFC 5546, 3.3.2). Throws `invalid_parameters` for what is no mail address. */
export const freeBusyRequest = (
  { organizer, people, start, end }: Window & { organizer: string; people: readonly string[] },
  { uid, now, prodId }: Writing,
): string => {
  const question: Component = { name: "VFREEBUSY", items: [textLine("UID", uid)] };
  for (const [name, moment] of Object.entries({ DTSTAMP: now, DTSTART: start, DTEND: end }))
    setStamp(question, name, instantFrom(moment));
  question.items.push(
    lineOf(address("ORGANIZER", organizer)),
    ...people.map((person) => lineOf(address("ATTENDEE", person))),
  );
  const calendar = emptyCalendar(prodId);
  calendar.items.push(textLine("METHOD", "REQUEST"), question);
  return printStream([calendar]);
};

/** When somebody is taken, as the answer to it says: in order and disjoint. Throws `bad_gateway` for what cannot be read. */
export const readFreeBusy = (text: string): Window[] => {
  const taken = parseStream(text, "bad_gateway").flatMap((calendar) => {
    const zoneOf = zonesOf(calendar, ownZone(calendar, null));
    return components(calendar, "VFREEBUSY")
      .flatMap((answer) => properties(answer, "FREEBUSY"))
      .filter((property) => parameterOf(property, "fbtype")?.toUpperCase() !== "FREE")
      .flatMap((property) => periodsOf(property, zoneOf))
      .filter((period) => period !== null)
      .map(({ moment, length }) => ({ start: instantOf(moment), end: endOf(moment, length) }));
  });
  const ordered = taken.filter(({ start, end }) => start < end).sort((one, other) => one.start - other.start);
  return joined(ordered.map(({ start, end }) => ({ start: toIso(start), end: toIso(end) })));
};
