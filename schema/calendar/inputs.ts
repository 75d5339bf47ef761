import { Field, ID, InputType, Int } from "type-graphql";
import { DateTime, JsonObject } from "../common/scalars.js";
import { PropertyInput } from "../storage/inputs.js";
import { AttendeeStatus } from "./attendee.js";
import { EventStatus } from "./event.js";

@InputType()
abstract class CalendarFields {
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => String, { nullable: true })
  description?: string | null;
  @Field(() => String, { nullable: true })
  location?: string | null;
  @Field(() => String, { nullable: true, description: "IANA: Europe/Berlin; an old name such as US/Pacific as well." })
  timeZone?: string | null;
  @Field(() => JsonObject, { nullable: true, description: "Fields of the service's own, laid over the others." })
  raw?: Record<string, unknown> | null;
}
@InputType({ description: "Makes a calendar." })
export class CreateCalendarInput extends CalendarFields {
  @Field(() => ID, { description: "The connected account to make it in." })
  account!: string;
  @Field(() => String)
  override name!: string;
}
@InputType({ description: "Absent fields stay as they are; null clears." })
export class UpdateCalendarInput extends CalendarFields {
  @Field(() => ID)
  id!: string;
}

@InputType({ description: "Somebody, or something, to be invited. Who is invited already keeps the answer given." })
export class AttendeeInput {
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => String)
  email!: string;
  @Field(() => Boolean, { nullable: true, description: "False: may stay away." })
  required?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: "A room, or a thing." })
  resource?: boolean | null;
}

@InputType({ description: "When to remind somebody of an event." })
export class ReminderInput {
  @Field(() => Int, { description: "Before the start." })
  minutes!: number;
  @Field(() => String, { nullable: true, description: "popup, email …" })
  method?: string | null;
}

@InputType({ description: "A file in the web that goes with an event." })
export class EventAttachmentInput {
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => String, { description: "Its address: http or https." })
  url!: string;
  @Field(() => String, { nullable: true })
  mimeType?: string | null;
}

@InputType()
abstract class EventFields {
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => String, { nullable: true })
  description?: string | null;
  @Field(() => String, { nullable: true })
  location?: string | null;
  @Field(() => DateTime, { nullable: true })
  start?: string | null;
  @Field(() => String, { nullable: true, description: "IANA. A series keeps its time of day there." })
  startTimeZone?: string | null;
  @Field(() => DateTime, { nullable: true, description: "Does not belong to it any more." })
  end?: string | null;
  @Field(() => String, { nullable: true, description: "IANA." })
  endTimeZone?: string | null;
  @Field(() => Boolean, { nullable: true, description: "Then `start` and `end` are midnights as if in UTC." })
  allDay?: boolean | null;
  @Field(() => EventStatus, { nullable: true })
  status?: keyof typeof EventStatus | null;
  @Field(() => String, { nullable: true, description: "public, private or confidential." })
  visibility?: string | null;
  @Field(() => Boolean, { nullable: true, description: "True: the time stays free." })
  transparent?: boolean | null;
  @Field(() => [AttendeeInput], { nullable: true, description: "All of them." })
  attendees?: AttendeeInput[] | null;
  @Field(() => [EventAttachmentInput], {
    nullable: true,
    description: "All that lie in the web; those that the service keeps itself stay.",
  })
  attachments?: EventAttachmentInput[] | null;
  @Field(() => [ReminderInput], { nullable: true, description: "All of them." })
  reminders?: ReminderInput[] | null;
  @Field(() => Boolean, { nullable: true, description: "To be reminded as the calendar does by default." })
  useDefaultReminder?: boolean | null;
  @Field(() => [String], {
    nullable: true,
    description: "Lines of RFC 5545: RRULE, RDATE, EXDATE. An empty list makes a series a single event.",
  })
  recurrence?: string[] | null;
  @Field(() => [PropertyInput], { nullable: true, description: "The named ones change, the others stay." })
  customProperties?: PropertyInput[] | null;
  @Field(() => JsonObject, { nullable: true, description: "Fields of the service's own, laid over the others." })
  raw?: Record<string, unknown> | null;
}
@InputType({ description: "Makes an event, or with `recurrence` a series of events." })
export class CreateEventInput extends EventFields {
  @Field(() => ID)
  calendar!: string;
  @Field(() => DateTime)
  override start!: string;
  @Field(() => DateTime, { description: "Does not belong to it any more." })
  override end!: string;
}
@InputType({
  description: "Absent fields stay as they are; null clears. Of a series all of it changes, of an instance that one.",
})
export class UpdateEventInput extends EventFields {
  @Field(() => ID)
  id!: string;
}

@InputType({ description: "An answer in the account's own name: to a series as a whole, or to one instance." })
export class RespondToEventInput {
  @Field(() => ID)
  id!: string;
  @Field(() => AttendeeStatus)
  status!: keyof typeof AttendeeStatus;
  @Field(() => String, { nullable: true })
  comment?: string | null;
}
