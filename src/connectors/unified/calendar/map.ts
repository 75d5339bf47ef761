import type { Attendee, AttendeeStatus } from "../../../../schema/calendar/attendee.js";
import type { Calendar } from "../../../../schema/calendar/calendar.js";
import type { Event, EventStatus } from "../../../../schema/calendar/event.js";
import type { Attachment } from "../../../../schema/common/attachment.js";
import { attachmentId, type Context, type EventDraft, personRef } from "../../connector.js";
import { common, named, refOf, toBody, toPerson } from "../map.js";
import { within } from "../within.js";
import type { WireCalendar, WireEvent } from "./wire.js";

export const toCalendar = (context: Context, { timezone, ...wire }: WireCalendar): Calendar => ({
  ...named(wire),
  ...common(context, "calendar", "calendar", wire),
  timeZone: timezone,
  primary: wire.primary ?? false,
});

export const toEvent = (
  context: Context,
  { calendar_id, recurring_master_id, ...wire }: WireEvent,
  asked: string,
): Event => {
  const calendar = calendar_id ?? asked;
  const native = within(calendar, wire.id);
  return {
    ...named(wire),
    ...common(context, "calendar", "event", { ...wire, id: native }),
    allDay: wire.all_day ?? false,
    status: toWord<keyof typeof EventStatus>(STATUSES, wire.status),
    creator: toPerson(context, wire.creator),
    organizer: toPerson(context, wire.organizer),
    owner: toPerson(context, wire.owner),
    attendees: wire.attendees.map((attendee) => toAttendee(context, attendee)),
    attachments: wire.attachments.map((attachment) => toAttachment(context, native, attachment)),
    recurrence: wire.recurrence.map(({ rrule }) => rrule),
    recurrenceType: TYPES[wire.recurrence_type],
    calendarId: context.ref("calendar", calendar),
    recurringMasterId:
      recurring_master_id === null ? null : context.ref("event", within(calendar, recurring_master_id)),
  };
};

const TYPES = { solo: "SOLO", recurring: "RECURRING", recurring_master: "RECURRING_MASTER" } as const;
const STATUSES: ReadonlySet<string> = new Set(["CONFIRMED", "TENTATIVE", "CANCELLED"]);
const ANSWERS: ReadonlySet<string> = new Set(["PENDING", "ACCEPTED", "DECLINED", "TENTATIVE", "UNCONFIRMED"]);

/** A word of the graph's, in capitals; null for one that it does not have. */
const toWord = <Word extends string>(words: ReadonlySet<string>, said: string | null): Word | null => {
  const word = said?.toUpperCase() ?? "";
  return words.has(word) ? (word as Word) : null;
};

const toAttendee = (context: Context, { id, ...wire }: WireEvent["attendees"][number]): Attendee => ({
  ...wire,
  id: id === null ? null : personRef(context, id),
  status: toWord<keyof typeof AttendeeStatus>(ANSWERS, wire.status),
});

const toAttachment = (
  context: Context,
  event: string,
  { id, name, mime_type, file_url }: WireEvent["attachments"][number],
): Attachment => ({
  id: id === null ? null : context.ref("attachment", attachmentId(event, id)),
  name,
  mimeType: mime_type,
  size: null,
  inline: null,
  url: file_url,
  parentId: file_url === null ? refOf(context, "event", event) : null,
});

export const toEventBody = ({ calendar: _, status, recurrence, attachments, ...draft }: EventDraft): object => ({
  ...toBody(draft),
  ...(status === undefined ? {} : { status: status.toLowerCase() }),
  ...(recurrence === undefined ? {} : { recurrence: recurrence.map((rrule) => ({ rrule })) }),
  ...(attachments === undefined
    ? {}
    : {
        attachments: attachments.map(({ name, url, mimeType }) => ({ name, mime_type: mimeType, file_url: url })),
      }),
});
