import type { GraphQLResolveInfo } from "graphql";
import { Args, ArgsType, Ctx, Field, FieldResolver, Info, Resolver, Root } from "type-graphql";
import { Attendee } from "../../schema/calendar/attendee.js";
import { Person } from "../../schema/common/person.js";
import { DateTime } from "../../schema/common/scalars.js";
import { Contact } from "../../schema/crm/contact.js";
import type { FeedOf } from "../../schema/questions/feed.js";
import { EventFeed, FileFeed, MessageFeed } from "../../schema/questions/feeds.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import type { Answer } from "../../src/unified/questions/answer.js";
import type { Asked } from "../../src/unified/questions/ask.js";
import { agenda, inbox, sharedFiles } from "../../src/unified/questions/questions.js";
import type { Context } from "../context.js";
import { Call, Listed } from "../cost.js";
import { askedBy, FeedArguments, toFeed } from "../questions/feed.js";
import { checkSpan } from "../questions/questions.js";

@ArgsType()
class MeetingsArguments extends FeedArguments {
  @Field(() => DateTime, { nullable: true, description: "Absent: now." })
  start?: string | null;
  @Field(() => DateTime, { nullable: true, description: "Absent: a year after `start`." })
  end?: string | null;
}

/** What the caller's other accounts know of a contact: by e-mail address, wherever it appears. */
@Resolver(() => Contact)
export class ContactElsewhereResolver {
  @Call()
  @Listed()
  @FieldResolver(() => MessageFeed, {
    nullable: true,
    description: "Mails and chat messages from or to the contact, the newest first, of the caller's accounts.",
  })
  correspondence(
    @Args(() => FeedArguments) rest: FeedArguments,
    @Root() { email }: Contact,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedOf<unknown>> | null {
    return elsewhere(email, context, info, rest, ["email", "messaging"], (asked, participant) =>
      inbox(asked, { participant }),
    );
  }

  @Call()
  @Listed()
  @FieldResolver(() => EventFeed, {
    nullable: true,
    description: "Events that the contact is invited to or organizes, by their start, of the caller's calendars.",
  })
  meetings(
    @Args(() => MeetingsArguments) { start: from, end: until, ...rest }: MeetingsArguments,
    @Root() { email }: Contact,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedOf<unknown>> | null {
    // A cursor belongs to one span: one that moves on with the clock would be another question at every page.
    const start = from ?? new Date(Math.floor(Date.now() / DAY) * DAY).toISOString();
    const end = until ?? new Date(Date.parse(start) + 366 * DAY).toISOString();
    checkSpan(start, end);
    return elsewhere(email, context, info, rest, ["calendar"], (asked, participant) =>
      agenda(asked, { start, end, participant }),
    );
  }

  @Call()
  @Listed()
  @FieldResolver(() => FileFeed, {
    nullable: true,
    description: "Files that are shared with the contact, the newest first, of the caller's accounts.",
  })
  files(
    @Args(() => FeedArguments) rest: FeedArguments,
    @Root() { email }: Contact,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedOf<unknown>> | null {
    return elsewhere(email, context, info, rest, ["storage"], sharedFiles);
  }
}
const DAY = 86_400_000; // milliseconds

type Category = Parameters<typeof askedBy>[3][number];

/** Null for a contact without an address: nothing can be known of it elsewhere. */
const elsewhere = <Item>(
  email: string | null,
  context: Context,
  info: GraphQLResolveInfo,
  rest: FeedArguments,
  apis: readonly Category[],
  question: (asked: Asked, email: string) => Promise<Answer<Item, ConnectedAccount>>,
): Promise<FeedOf<unknown>> | null =>
  email === null
    ? null
    : askedBy(context, info, rest, apis).then(async (asked) =>
        toFeed(
          context,
          info,
          await question({ ...asked, firstPage: context.loaders.firstPage }, email.toLowerCase()),
          rest.after != null,
        ),
      );

const CONTACT = { nullable: true, description: "The contact of that address in the caller's CRM accounts." } as const;

@Resolver(() => Person)
export class PersonResolver {
  @Call()
  @FieldResolver(() => Contact, CONTACT)
  contact(@Root() { email }: Person, @Ctx() { loaders }: Context): Promise<Contact | null> | null {
    return email === null ? null : loaders.contacts.load(email.toLowerCase());
  }
}

@Resolver(() => Attendee)
export class AttendeeResolver {
  @Call()
  @FieldResolver(() => Contact, CONTACT)
  contact(@Root() { email }: Attendee, @Ctx() { loaders }: Context): Promise<Contact | null> | null {
    return email === null ? null : loaders.contacts.load(email.toLowerCase());
  }
}
