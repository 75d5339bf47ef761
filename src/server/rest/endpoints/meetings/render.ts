import { z } from "zod";
import type { Booked } from "../../../../unified/meetings/booking.js";
import type { OwnWindow } from "../../../../unified/meetings/windows.js";
import type { Call } from "../../call.js";
import { text } from "../../parameters.js";
import { idOf } from "../../render/idOf.js";

/** The category of these objects, which no account has. */
export const API = "meeting_scheduler";

export const windowSchema = z
  .object({
    id: text,
    title: text,
    location: text,
    description: text,
    duration: z.int().describe("Minutes, as buffers and intervals are."),
    organizer: text,
    time_zone: text,
    booking_calendar_id: text,
    availability_range: z.int().describe("Days."),
    time_buffer_before: z.int(),
    time_buffer_after: z.int(),
    time_slot_interval: z.int(),
    allow_event_metadata: z.boolean(),
    default_event_metadata: z.record(text, z.unknown()),
    availability: z.object({
      end_repeat: text,
      available_times: z.array(
        z.object({
          start: text,
          end: text,
          recurring: z.object({ month: text, day: text, weekday: text }).nullable(),
        }),
      ),
    }),
    recaptcha_site_key: z.null(),
    created: text,
    modified: text,
    type: z.literal("window"),
    api: z.literal(API),
    href: z.url(),
  })
  .meta({ id: "MeetingWindow", description: "When others may book a time in a calendar." });

export const renderWindow = (
  { window, account }: OwnWindow,
  { base }: Pick<Call, "base">,
): z.output<typeof windowSchema> => ({
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

export const meetingSchema = z
  .object({
    id: text.describe("Of the calendar's event."),
    scheduled_event_id: text.describe("Of the booking: whoever has it may move or cancel the meeting."),
    meeting_window_id: text,
    name: text.nullable(),
    description: text.nullable(),
    location: text.nullable(),
    start: text,
    end: text,
    attendees: z.array(z.object({ id: text.nullable(), name: text.nullable(), email: text.nullable() })),
    type: z.literal("event"),
    api: z.literal(API),
    href: z.url(),
  })
  .meta({ id: "Meeting", description: "A meeting that was booked." });

export const renderMeeting = (
  { meeting, event }: Booked,
  { base }: Pick<Call, "base">,
): z.output<typeof meetingSchema> => ({
  id: String(event.id),
  scheduled_event_id: meeting.id,
  meeting_window_id: meeting.window,
  name: event.name,
  description: event.description,
  location: event.location,
  start: event.start,
  end: event.end,
  attendees: event.attendees.map(({ id, name, email }) => ({ id: id && idOf(id), name, email })),
  type: "event",
  api: API,
  href: `${base}/v1/meetings/events/${meeting.id}`,
});
