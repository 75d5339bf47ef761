import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, Authorized, Ctx, Field, ID, Info, Query, Resolver } from "type-graphql";
import { TimeWindow, TimeWindowInput } from "../../schema/calendar/timeWindow.js";
import { ApiEnum } from "../../schema/common/api.js";
import { DateTime } from "../../schema/common/scalars.js";
import type { FeedOf } from "../../schema/questions/feed.js";
import { EventFeed, FileFeed, MessageFeed, SearchConnection } from "../../schema/questions/feeds.js";
import { PRIMARY } from "../../src/connectors/connector.js";
import { ApiError } from "../../src/errors.js";
import type { Api } from "../../src/ids.js";
import { type AskedCalendar, availability } from "../../src/unified/calendar/availability.js";
import { accountsFor } from "../../src/unified/questions/accounts.js";
import { agenda, files, inbox, SEARCHED, search } from "../../src/unified/questions/questions.js";
import { openAccount } from "../common/account.js";
import type { Context } from "../context.js";
import { Call, Listed } from "../cost.js";
import { askedBy, FeedArguments, toFeed } from "./feed.js";

@ArgsType()
class SearchArguments extends FeedArguments {
  @Field(() => String)
  query!: string;
  @Field(() => [ApiEnum], { nullable: true, description: "Only in these categories." })
  api?: Api[] | null;
}

@ArgsType()
class FilesArguments extends FeedArguments {
  @Field(() => String, { nullable: true, description: "Words of their names; absent: the newest files." })
  query?: string | null;
  @Field(() => DateTime, { nullable: true, description: "Only files changed after it." })
  since?: string | null;
}

@ArgsType()
class AgendaArguments extends FeedArguments {
  @Field(() => DateTime)
  start!: string;
  @Field(() => DateTime)
  end!: string;
}

@ArgsType()
class InboxArguments extends FeedArguments {
  @Field(() => String, { nullable: true, description: "Words that a message holds." })
  query?: string | null;
  @Field(() => Boolean, { nullable: true, description: "Only mails that have not been read." })
  unread?: boolean | null;
}

/** Questions over many accounts: answered side by side, merged in a stable order behind one cursor. */
@Resolver()
export class QuestionsResolver {
  @Authorized("read")
  @Call()
  @Listed()
  @Query(() => SearchConnection, { description: "Objects of every kind, as the services rank them, in turn." })
  async search(
    @Args(() => SearchArguments) { query, api, ...rest }: SearchArguments,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedOf<unknown>> {
    checkQuery(query);
    const apis = SEARCHED.filter((one) => !api || api.includes(one));
    const asked = await askedBy(context, info, rest, apis);
    return toFeed(context, info, await search(asked, query, apis), rest.after != null);
  }

  @Authorized("read")
  @Call()
  @Listed()
  @Query(() => FileFeed, { description: "Files, the newest first; with `query` as the services rank them, in turn." })
  async files(
    @Args(() => FilesArguments) { query, since, ...rest }: FilesArguments,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedOf<unknown>> {
    if (query != null) checkQuery(query);
    const asked = await askedBy(context, info, rest, ["storage"]);
    return toFeed(context, info, await files(asked, query ?? null, since ?? null), rest.after != null);
  }

  @Authorized("read")
  @Call()
  @Listed()
  @Query(() => EventFeed, { description: "Events of all calendars, by their start." })
  async agenda(
    @Args(() => AgendaArguments) { start, end, ...rest }: AgendaArguments,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedOf<unknown>> {
    checkSpan(start, end);
    const asked = await askedBy(context, info, rest, ["calendar"]);
    return toFeed(context, info, await agenda(asked, { start, end }), rest.after != null);
  }

  @Authorized("read")
  @Call()
  @Listed()
  @Query(() => MessageFeed, { description: "Mails and chat messages, the newest first." })
  async inbox(
    @Args(() => InboxArguments) { query, unread, ...rest }: InboxArguments,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedOf<unknown>> {
    if (query != null) checkQuery(query);
    const asked = await askedBy(context, info, rest, unread ? ["email"] : ["email", "messaging"]);
    const question = { ...(query == null ? {} : { query }), ...(unread ? { unread } : {}) };
    return toFeed(context, info, await inbox(asked, question), rest.after != null);
  }

  @Authorized("read")
  @Call()
  @Query(() => [TimeWindow], {
    nullable: true,
    description:
      "When all of these calendars are free for so long, within the windows; each window by itself, in UTC. Null, with an error, when any of them cannot be asked.",
  })
  async availability(
    @Arg("calendars", () => [ID], {
      nullable: true,
      description:
        "A person is one as well, by the e-mail address as a raw id, where an account can `calendar.busy.people`.",
    })
    calendars: string[] | null,
    @Arg("accounts", () => [ID], {
      nullable: true,
      description: "Their primary calendars. Without calendars and accounts: those of all accounts.",
    })
    accounts: string[] | null,
    @Arg("duration", () => String, { description: "ISO 8601: PT1H." }) duration: string,
    @Arg("windows", () => [TimeWindowInput]) windows: TimeWindowInput[],
    @Ctx() context: Context,
  ): Promise<TimeWindow[]> {
    return availability(await calendarsFor(context, calendars, accounts), windows, duration);
  }
}

/** The named calendars, and the primary one of each named account; without any, of all accounts that have calendars. */
const calendarsFor = async (
  { session }: Context,
  calendars: readonly string[] | null,
  accounts: readonly string[] | null,
): Promise<AskedCalendar[]> => {
  const named = await Promise.all((calendars ?? []).map((id) => session.resolveAs(id, "calendar", ["calendar"])));
  const asked = named.map(({ scope, native }) => ({ account: scope, calendar: native }));
  if (calendars && !accounts) return asked;
  const of = accounts && (await Promise.all(accounts.map((id) => openAccount({ session }, id))));
  const primary = (await accountsFor(session, of, ["calendar"])).map(
    (account): AskedCalendar => ({ account, calendar: PRIMARY, ...(of ? {} : { ifAny: true }) }),
  );
  return [...asked, ...primary];
};

const checkQuery = (query: string): void => {
  if (query.trim() === "") throw new ApiError("invalid_parameters", "`query` must not be empty.");
};

const LONGEST_SPAN = 10 * 366 * 86_400_000; // milliseconds

export const checkSpan = (start: string, end: string): void => {
  const span = Date.parse(end) - Date.parse(start);
  if (!(span > 0)) throw new ApiError("invalid_parameters", "`end` must be after `start`.");
  if (span > LONGEST_SPAN)
    throw new ApiError("invalid_parameters", "From `start` to `end` it must not be more than ten years.");
};
