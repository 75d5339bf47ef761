import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Info, Resolver, Root } from "type-graphql";
import { Calendar, CalendarConnection } from "../../schema/calendar/calendar.js";
import { Event, EventConnection } from "../../schema/calendar/event.js";
import { Account } from "../../schema/common/account.js";
import type { ConnectionOf } from "../../schema/common/page.js";
import { DateTime } from "../../schema/common/scalars.js";
import { type EventQuery, PRIMARY } from "../../src/connectors/connector.js";
import type { Context } from "../context.js";
import { Call, Listed } from "../cost.js";
import { listed } from "../listed.js";
import { connection, PageArguments } from "../page.js";
import { accountOf, apisOf, follow } from "../walk.js";
import { agendaWindow, checkWindow } from "./window.js";

@ArgsType()
class EventsArguments extends PageArguments {
  @Field(() => DateTime, { nullable: true, description: "Default: today, in UTC; without expanding, from ever on." })
  start?: string | null;
  @Field(() => DateTime, { nullable: true, description: "Default: a year after `start`; at most ten years after it." })
  end?: string | null;
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: true,
    description: "Series as their instances; otherwise as their masters, with what departs from them.",
  })
  expand?: boolean | null;
  @Field(() => String, { nullable: true, description: "Words that all must be found." })
  query?: string | null;
}

@ArgsType()
class InstancesArguments extends PageArguments {
  @Field(() => DateTime)
  start!: string;
  @Field(() => DateTime)
  end!: string;
}

@Resolver(() => Account)
export class AccountCalendarResolver {
  @Call()
  @Listed()
  @FieldResolver(() => CalendarConnection, { nullable: true, description: "Null where it has no calendars." })
  calendars(
    @Args(() => PageArguments) page: PageArguments,
    @Root() root: Account,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<Calendar>> | null {
    const account = accountOf(root);
    return account.has("calendar") ? listed(context, apisOf(account, info).calendar.calendars, {}, page) : null;
  }

  @Call()
  @FieldResolver(() => Calendar, { nullable: true })
  calendar(
    @Arg("id", () => ID, { defaultValue: PRIMARY, description: "`primary` is the account's primary calendar." })
    id: string,
    @Root() root: Account,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Calendar> | null {
    const account = accountOf(root);
    if (!account.has("calendar")) return null;
    const ref =
      id === PRIMARY ? account.ref("calendar", "calendar", PRIMARY) : account.own(id, "calendar", ["calendar"]);
    return follow<Calendar>(context, info, ref);
  }
}

@Resolver(() => Calendar)
export class CalendarResolver {
  @Call()
  @Listed()
  @FieldResolver(() => EventConnection, { nullable: true, description: "What overlaps the window, ordered by start." })
  events(
    @Args(() => EventsArguments) { start, end, expand, query, ...page }: EventsArguments,
    @Root() calendar: Calendar,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<Event>> {
    const isExpanded = expand ?? true;
    const said = { ...(start == null ? {} : { start }), ...(end == null ? {} : { end }) };
    const asked: EventQuery = {
      calendar: calendar.id.native,
      ...(isExpanded ? agendaWindow(start, end) : said),
      expand: isExpanded,
      ...(query == null || query.trim() === "" ? {} : { query }),
    };
    return listed(context, apisOf(accountOf(calendar), info).calendar.events, asked, page);
  }
}

@Resolver(() => Event)
export class EventResolver {
  @Call()
  @FieldResolver(() => Calendar, { nullable: true })
  calendar(@Root() { calendarId }: Event, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<Calendar>(context, info, calendarId);
  }

  @Call()
  @FieldResolver(() => Event, { nullable: true, description: "The series that it is an instance of." })
  recurringMaster(@Root() { recurringMasterId }: Event, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return follow<Event>(context, info, recurringMasterId);
  }

  @Call()
  @Listed()
  @FieldResolver(() => EventConnection, {
    nullable: true,
    description: "Of a series; within ten years at most. Null for what is none.",
  })
  instances(
    @Args(() => InstancesArguments) { start, end, ...page }: InstancesArguments,
    @Root() event: Event,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<Event>> | null {
    if (event.recurrenceType !== "RECURRING_MASTER") return null;
    const window = checkWindow({ start, end });
    const { calendar } = apisOf(accountOf(event), info);
    return connection(page, (paging) => calendar.instances(event.id.native, { ...window, ...paging }));
  }
}
