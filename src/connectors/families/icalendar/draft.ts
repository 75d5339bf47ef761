import type { EventStatus } from "./fields.js";
import type { AttendeeStatus } from "./people.js";
import type { EventReminder } from "./reminders.js";

/** What to write of an event. Absent: stays as it is. Null: removed. */
export interface EventDraft {
  name?: string | null | undefined;
  description?: string | null | undefined;
  location?: string | null | undefined;
  /** ISO 8601 with a zone; of an event that is all day its date counts, as it is written. */
  start?: string | undefined;
  end?: string | undefined;
  /** IANA or Windows name, in which the event recurs. Null: UTC. */
  startTimeZone?: string | null | undefined;
  endTimeZone?: string | null | undefined;
  allDay?: boolean | undefined;
  status?: EventStatus | null | undefined;
  visibility?: "public" | "private" | "confidential" | null | undefined;
  transparent?: boolean | null | undefined;
  organizer?: { name?: string | null | undefined; email: string } | null | undefined;
  /** All of them. Who is known by the address keeps what the model does not know of him. */
  attendees?: readonly AttendeeDraft[] | null | undefined;
  /** All of them; alarms of other kinds stay. */
  reminders?: readonly EventReminder[] | null | undefined;
  /** All of those that lie in the web; inline ones stay. */
  attachments?: readonly AttachmentDraft[] | null | undefined;
  /** All lines; empty or null makes the series one event. */
  recurrence?: readonly string[] | null | undefined;
  /** The named ones change, a null value deletes one. Keys are names of iCalendar's `X-` kind. */
  customProperties?: readonly { key: string; value: string | null }[] | undefined;
}

export interface AttendeeDraft {
  email: string;
  name?: string | null | undefined;
  status?: AttendeeStatus | null | undefined;
  required?: boolean | null | undefined;
  resource?: boolean | null | undefined;
}

export interface AttachmentDraft {
  url: string;
  name?: string | null | undefined;
  mimeType?: string | null | undefined;
}
