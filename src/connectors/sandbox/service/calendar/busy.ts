import { invalid, Refusal } from "../refusal.js";
import type { Thing } from "../shelf/shelf.js";
import type { Events } from "./events.js";
import type { EventBody } from "./kinds.js";

const LONGEST = 400 * 86_400_000; // milliseconds of a window
const PAGE = 1_000;
/** Pages that one calendar may have in a window. */
const PAGES = 20;

/** When a calendar is taken, in order and disjoint, cut to the window. */
export const busyIn = (
  events: Events,
  calendar: string,
  window: { start: string; end: string },
): { start: string; end: string }[] => {
  events.calendars.get(calendar);
  if (Date.parse(window.end) - Date.parse(window.start) > LONGEST) throw invalid("end: the window is too long.");
  const [from, until] = [new Date(window.start).toISOString(), new Date(window.end).toISOString()];
  const intervals: { start: string; end: string }[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < PAGES; pages++) {
    const page = events.lists.expanded({ calendar, ...window }, { limit: PAGE, ...(cursor ? { cursor } : {}) });
    for (const thing of page.things) {
      if (!blocks(thing, events.address)) continue;
      const [start, end] = [max(thing.body.start, from), min(thing.body.end, until)];
      const last = intervals.at(-1);
      if (last && start <= last.end) last.end = max(last.end, end);
      else intervals.push({ start, end });
    }
    if (page.cursor === null) return intervals;
    cursor = page.cursor;
  }
  throw new Refusal(422, "too_many_events", "Too much takes place in this window.");
};

const blocks = ({ body: { start, end, transparent, status, attendees } }: Thing<EventBody>, address: string): boolean =>
  start < end &&
  !transparent &&
  status !== "cancelled" &&
  !attendees.some((attendee) => attendee.email === address && attendee.status === "declined");

const max = (one: string, other: string): string => (one > other ? one : other);
const min = (one: string, other: string): string => (one < other ? one : other);
