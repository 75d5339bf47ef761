import type { AttendeeStatus } from "../../../schema/calendar/attendee.js";
import type { Calendar } from "../../../schema/calendar/calendar.js";
import type { Event, EventStatus } from "../../../schema/calendar/event.js";
import type { Reminder } from "../../../schema/calendar/reminder.js";
import type { TimeWindow } from "../../../schema/calendar/timeWindow.js";
import type { Property } from "../../../schema/storage/property.js";
import type { Collection, RawFields, Text } from "./collection.js";
import type { Context, Page, Paging } from "./context.js";
import type { Download } from "./storage.js";

/** Stands for the account's primary calendar wherever a calendar's native id is expected. */
export const PRIMARY = "primary";

export interface CalendarDraft extends RawFields {
  name?: string;
  description?: Text;
  location?: Text;
  /** IANA; also an old name such as `US/Pacific`. */
  timeZone?: Text;
}

/** Events that overlap the window from `start` to `end`, ordered by (start, id). */
export interface EventQuery {
  /** Absent: of all calendars of the account. */
  calendar?: string | undefined;
  /** ISO 8601. */
  start?: string | undefined;
  /** ISO 8601. There whenever `expand` is. */
  end?: string | undefined;
  /** Series as their instances; otherwise as their masters, with what departs from them. */
  expand: boolean;
  /** Only those to which this e-mail address is invited, or which it organizes. */
  participant?: string | undefined;
  query?: string | undefined;
}

export interface EventDraft extends RawFields {
  /** Of a new event. */
  calendar?: string;
  name?: Text;
  description?: Text;
  location?: Text;
  /** Moments in UTC; of a day-long event midnights, as if they were in UTC. */
  start?: string;
  end?: string;
  startTimeZone?: Text;
  endTimeZone?: Text;
  allDay?: boolean;
  status?: keyof typeof EventStatus;
  visibility?: Text;
  transparent?: boolean;
  attendees?: readonly { name?: Text; email: string; required?: boolean; resource?: boolean }[];
  attachments?: readonly { name?: Text; url: string; mimeType?: Text }[];
  reminders?: readonly Reminder[];
  useDefaultReminder?: boolean;
  /** Lines of RFC 5545; an empty list makes a series a single event. */
  recurrence?: readonly string[];
  customProperties?: readonly Property[];
}

/**
 * Source: the unified API, "Calendar API". A change of a master is one of the series, a change of an instance is of that one alone.
 */
export interface CalendarOperations {
  /** `events.list` without a calendar gives those of all calendars as one list. Absent: each calendar has to be asked. */
  readonly everywhere?: true;
  readonly calendars?: Collection<Calendar, object, CalendarDraft>;
  readonly events?: Collection<Event, EventQuery, EventDraft>;
  /** Of a series, ordered by start. */
  instances?(context: Context, master: string, window: TimeWindow & Paging): Promise<Page<Event>>;
  /** Answers an invitation in the account's own name. */
  respond?(
    context: Context,
    event: string,
    answer: { status: keyof typeof AttendeeStatus; comment?: string },
  ): Promise<Event>;
  /** When each calendar is taken, in order and disjoint; aligned, an `Error` for each that failed. */
  busy?(context: Context, calendars: readonly string[], window: TimeWindow): Promise<(TimeWindow[] | Error)[]>;
  /** The bytes of an attachment that the service keeps itself. */
  attachment?(context: Context, event: string, attachment: string): Promise<Download>;
}
