import { Field, registerEnumType } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { ApiObject } from "../common/apiObject.js";
import { Attachment } from "../common/attachment.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { Person } from "../common/person.js";
import { Resource } from "../common/resource.js";
import { DateTime } from "../common/scalars.js";
import { Property } from "../storage/property.js";
import { Attendee } from "./attendee.js";
import { Reminder } from "./reminder.js";

export const EventStatus = { CONFIRMED: "CONFIRMED", TENTATIVE: "TENTATIVE", CANCELLED: "CANCELLED" } as const;
registerEnumType(EventStatus, {
  name: "EventStatus",
  description: "How sure it is that it takes place. CANCELLED: it does not.",
});

export const RecurrenceType = { SOLO: "SOLO", RECURRING: "RECURRING", RECURRING_MASTER: "RECURRING_MASTER" } as const;
registerEnumType(RecurrenceType, {
  name: "RecurrenceType",
  description: "SOLO: happens once. RECURRING: one instance of a series. RECURRING_MASTER: the series itself.",
});

@ApiObject({ implements: Resource, description: "Something that takes place, once or in a series." })
export class Event extends Resource {
  declare api: "calendar";
  declare type: "event";
  @Field(() => String, { nullable: true })
  name!: string | null;
  @Field(() => String, { nullable: true })
  description!: string | null;
  @Field(() => String, { nullable: true })
  location!: string | null;
  @Field(() => DateTime, {
    description: "In UTC. Of a day-long event: the midnight with which its first day begins, as if it were in UTC.",
  })
  start!: string;
  @Field(() => String, { nullable: true, description: "IANA: Europe/Berlin." })
  startTimeZone!: string | null;
  @Field(() => DateTime, { description: "Does not belong to it any more." })
  end!: string;
  @Field(() => String, { nullable: true, description: "IANA: Europe/Berlin." })
  endTimeZone!: string | null;
  @Field(() => Boolean)
  allDay!: boolean;
  @Field(() => EventStatus, { nullable: true })
  status!: keyof typeof EventStatus | null;
  @Field(() => String, { nullable: true, description: "public, private or confidential." })
  visibility!: string | null;
  @Field(() => Boolean, { nullable: true, description: "True: the time stays free." })
  transparent!: boolean | null;
  @Field(() => Person, { nullable: true })
  creator!: Person | null;
  @Field(() => Person, { nullable: true })
  organizer!: Person | null;
  @Field(() => Person, { nullable: true })
  owner!: Person | null;
  @Field(() => [Attendee])
  attendees!: Attendee[];
  @Field(() => [Attachment])
  attachments!: Attachment[];
  @Field(() => [Reminder])
  reminders!: Reminder[];
  @Field(() => Boolean, { nullable: true, description: "Reminded as the calendar does by default." })
  useDefaultReminder!: boolean | null;
  @Field(() => [String], { description: "Lines of RFC 5545: RRULE, RDATE, EXDATE. Only of a series." })
  recurrence!: string[];
  @Field(() => RecurrenceType)
  recurrenceType!: keyof typeof RecurrenceType;
  @Field(() => [Property])
  customProperties!: Property[];
  @Field(() => DateTime, { nullable: true })
  created!: string | null;
  @Field(() => DateTime, { nullable: true })
  modified!: string | null;
  /** Not exposed: `calendar` follows it. */
  calendarId!: Ref | null;
  /** Not exposed: `recurringMaster` follows it. Only of an instance. */
  recurringMasterId!: Ref | null;
}
registerType("calendar.event", "Event");

export const EventConnection = connectionOf<Event>("Event", () => Event);
