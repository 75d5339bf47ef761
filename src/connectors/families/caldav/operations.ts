import { Readable } from "node:stream";
import type { TimeWindow } from "../../../../schema/calendar/timeWindow.js";
import { ApiError, toApiError } from "../../../errors.js";
import type { CalendarOperations, Context, Download } from "../../connector.js";
import { attachmentBytes, attachmentsOf } from "../icalendar/attachments.js";
import { busy as takenBy } from "../icalendar/busy.js";
import { instantFrom } from "../icalendar/recurrence.js";
import { calendars, resolved } from "./calendars.js";
import { events, instances } from "./events.js";
import { addressesOf, pick, toEntries, toEntry } from "./found.js";
import { noEvent, ofEventId } from "./ids.js";
import { one, within } from "./requests.js";
import { respond } from "./writes.js";

/** Instances that one question about busy times looks at. */
const LOOKED_AT = 20_000;

export const calendar: CalendarOperations = {
  calendars,
  events,
  instances,
  respond,

  /**
   * From the events themselves: it costs no more than the free-busy report of RFC 4791, 7.10, which few servers answer, and says
   * what their list says, own refusals included.
   */
  busy: (context, ids, window) =>
    Promise.all(ids.map((id) => taken(context, id, window).catch((error: unknown) => toApiError(error)))),

  async attachment(context, event, attachment): Promise<Download> {
    const { calendar, name, recurrenceId } = ofEventId(event);
    const number = attachment.split("\n").at(-1) as string;
    const resource = await one(context, calendar, name);
    const entry = resource ? toEntry(resource) : null;
    if (!entry) throw noEvent();
    const { component } = pick(entry, recurrenceId).event;
    const bytes = /^\d{1,4}$/.test(number) ? attachmentBytes(component, Number(number)) : null;
    if (!bytes) throw new ApiError("not_found", "The event keeps no such attachment itself.");
    return {
      body: Readable.from([bytes], { objectMode: false }),
      length: bytes.length,
      size: bytes.length,
      mimeType: attachmentsOf(component)[Number(number)]?.mimeType ?? null,
      etag: null,
      modified: null,
    };
  },
};

const taken = async (context: Context, id: string, { start, end }: TimeWindow): Promise<TimeWindow[]> => {
  const span = { start: instantFrom(start), end: instantFrom(end) };
  if (span.end < span.start) throw new ApiError("invalid_parameters", "The window ends before it starts.");
  const entries = toEntries(await within(context, await resolved(context, id), span));
  const [email = null] = addressesOf(context);
  const { intervals } = takenBy(
    entries.map(({ series }) => series),
    { start, end },
    { email, limit: LOOKED_AT },
  );
  return intervals.map((interval) => ({
    start: Date.parse(interval.start) < span.start ? new Date(span.start).toISOString() : interval.start,
    end: Date.parse(interval.end) > span.end ? new Date(span.end).toISOString() : interval.end,
  }));
};
