import { z } from "zod";
import { flag, list, moment, person, reference, resource, text, time } from "../wire.js";

/** Source: the unified API, "Calendar object". */
export const calendar = z.object({
  ...resource,
  name: z.string(),
  description: text,
  location: text,
  timezone: text,
  primary: flag,
  created: time,
  modified: time,
});

/** Source: the unified API, "Event object". */
export const event = z.object({
  ...resource,
  calendar_id: reference,
  recurring_master_id: reference,
  recurrence_type: z.enum(["solo", "recurring", "recurring_master"]).catch("solo"),
  recurrence: list(z.object({ rrule: z.string() })),
  name: text,
  description: text,
  location: text,
  start: moment,
  start_time_zone: text,
  end: moment,
  end_time_zone: text,
  all_day: flag,
  creator: person,
  owner: person,
  organizer: person,
  attendees: list(z.object({ id: reference, name: text, email: text, status: text, required: flag, resource: flag })),
  status: text,
  visibility: text,
  transparent: flag,
  reminders: list(z.object({ minutes: z.number(), method: text })),
  use_default_reminder: flag,
  attachments: list(z.object({ id: reference, name: text, mime_type: text, file_url: text })),
  custom_properties: list(z.object({ key: z.string(), value: text })),
  created: time,
  modified: time,
});

/** Source: the unified API, "Find availability". */
export const availability = z.object({ time_windows: z.array(z.object({ start: moment, end: moment })) });

export type WireCalendar = z.output<typeof calendar>;
export type WireEvent = z.output<typeof event>;
