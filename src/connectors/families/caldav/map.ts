import type { Attendee } from "../../../../schema/calendar/attendee.js";
import type { Event } from "../../../../schema/calendar/event.js";
import type { Attachment } from "../../../../schema/common/attachment.js";
import { ApiError } from "../../../errors.js";
import type { Context, EventDraft } from "../../connector.js";
import type { EventAttachment } from "../icalendar/attachments.js";
import type { EventDraft as Draft } from "../icalendar/draft.js";
import { toEventFields } from "../icalendar/fields.js";
import type { EventAttendee } from "../icalendar/people.js";
import { occurrenceOf, type Told } from "./found.js";
import { calendarPath, eventId } from "./ids.js";

export const toEvent = (context: Context, told: Told): Event => {
  const { resource, series } = told.entry;
  const occurrence = told.recurrenceId === null ? undefined : occurrenceOf(told);
  const { uid, recurrenceId, sequence, ...fields } = toEventFields(told.event, occurrence);
  const master = recurrenceId !== null && series.master ? eventId({ ...resource, recurrenceId: null }) : null;
  return {
    ...fields,
    id: context.ref("event", told.id),
    api: "calendar",
    type: "event",
    attendees: fields.attendees.map((attendee, number) => toAttendee(context, told.id, attendee, number)),
    attachments: fields.attachments.flatMap((attachment, number) => toAttachment(context, told.id, attachment, number)),
    useDefaultReminder: null,
    calendarId: context.ref("calendar", resource.calendar),
    recurringMasterId: master === null ? null : context.ref("event", master),
    raw: context.raw
      ? {
          id: uid,
          type: "VEVENT",
          object: {
            href: calendarPath(context, resource.calendar) + resource.name,
            "DAV:getetag": resource.etag,
            "calendar-data": resource.text,
            sequence,
          },
          headers: null,
        }
      : undefined,
  };
};

/** iCalendar gives nobody an id: a person is known by the place in the list. */
const toAttendee = (context: Context, event: string, attendee: EventAttendee, number: number): Attendee => ({
  ...attendee,
  id: context.ref("attendee", `${event}\n${number}`),
});

/** What is neither in the text nor in the web cannot be reached by anybody. */
const toAttachment = (
  context: Context,
  event: string,
  { inline, ...attachment }: EventAttachment,
  number: number,
): Attachment[] =>
  inline || attachment.url !== null
    ? [
        {
          ...attachment,
          id: context.ref("attachment", `${event}\n${number}`),
          inline: null,
          parentId: inline ? context.ref("event", event) : null,
        },
      ]
    : [];

/** Throws for what iCalendar cannot hold. */
export const toDraft = ({ calendar, visibility, reminders, useDefaultReminder, raw, ...draft }: EventDraft): Draft => {
  if (visibility != null && !isVisibility(visibility))
    throw new ApiError("invalid_parameters", "Visibility is public, private or confidential.");
  if (useDefaultReminder)
    throw new ApiError("not_implemented", "CalDAV knows no reminders that a calendar adds by default.");
  const own = Object.entries(raw ?? {}).map(([key, value]) => ({ key, value: value === null ? null : String(value) }));
  return {
    ...draft,
    ...(visibility === undefined ? {} : { visibility }),
    ...(reminders === undefined
      ? {}
      : {
          reminders: reminders?.map(({ minutes, method }) => ({
            minutes,
            method: method === "email" ? ("email" as const) : ("popup" as const),
          })),
        }),
    ...(own.length === 0 ? {} : { customProperties: [...(draft.customProperties ?? []), ...own] }),
  };
};

const isVisibility = (text: string): text is "public" | "private" | "confidential" =>
  ["public", "private", "confidential"].includes(text);
