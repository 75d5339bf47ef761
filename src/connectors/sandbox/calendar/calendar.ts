import type { Calendar } from "../../../../schema/calendar/calendar.js";
import type { Event } from "../../../../schema/calendar/event.js";
import { ApiError } from "../../../errors.js";
import type { CalendarDraft, CalendarOperations, EventDraft, EventQuery } from "../../connector.js";
import { collection, paging, toPage } from "../collection.js";
import { checkId, orError } from "../requests.js";
import { receive } from "../storage.js";
import type { WireListing, WireResults } from "../wire.js";
import { toCalendar, toEvent } from "./map.js";
import type { WireBusy, WireCalendar, WireEvent } from "./wire.js";

/** Events of the unified model under the service's names. */
const toBody = ({ raw, ...draft }: EventDraft): object => ({
  calendar_id: draft.calendar,
  title: draft.name,
  description: draft.description,
  location: draft.location,
  start: draft.start,
  end: draft.end,
  start_time_zone: draft.startTimeZone,
  end_time_zone: draft.endTimeZone,
  all_day: draft.allDay,
  status: draft.status?.toLowerCase(),
  visibility: draft.visibility,
  transparent: draft.transparent,
  attendees: emptied(draft.attendees),
  attachments: emptied(draft.attachments)?.map(({ name, url, mimeType }) => ({ name, url, mime_type: mimeType })),
  reminders: emptied(draft.reminders),
  use_default_reminder: draft.useDefaultReminder,
  recurrence: emptied(draft.recurrence),
  properties: draft.customProperties,
  ...raw,
});

/** Null clears: of a list, all that is in it. */
const emptied = <Item>(list: readonly Item[] | null | undefined): readonly Item[] | undefined =>
  list === null ? [] : list;

export const calendar: CalendarOperations = {
  everywhere: true,

  calendars: collection<WireCalendar, Calendar, object, CalendarDraft>({
    path: "/calendar/calendars",
    toItem: toCalendar,
    toQuery: () => ({}),
    toBody: ({ timeZone, raw, ...named }) => ({ ...named, time_zone: timeZone, ...raw }),
  }),

  events: collection<WireEvent, Event, EventQuery, EventDraft>({
    path: "/calendar/events",
    toItem: toEvent,
    toQuery: ({ calendar, start, end, expand, participant, query }) => ({
      calendar_id: calendar,
      start,
      end,
      expand,
      participant,
      q: query,
    }),
    toBody,
  }),

  async instances(context, master, { start, end, ...page }) {
    const path = `/calendar/events/${checkId(master)}/instances`;
    const request = { path, query: { start, end, ...paging(page) } };
    return toPage(context, await context.upstream.json<WireListing<WireEvent>>(request), toEvent);
  },

  async respond(context, event, { status, comment }) {
    if (status === "UNCONFIRMED")
      throw new ApiError("invalid_parameters", "An answer is PENDING, ACCEPTED, DECLINED or TENTATIVE.");
    const path = `/calendar/events/${checkId(event)}/respond`;
    const body = { status: status.toLowerCase(), comment };
    return toEvent(context, await context.upstream.json<WireEvent>({ method: "POST", path, body, repeatable: true }));
  },

  async busy(context, calendars, window) {
    const request = { method: "POST", path: "/calendar/busy", body: { calendars, ...window }, repeatable: true };
    const { results } = await context.upstream.json<WireResults<WireBusy>>(request);
    return calendars.map((_, index) => orError(results[index], ({ busy }) => busy));
  },

  attachment(context, event, attachment) {
    const id = attachment.split("\n").at(-1) as string;
    return receive(context, { path: `/calendar/events/${checkId(event)}/attachments/${checkId(id)}` });
  },
};
