import type { Calendar } from "../../../../schema/calendar/calendar.js";
import type { Event } from "../../../../schema/calendar/event.js";
import { ApiError } from "../../../errors.js";
import type { Context, EventDraft, Text } from "../../connector.js";
import type { EventDraft as Written } from "../../families/icalendar/draft.js";
import { toEventFields } from "../../families/icalendar/fields.js";
import { printStream } from "../../families/icalendar/lines.js";
import type { EventReminder } from "../../families/icalendar/reminders.js";
import { toIso } from "../../families/icalendar/zones.js";
import { split } from "../names.js";
import { toNative, uidKey } from "./ids.js";
import type { Entry } from "./lists.js";
import type { Sheet } from "./sheets.js";

/** Called as its text says, else as its file is. */
export const toCalendar = (context: Context, id: string, sheet: Sheet | null, primary: boolean): Calendar => ({
  id: context.ref("calendar", id),
  api: "calendar",
  type: "calendar",
  name: sheet?.calendar?.name ?? split(id).name.replace(/\.ics$/i, ""),
  description: sheet?.calendar?.description ?? null,
  location: null,
  timeZone: sheet?.calendar?.timeZone ?? null,
  primary,
  created: sheet?.created ?? null,
  modified: sheet?.modified ?? null,
  raw: context.raw
    ? { id, type: "calendar", object: { path: id, size: sheet ? Number(sheet.stamp.size) : null }, headers: null }
    : undefined,
});

export const toEvent = (context: Context, { id, sheet, series, event, start, end, original }: Entry): Event => {
  const recurrenceId = original === null ? null : toIso(original);
  const {
    uid: _,
    recurrenceId: __,
    sequence: ___,
    ...fields
  } = toEventFields(
    event,
    original === null ? undefined : { event, start: toIso(start), end: toIso(end), recurrenceId },
  );
  const master = { file: sheet.id, uid: uidKey(series.uid), instance: null };
  return {
    id: context.ref("event", id),
    api: "calendar",
    type: "event",
    ...fields,
    useDefaultReminder: null,
    attendees: fields.attendees.map((attendee, number) => ({
      ...attendee,
      id: context.ref("attendee", `${id}\n${number}`),
    })),
    attachments: fields.attachments.map((attachment, number) => ({
      ...attachment,
      id: context.ref("attachment", `${id}\n${number}`),
      inline: null,
      parentId: attachment.inline ? context.ref("event", id) : null,
    })),
    calendarId: context.ref("calendar", sheet.id),
    recurringMasterId: original === null || !series.master ? null : context.ref("event", toNative(master)),
    raw: context.raw
      ? { id, type: "event", object: { vevent: printStream([event.component]) }, headers: null }
      : undefined,
  };
};

/** What is to be written of an event. Throws for what no iCalendar text can say. */
export const toWritten = ({ calendar: _, raw, useDefaultReminder, ...draft }: EventDraft): Written => {
  if (raw !== undefined || useDefaultReminder)
    throw new ApiError("not_implemented", "An .ics file has neither default reminders nor fields of its own.");
  for (const name of ["start", "end", "allDay", "status"] as const)
    if (draft[name] === null) throw new ApiError("invalid_parameters", `\`${name}\` cannot be empty.`);
  const { visibility, reminders, customProperties, ...same } = draft;
  return {
    ...same,
    ...(visibility === undefined ? {} : { visibility: visibilityOf(visibility) }),
    ...(reminders === undefined ? {} : { reminders: (reminders ?? []).map(toReminder) }),
    ...(customProperties
      ? { customProperties: customProperties.map(({ key, value = null }) => ({ key, value })) }
      : {}),
  };
};

const visibilityOf = (visibility: Text): NonNullable<Written["visibility"]> | null => {
  if (visibility === null || visibility === "public" || visibility === "private" || visibility === "confidential")
    return visibility;
  throw new ApiError("invalid_parameters", "`visibility` is public, private or confidential.");
};

const toReminder = ({ minutes, method }: { minutes: number; method?: Text }): EventReminder => {
  if (method === "email") return { minutes, method };
  if (method == null || method === "popup") return { minutes, method: "popup" };
  throw new ApiError("invalid_parameters", "A reminder's `method` is popup or email.");
};
