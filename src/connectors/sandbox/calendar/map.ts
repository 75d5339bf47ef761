import type { Attendee } from "../../../../schema/calendar/attendee.js";
import type { Calendar } from "../../../../schema/calendar/calendar.js";
import type { Event } from "../../../../schema/calendar/event.js";
import type { Attachment } from "../../../../schema/common/attachment.js";
import type { Person } from "../../../../schema/common/person.js";
import { type Context, personRef } from "../../connector.js";
import type { WireCalendar, WireEvent, WirePerson } from "./wire.js";

export const toCalendar = (context: Context, wire: WireCalendar): Calendar => ({
  id: context.ref("calendar", wire.id),
  api: "calendar",
  type: "calendar",
  name: wire.name,
  description: wire.description,
  location: wire.location,
  timeZone: wire.time_zone,
  primary: wire.primary,
  created: wire.created_at,
  modified: wire.modified_at,
  raw: context.raw ? { id: wire.id, type: "calendar", object: wire, headers: null } : undefined,
});

export const toEvent = (context: Context, wire: WireEvent): Event => ({
  id: context.ref("event", wire.id),
  api: "calendar",
  type: "event",
  name: wire.title,
  description: wire.description,
  location: wire.location,
  start: wire.start,
  startTimeZone: wire.start_time_zone,
  end: wire.end,
  endTimeZone: wire.end_time_zone,
  allDay: wire.all_day,
  status: STATUS[wire.status],
  visibility: wire.visibility,
  transparent: wire.transparent,
  creator: toPerson(context, wire.creator),
  organizer: toPerson(context, wire.organizer),
  owner: toPerson(context, wire.organizer),
  attendees: wire.attendees.map((attendee, number) => toAttendee(context, wire.id, attendee, number)),
  attachments: wire.attachments.map((attachment) => toAttachment(context, wire.id, attachment)),
  reminders: wire.reminders,
  useDefaultReminder: wire.use_default_reminder,
  recurrence: wire.recurrence,
  recurrenceType: KINDS[wire.kind],
  customProperties: wire.properties,
  created: wire.created_at,
  modified: wire.modified_at,
  calendarId: context.ref("calendar", wire.calendar_id),
  recurringMasterId: wire.series_id === null ? null : context.ref("event", wire.series_id),
  raw: context.raw ? { id: wire.id, type: "event", object: wire, headers: null } : undefined,
});

const STATUS = { confirmed: "CONFIRMED", tentative: "TENTATIVE", cancelled: "CANCELLED" } as const;
const KINDS = { single: "SOLO", series: "RECURRING_MASTER", instance: "RECURRING" } as const;
const ANSWERS = { pending: "PENDING", accepted: "ACCEPTED", declined: "DECLINED", tentative: "TENTATIVE" } as const;

const toPerson = (context: Context, wire: WirePerson | null): Person | null =>
  wire && { id: wire.id === null ? null : personRef(context, wire.id), name: wire.name, email: wire.email };

const toAttendee = (
  context: Context,
  event: string,
  { id, name, email, status, required, resource }: WireEvent["attendees"][number],
  number: number,
): Attendee => ({
  id: id === null ? context.ref("attendee", `${event}\n${number}`) : personRef(context, id),
  name,
  email,
  status: ANSWERS[status],
  required,
  resource,
});

/** One attachment goes with many events, all instances of a series for instance. */
const toAttachment = (
  context: Context,
  event: string,
  { id, name, mime_type, size, url }: WireEvent["attachments"][number],
): Attachment => ({
  id: context.ref("attachment", `${event}\n${id}`),
  name,
  mimeType: mime_type,
  size,
  inline: null,
  url,
  parentId: url === null ? context.ref("event", event) : null,
});
