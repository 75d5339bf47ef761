import "reflect-metadata";
import { type GraphQLSchema, specifiedDirectives } from "graphql";
import { type AuthCheckerFn, type BuildSchemaOptions, buildSchema } from "type-graphql";
import type { Right } from "../src/store/store.js";
import { checkRight } from "../src/unified/rights.js";
import { AccountAuditResolver } from "./audit/audit.js";
import { AccountCalendarResolver, CalendarResolver, EventResolver } from "./calendar/calendar.js";
import { CalendarMutations } from "./calendar/mutations.js";
import { AccountResolver } from "./common/account.js";
import { AttachmentResolver } from "./common/attachment.js";
import { MessageResolver } from "./common/message.js";
import { NodeResolver, ResourceResolver } from "./common/node.js";
import { EncodeRawIdPayloadResolver, RawResolver } from "./common/raw.js";
import { AccountServiceResolver, ServiceResolver } from "./common/service.js";
import { TaskResolver } from "./common/task.js";
import type { Context } from "./context.js";
import { costDirectives } from "./cost.js";
import { AttendeeResolver, ContactElsewhereResolver, PersonResolver } from "./crm/contact.js";
import { AccountCrmResolver, CrmResolver } from "./crm/crm.js";
import { CrmMutations } from "./crm/mutations.js";
import {
  CampaignResolver,
  ContactResolver,
  CrmAccountResolver,
  CrmResourceResolver,
  CrmTaskResolver,
  OpportunityResolver,
} from "./crm/objects.js";
import { AccountEmailResolver, MailboxResolver } from "./email/mailbox.js";
import { EmailMutations, EmailWritings } from "./email/mutations.js";
import { EmailMessageResolver, EmailThreadResolver, MailFolderResolver } from "./email/objects.js";
import { AccountActivityResolver, ActivityResolver } from "./events/activity.js";
import { AccountItsmResolver, ItsmResolver } from "./itsm/itsm.js";
import { ItsmMutations } from "./itsm/mutations.js";
import {
  ArticleResolver,
  AssetResolver,
  ChangeRequestResolver,
  IncidentResolver,
  ItsmResourceResolver,
  ProblemResolver,
} from "./itsm/objects.js";
import {
  AccountMessagingResolver,
  ChatMessageResolver,
  ConversationResolver,
  MessagingResolver,
} from "./messaging/messaging.js";
import { MessagingMutations } from "./messaging/mutations.js";
import { QuestionsResolver } from "./questions/questions.js";
import { LinkResolver } from "./storage/link.js";
import { StorageMutations } from "./storage/mutations.js";
import {
  AccountStorageResolver,
  FileResolver,
  FolderResolver,
  StorageResolver,
  StorageResourceResolver,
} from "./storage/storage.js";
import { AccountTeamResolver, TeamGroupResolver, TeamResolver, TeamUserResolver } from "./team/team.js";

const resolvers = [
  NodeResolver,
  ResourceResolver,
  AccountResolver,
  AccountServiceResolver,
  ServiceResolver,
  RawResolver,
  EncodeRawIdPayloadResolver,
  TaskResolver,
  AccountStorageResolver,
  StorageResolver,
  StorageResourceResolver,
  FileResolver,
  FolderResolver,
  LinkResolver,
  StorageMutations,
  AccountActivityResolver,
  ActivityResolver,
  AccountCrmResolver,
  CrmResolver,
  CrmResourceResolver,
  CrmAccountResolver,
  ContactResolver,
  OpportunityResolver,
  CampaignResolver,
  CrmTaskResolver,
  ...CrmMutations,
  ContactElsewhereResolver,
  PersonResolver,
  AttendeeResolver,
  QuestionsResolver,
  AccountMessagingResolver,
  MessagingResolver,
  ConversationResolver,
  ChatMessageResolver,
  ...MessagingMutations,
  AccountTeamResolver,
  TeamResolver,
  TeamUserResolver,
  TeamGroupResolver,
  AccountItsmResolver,
  ItsmResolver,
  ItsmResourceResolver,
  IncidentResolver,
  ProblemResolver,
  ChangeRequestResolver,
  ArticleResolver,
  AssetResolver,
  ...ItsmMutations,
  AccountAuditResolver,
  AccountCalendarResolver,
  CalendarResolver,
  EventResolver,
  ...CalendarMutations,
  MessageResolver,
  AttachmentResolver,
  AccountEmailResolver,
  MailboxResolver,
  EmailMessageResolver,
  MailFolderResolver,
  EmailThreadResolver,
  EmailMutations,
  ...EmailWritings,
] as const;

/** Every root field names the right it needs; `test/resolvers/rights.test.ts` fails on one that does not. */
const authChecker: AuthCheckerFn<Context, Right> = ({ context }, rights) => {
  for (const right of rights) checkRight(context, right);
  return true;
};

/** Every subscription brings its own source; type-graphql asks for this all the same. */
const pubSub: NonNullable<BuildSchemaOptions["pubSub"]> = {
  publish: () => undefined,
  subscribe: (topic) => {
    throw new TypeError(`no subscription is fed by topic ${topic}`);
  },
};

/** A new instance at each call: the compiled executor keeps one for itself, which no plugin may touch. */
export const createSchema = (): Promise<GraphQLSchema> =>
  buildSchema({
    resolvers: resolvers as unknown as BuildSchemaOptions["resolvers"],
    authChecker: authChecker as unknown as NonNullable<BuildSchemaOptions["authChecker"]>,
    pubSub,
    directives: [...specifiedDirectives, ...costDirectives],
    validate: false,
  });
