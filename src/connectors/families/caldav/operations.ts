import { Readable } from "node:stream";
import { ApiError } from "../../../errors.js";
import type { CalendarOperations, Download } from "../../connector.js";
import { attachmentBytes, attachmentsOf } from "../icalendar/attachments.js";
import { busy } from "./busy.js";
import { calendars } from "./calendars.js";
import { events, instances } from "./events.js";
import { pick, toEntry } from "./found.js";
import { noEvent, ofEventId } from "./ids.js";
import { one } from "./requests.js";
import { respond } from "./writes.js";

export const calendar: CalendarOperations = {
  calendars,
  events,
  instances,
  respond,
  busy,

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
