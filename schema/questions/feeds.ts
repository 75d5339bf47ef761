import { type ClassType, createUnionType, Field } from "type-graphql";
import { Event, EventConnection } from "../calendar/event.js";
import { Message } from "../common/message.js";
import { typeName } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import type { Resource } from "../common/resource.js";
import { CrmAccount } from "../crm/account.js";
import { Campaign } from "../crm/campaign.js";
import { Contact } from "../crm/contact.js";
import { Lead } from "../crm/lead.js";
import { Opportunity } from "../crm/opportunity.js";
import { CrmTask } from "../crm/task.js";
import { EmailMessage } from "../email/message.js";
import { Incident } from "../itsm/incident.js";
import { ChatMessage } from "../messaging/message.js";
import { File, FileConnection } from "../storage/file.js";
import { Folder } from "../storage/folder.js";
import { AccountFailure, feedOf } from "./feed.js";

export const FileFeed = feedOf("FileFeedConnection", FileConnection, () => File);
export const EventFeed = feedOf("EventFeedConnection", EventConnection, () => Event);

const MessageConnection = connectionOf<Message>("Message", () => Message);
export const MessageFeed = feedOf<Message>("MessageFeedConnection", MessageConnection, () => Message);

/** What a search over all categories finds. */
export const SearchResult = createUnionType({
  name: "SearchResult",
  description: "What a search over all categories finds.",
  types: () =>
    [
      File,
      Folder,
      CrmAccount,
      Contact,
      Lead,
      Opportunity,
      Campaign,
      CrmTask,
      Event,
      EmailMessage,
      ChatMessage,
      Incident,
    ] as const,
  resolveType: (value) => typeName(value as Resource),
});
export type Found = typeof SearchResult;

export const SearchConnection = connectionOf<Found>("Search", () => SearchResult as unknown as Found);
Field(() => [AccountFailure], { description: "Accounts that could not be asked; the others' answers stand." })(
  (SearchConnection as ClassType<object>).prototype as object,
  "failures",
);
