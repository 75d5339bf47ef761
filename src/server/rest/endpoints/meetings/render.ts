import type { Booked } from "../../../../unified/meetings/booking.js";
import type { OwnWindow } from "../../../../unified/meetings/windows.js";
import type { Call } from "../../call.js";

/** The category of these objects, which no account has. */
export const API = "meeting_scheduler";

export const renderWindow = ({ window, account }: OwnWindow, { base }: Pick<Call, "base">) => ({
  id: window.id,
  title: window.title,
  location: window.location,
  description: window.description,
  duration: window.duration,
  organizer: window.organizer,
  time_zone: window.timeZone,
  booking_calendar_id: String(account.ref("calendar", "calendar", window.calendar)),
  availability_range: window.range,
  time_buffer_before: window.bufferBefore,
  time_buffer_after: window.bufferAfter,
  time_slot_interval: window.interval,
  allow_event_metadata: window.allowMetadata,
  default_event_metadata: window.metadata,
  availability: { end_repeat: window.endRepeat ?? "NEVER", available_times: window.times },
  recaptcha_site_key: null,
  created: window.created,
  modified: window.modified,
  type: "window",
  api: API,
  href: `${base}/v1/meetings/windows/${window.id}`,
});

export const renderMeeting = ({ meeting, event }: Booked, { base }: Pick<Call, "base">) => ({
  id: String(event.id),
  scheduled_event_id: meeting.id,
  meeting_window_id: meeting.window,
  name: event.name,
  description: event.description,
  location: event.location,
  start: event.start,
  end: event.end,
  attendees: event.attendees.map(({ id, name, email }) => ({ id: id && String(id), name, email })),
  type: "event",
  api: API,
  href: `${base}/v1/meetings/events/${meeting.id}`,
});
