import { attachmentsOf, type EventAttachment } from "./attachments.js";
import { isComponent } from "./lines.js";
import type { Occurrence } from "./occurrences.js";
import { attendeesOf, type EventAttendee, type EventPerson, personOf } from "./people.js";
import { type CalendarEvent, recurs } from "./read.js";
import { recurrenceLines } from "./recurrence.js";
import { type EventReminder, remindersOf } from "./reminders.js";
import { endOf, instantOf, momentsOf, properties, propertyOf, textOf, unescapeText } from "./values.js";
import { toIso, UTC } from "./zones.js";

export type EventStatus = "CONFIRMED" | "TENTATIVE" | "CANCELLED";
export type RecurrenceType = "SOLO" | "RECURRING" | "RECURRING_MASTER";

/** What a VEVENT says of a unified event, ids apart. Times are ISO 8601 in UTC, zones IANA names. */
export interface EventFields {
  name: string | null;
  description: string | null;
  location: string | null;
  /** Midnights in UTC when all day; then `end` is exclusive. */
  start: string;
  /** Null for UTC and for zones that only the text defines. */
  startTimeZone: string | null;
  end: string;
  endTimeZone: string | null;
  allDay: boolean;
  status: EventStatus | null;
  /** CLASS: `public`, `private`, `confidential`. */
  visibility: "public" | "private" | "confidential" | null;
  /** Does not block time. */
  transparent: boolean;
  /** iCalendar knows neither. */
  creator: null;
  owner: null;
  organizer: EventPerson | null;
  attendees: EventAttendee[];
  attachments: EventAttachment[];
  reminders: EventReminder[];
  /** RFC 5545 lines as written; empty for an instance. */
  recurrence: string[];
  recurrenceType: RecurrenceType;
  /** Properties of the `X-` kind; the key is the name in capitals. */
  customProperties: { key: string; value: string }[];
  created: string | null;
  /** LAST-MODIFIED, else DTSTAMP. */
  modified: string | null;
  uid: string;
  /** The start that the series gave to this instance; null for the event itself. */
  recurrenceId: string | null;
  sequence: number;
}

/** With an occurrence: as that one instance. Without: the event, or the series' master. */
export const toEventFields = (event: CalendarEvent, occurrence?: Occurrence): EventFields => {
  const { component, start, length } = event;
  const begin = occurrence?.start ?? toIso(instantOf(start));
  const recurrenceId =
    occurrence?.recurrenceId ?? (event.recurrenceId === null ? null : toIso(instantOf(event.recurrenceId)));
  const isInstance = recurrenceId !== null;
  const isSeries = !isInstance && recurs(event);
  return {
    name: textOf(component, "SUMMARY"),
    description: textOf(component, "DESCRIPTION"),
    location: textOf(component, "LOCATION"),
    start: begin,
    startTimeZone: start.isDate ? null : start.zone.name,
    end: occurrence?.end ?? toIso(endOf(start, length)),
    endTimeZone: start.isDate ? null : event.endZone.name,
    allDay: start.isDate,
    status: oneOf(textOf(component, "STATUS")?.toUpperCase(), ["CONFIRMED", "TENTATIVE", "CANCELLED"]),
    visibility: oneOf(textOf(component, "CLASS")?.toLowerCase(), ["public", "private", "confidential"]),
    transparent: isTransparent(event),
    creator: null,
    owner: null,
    organizer: personOf(component, "ORGANIZER"),
    attendees: attendeesOf(component),
    attachments: attachmentsOf(component),
    reminders: remindersOf(event),
    recurrence: isInstance ? [] : recurrenceLines(component),
    recurrenceType: isSeries ? "RECURRING_MASTER" : isInstance ? "RECURRING" : "SOLO",
    customProperties: customPropertiesOf(event),
    created: timeOf(event, "CREATED"),
    modified: timeOf(event, "LAST-MODIFIED") ?? timeOf(event, "DTSTAMP"),
    uid: event.uid,
    recurrenceId,
    sequence: sequenceOf(event),
  };
};

/** RFC 5545, 3.8.2.7: opaque unless it says otherwise. */
export const isTransparent = ({ component }: CalendarEvent): boolean =>
  textOf(component, "TRANSP")?.trim().toUpperCase() === "TRANSPARENT";

const sequenceOf = ({ component }: CalendarEvent): number => {
  const value: unknown = properties(component, "SEQUENCE")[0]?.toJSON()[3];
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : 0;
};

const timeOf = ({ component }: CalendarEvent, name: string): string | null => {
  const property = properties(component, name)[0];
  const moment = property && momentsOf(property, () => UTC)[0];
  return moment ? toIso(instantOf(moment)) : null;
};

/** Values that declare another type than text are told as they are written. */
const customPropertiesOf = ({ component }: CalendarEvent): { key: string; value: string }[] =>
  component.items.flatMap((item) => {
    if (isComponent(item) || !item.name.startsWith("X-")) return [];
    const property = propertyOf(item);
    if (!property) return [];
    const value: unknown = property.toJSON()[3];
    if (typeof value !== "string") return [];
    return [{ key: item.name, value: property.type === "unknown" ? unescapeText(value) : value }];
  });

const oneOf = <T extends string>(value: string | undefined, known: readonly T[]): T | null =>
  known.find((each) => each === value?.trim()) ?? null;
