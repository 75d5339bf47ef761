import type { Event } from "../../../../schema/calendar/event.js";
import type { UpstreamRequest } from "../../../upstream/upstream.js";
import {
  type CalendarOperations,
  type Context,
  type EventQuery,
  type Page,
  type Paging,
  PRIMARY,
} from "../../connector.js";
import { ask, askPage, at, PAGE } from "../requests.js";
import { ofWithin } from "../within.js";
import { everywhere } from "./everywhere.js";
import { toCalendar, toEvent, toEventBody } from "./map.js";
import { calendar, event } from "./wire.js";

/** Without one the reference takes now, and so would lose all that is to come. */
const END_OF_TIME = "9999-12-31T00:00:00Z";

/** Where an event is; one of which the calendar was not told is looked for in the primary one. */
export const pathOf = (native: string) => {
  const { outer: calendar, inner } = ofWithin(native);
  const of = (context: Context, ...rest: string[]): string =>
    at(context, "cal", "calendars", calendar || PRIMARY, "events", inner, ...rest);
  return { calendar, of };
};

export const toPageOfEvents = (
  context: Context,
  calendar: string,
  request: Pick<UpstreamRequest, "path" | "query">,
  paging: Paging,
): Promise<Page<Event>> => askPage(context, event, (_, wire) => toEvent(context, wire, calendar), request, paging);

const listOf = async (
  context: Context,
  calendar: string,
  { start, end = END_OF_TIME, expand, participant, query: q }: Omit<EventQuery, "calendar">,
  paging: Paging,
): Promise<Page<Event>> => {
  const query = { start, end, expand_recurring: expand, q, participant };
  const path = at(context, "cal", "calendars", calendar, "events");
  const page = await toPageOfEvents(context, calendar, { path, query }, paging);
  if (participant === undefined) return page;
  // The reference cannot be asked who takes part; servers that cannot either give all, of which some remain.
  return { items: page.items.filter((one) => takesPart(participant, one)), next: page.next };
};

/** All calendars of an account stand on one page; more are not read as one list. */
const calendarsOf = async (context: Context): Promise<string[]> => {
  const request = { path: at(context, "cal", "calendars") };
  const { items } = await askPage(context, calendar, toCalendar, request, { cursor: null, limit: PAGE });
  return items.map(({ id }) => id.native);
};

export const events: NonNullable<CalendarOperations["events"]> = {
  traits: { pageSize: PAGE },

  async list(context, { calendar, cursor, limit, ...query }) {
    const of = (id: string, paging: Paging) => listOf(context, id, query, paging);
    const paging = { cursor, limit: Math.min(limit, PAGE) };
    if (calendar !== undefined) return of(calendar, paging);
    return everywhere(() => calendarsOf(context), of, paging);
  },

  async get(context, native) {
    const { calendar, of } = pathOf(native);
    return toEvent(context, await ask(context, event, { path: of(context) }), calendar);
  },

  async create(context, draft) {
    const calendar = draft.calendar ?? PRIMARY;
    const path = at(context, "cal", "calendars", calendar, "events");
    return toEvent(context, await ask(context, event, { method: "POST", path, body: toEventBody(draft) }), calendar);
  },

  async update(context, native, change) {
    const { calendar, of } = pathOf(native);
    const request = { method: "PATCH", path: of(context), body: toEventBody(change) };
    return toEvent(context, await ask(context, event, request), calendar);
  },

  async delete(context, native, { permanent }) {
    await context.upstream.text({ method: "DELETE", path: pathOf(native).of(context), query: { permanent } });
  },
};

const takesPart = (address: string, { attendees, organizer }: Event): boolean =>
  [organizer, ...attendees].some((person) => person?.email?.toLowerCase() === address.toLowerCase());
