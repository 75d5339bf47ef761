import { Arg, Authorized, Ctx, Mutation, Resolver } from "type-graphql";
import {
  CreateCalendarInput,
  CreateEventInput,
  RespondToEventInput,
  UpdateCalendarInput,
  UpdateEventInput,
} from "../../schema/calendar/inputs.js";
import { CalendarPayload, EventPayload } from "../../schema/calendar/payloads.js";
import { type Context, forgetReads } from "../context.js";
import { writing } from "../write.js";

@Resolver()
class RespondMutation {
  @Authorized("write")
  @Mutation(() => EventPayload, { description: "Accepts or declines an invitation." })
  async respondToEvent(
    @Arg("input", () => RespondToEventInput) { id, status, comment }: RespondToEventInput,
    @Ctx() context: Context,
  ): Promise<object> {
    const { scope, native } = await context.session.resolveAs(id, "calendar", ["event"]);
    const answer = { status, ...(comment == null ? {} : { comment }) };
    const event = await scope.apis(false).calendar.respond(native, answer);
    forgetReads(context);
    return { event };
  }
}

export const CalendarMutations = [
  writing({
    name: "Calendar",
    title: "a calendar",
    field: "calendar",
    api: "calendar",
    type: "calendar",
    collection: (account) => account.apis(false).calendar.calendars,
    payload: CalendarPayload,
    createInput: CreateCalendarInput,
    updateInput: UpdateCalendarInput,
    references: {},
  }),
  writing({
    name: "Event",
    title: "an event",
    field: "event",
    api: "calendar",
    type: "event",
    collection: (account) => account.apis(false).calendar.events,
    payload: EventPayload,
    createInput: CreateEventInput,
    updateInput: UpdateEventInput,
    references: { calendar: "calendar.calendar" },
    accountOf: async ({ session }, { calendar }) =>
      (await session.resolveAs(calendar as string, "calendar", ["calendar"])).scope,
  }),
  RespondMutation,
];
