import type { CalendarOperations } from "../../connector.js";
import { collection } from "../collection.js";
import { ask, at } from "../requests.js";
import { busyIn } from "./busy.js";
import { events, pathOf, toPageOfEvents } from "./events.js";
import { toCalendar, toEvent } from "./map.js";
import * as wire from "./wire.js";

/** Source: the unified API, "Calendar API". */
export const calendar: CalendarOperations = {
  everywhere: true,
  calendars: collection({
    path: ["cal", "calendars"],
    wire: wire.calendar,
    toItem: toCalendar,
    names: { timeZone: "timezone" },
  }),
  events,

  instances: (context, master, { start, end, ...paging }) =>
    toPageOfEvents(
      context,
      pathOf(master).calendar,
      { path: pathOf(master).of(context, "instances"), query: { start, end } },
      paging,
    ),

  async respond(context, event, { status, comment }) {
    const { calendar, of } = pathOf(event);
    const body = { status: status.toLowerCase(), comment };
    const answer = await ask(context, wire.event, { method: "POST", path: of(context, "rsvp"), body });
    return toEvent(context, answer, calendar);
  },

  async busy(context, calendars, window) {
    const asked = calendars.map(async (id) => {
      const body = {
        calendars: [id],
        meeting_duration: "PT1S",
        constraints: { time_windows: [window] },
      };
      const request = { method: "POST", path: at(context, "cal", "availability"), body, repeatable: true };
      return busyIn(window, (await ask(context, wire.availability, request)).time_windows);
    });
    const outcomes = await Promise.allSettled(asked);
    return outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : (outcome.reason as Error)));
  },
};
