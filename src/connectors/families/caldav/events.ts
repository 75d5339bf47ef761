import type { Event } from "../../../../schema/calendar/event.js";
import type { TimeWindow } from "../../../../schema/calendar/timeWindow.js";
import { ApiError, toApiError } from "../../../errors.js";
import type { Collection, Context, EventDraft, EventQuery, Page, Paging } from "../../connector.js";
import { inOrder, type Position, pageOf } from "../icalendar/pages.js";
import { attendeesOf, personOf, sameAddress } from "../icalendar/people.js";
import type { CalendarEvent } from "../icalendar/read.js";
import { instantFrom, type Span } from "../icalendar/recurrence.js";
import { textOf } from "../icalendar/values.js";
import { listed, resolved } from "./calendars.js";
import { isPlace, ofCursor, toCursor } from "./cursors.js";
import {
  type Entry,
  isSeries,
  kept,
  liesIn,
  pick,
  type Told,
  takingPlace,
  toEntries,
  toEntry,
  together,
} from "./found.js";
import { type EventKey, noEvent, ofEventId } from "./ids.js";
import { toEvent } from "./map.js";
import { many, type Resource, within } from "./requests.js";
import { create, remove, update } from "./writes.js";

const PAGE = 1000; // events
/** Hrefs of one report. */
const KEYS = 200;

export const events: Collection<Event, EventQuery, EventDraft> = {
  traits: { pageSize: PAGE, getMany: KEYS },

  /** Each page asks the server once more, and each calendar twice: for the window, and for series that may reach into it. */
  async list(context, { calendar, start, end, expand, participant, query, ...paging }) {
    const [from, until] = [start, end].map((time) => (time === undefined ? undefined : instantFrom(time)));
    const after = afterOf(paging);
    if (expand && (from === undefined || until === undefined))
      throw new ApiError(
        "invalid_parameters",
        "Instances of series are told within a window: say its start and its end.",
      );
    if (from !== undefined && until !== undefined) checkWindow({ start: from, end: until });
    const ids =
      calendar === undefined ? (await listed(context)).map(({ id }) => id) : [await resolved(context, calendar)];
    const resources = await Promise.all(
      ids.map((id) => held(context, id, { start: from, end: until }, calendar === undefined)),
    );
    const entries = toEntries(resources.flat());
    const fits = fitting(participant, query);
    const span = { start: from ?? EVER.start, end: until ?? EVER.end };
    if (expand) return expanded(context, entries, span, { after, limit: paging.limit }, fits);
    const isBounded = from !== undefined || until !== undefined;
    const all = entries.flatMap(kept).filter((each) => fits(each.event) && (!isBounded || liesIn(each, span)));
    all.sort(inOrder);
    const left = after ? all.filter((each) => inOrder(each, after) > 0) : all;
    const page = left.slice(0, Math.min(paging.limit, PAGE));
    const last = left.length > page.length ? page.at(-1) : undefined;
    return toPage(context, page, last ?? null);
  },

  async getMany(context, ids) {
    const keys = ids.map((id): EventKey | Error => {
      try {
        return ofEventId(id);
      } catch (error) {
        return toApiError(error);
      }
    });
    const named = keys.filter((key): key is EventKey => !(key instanceof Error));
    const byCalendar = Map.groupBy(named, ({ calendar }) => calendar);
    const read = new Map<string, Promise<ReadonlyMap<string, Resource>>>();
    for (const [calendar, some] of byCalendar)
      read.set(calendar, many(context, calendar, [...new Set(some.map(({ name }) => name))]));
    return Promise.all(
      keys.map(async (key) => {
        if (key instanceof Error) return key;
        try {
          const resource = (await read.get(key.calendar))?.get(key.name);
          const entry = resource ? toEntry(resource) : null;
          return entry ? toEvent(context, pick(entry, key.recurrenceId)) : noEvent();
        } catch (error) {
          return toApiError(error);
        }
      }),
    );
  },

  create,
  update,
  delete: remove,
};

/** Of a series, in order. */
export const instances = async (
  context: Context,
  master: string,
  window: TimeWindow & Paging,
): Promise<Page<Event>> => {
  const { calendar, name, recurrenceId } = ofEventId(master);
  const span = { start: instantFrom(window.start), end: instantFrom(window.end) };
  checkWindow(span);
  const after = afterOf(window);
  const resource = recurrenceId === null ? (await many(context, calendar, [name])).get(name) : undefined;
  const entry = resource ? toEntry(resource) : null;
  if (!entry?.series.master) throw noEvent();
  if (!isSeries(entry)) return { items: [], next: null };
  return expanded(context, [entry], span, { after, limit: window.limit }, () => true);
};

/** Of a list without a window: the first and the last moment of ISO 8601. */
const EVER: Span = { start: Date.parse("0001-01-01T00:00:00Z"), end: Date.parse("9999-12-31T23:59:59Z") };

const checkWindow = ({ start, end }: Span): void => {
  if (end < start) throw new ApiError("invalid_parameters", "The window ends before it starts.");
};

const afterOf = ({ cursor }: Paging): Position | null => {
  if (cursor === null) return null;
  const [start, id] = ofCursor(cursor, isPlace("number"));
  return { start, id };
};

/** A calendar that goes away while all are listed is one less. */
const held = async (
  context: Context,
  calendar: string,
  range: { start: number | undefined; end: number | undefined },
  isOneOfAll: boolean,
): Promise<Resource[]> => {
  try {
    return await within(context, calendar, range);
  } catch (error) {
    if (isOneOfAll && error instanceof ApiError && error.code === "not_found") return [];
    throw error;
  }
};

const expanded = (
  context: Context,
  entries: readonly Entry[],
  span: Span,
  { after, limit }: { after: Position | null; limit: number },
  fits: (event: CalendarEvent) => boolean,
): Page<Event> => {
  const some = entries.filter((entry) => kept(entry).some(({ event }) => fits(event)));
  const { items, next } = pageOf(span, { after, limit: Math.min(limit, PAGE) }, (slice) => {
    const { items: found, known } = together(
      slice.until,
      some.map((entry) => takingPlace(entry, slice, span)),
    );
    return { items: found.filter(({ event }) => fits(event)), known };
  });
  return toPage(context, items, next);
};

const toPage = (context: Context, items: readonly Told[], next: Position | null): Page<Event> => ({
  items: items.map((item) => toEvent(context, item)),
  next: next && toCursor([next.start, next.id]),
});

/** Compared here: servers differ in what their filters of texts and addresses mean. */
const fitting = (participant: string | undefined, query: string | undefined): ((event: CalendarEvent) => boolean) => {
  const words = (query ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  return ({ component }) => {
    if (participant !== undefined) {
      const people = [personOf(component, "ORGANIZER"), ...attendeesOf(component)];
      if (!people.some((person) => sameAddress(person?.email ?? null, participant))) return false;
    }
    if (words.length === 0) return true;
    const text = ["SUMMARY", "DESCRIPTION", "LOCATION"].map((name) => textOf(component, name) ?? "").join(" ");
    return words.every((word) => text.toLowerCase().includes(word));
  };
};
