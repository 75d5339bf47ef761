import type { Event } from "../../../../schema/calendar/event.js";
import { ApiError } from "../../../errors.js";
import type { UpstreamRequest } from "../../../upstream/upstream.js";
import { type CalendarOperations, type Context, type Page, type Paging, PRIMARY } from "../../connector.js";
import { ask, askPage, at, PAGE } from "../requests.js";
import { ofWithin } from "../within.js";
import { toEvent, toEventBody } from "./map.js";
import { event } from "./wire.js";

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

export const events: NonNullable<CalendarOperations["events"]> = {
  traits: { pageSize: PAGE },

  async list(context, { calendar, start, end = END_OF_TIME, expand, participant, query: q, ...paging }) {
    if (calendar === undefined)
      throw new ApiError("not_implemented", "The REST API v1 lists the events of one calendar at a time.");
    const query = { start, end, expand_recurring: expand, q, participant };
    const path = at(context, "cal", "calendars", calendar, "events");
    const page = await toPageOfEvents(context, calendar, { path, query }, paging);
    if (participant === undefined) return page;
    // The reference cannot be asked who takes part; servers that cannot either give all, of which some remain.
    return { items: page.items.filter((one) => takesPart(participant, one)), next: page.next };
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
