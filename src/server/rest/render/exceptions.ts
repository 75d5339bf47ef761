import { z } from "zod";
import type { AuditEvent } from "../../../../schema/audit/event.js";
import type { Calendar } from "../../../../schema/calendar/calendar.js";
import type { Event } from "../../../../schema/calendar/event.js";
import type { Attachment } from "../../../../schema/common/attachment.js";
import type { Resource } from "../../../../schema/common/resource.js";
import type { CrmAccount } from "../../../../schema/crm/account.js";
import type { Campaign } from "../../../../schema/crm/campaign.js";
import type { Contact } from "../../../../schema/crm/contact.js";
import type { Lead } from "../../../../schema/crm/lead.js";
import type { Opportunity } from "../../../../schema/crm/opportunity.js";
import type { CrmRecord } from "../../../../schema/crm/record.js";
import type { CrmTask } from "../../../../schema/crm/task.js";
import type { MailFolder } from "../../../../schema/email/folder.js";
import type { Label } from "../../../../schema/email/label.js";
import type { EmailMessage } from "../../../../schema/email/message.js";
import type { EmailThread } from "../../../../schema/email/thread.js";
import type { Article } from "../../../../schema/itsm/article.js";
import type { Asset } from "../../../../schema/itsm/asset.js";
import type { ChangeRequest } from "../../../../schema/itsm/change.js";
import type { Incident } from "../../../../schema/itsm/incident.js";
import type { Problem } from "../../../../schema/itsm/problem.js";
import type { ItsmRecord } from "../../../../schema/itsm/record.js";
import type { Conversation } from "../../../../schema/messaging/conversation.js";
import type { ChatMessage } from "../../../../schema/messaging/message.js";
import type { File } from "../../../../schema/storage/file.js";
import type { Folder } from "../../../../schema/storage/folder.js";
import type { Link } from "../../../../schema/storage/link.js";
import type { TeamGroup } from "../../../../schema/team/group.js";
import type { TeamUser } from "../../../../schema/team/user.js";
import { ofRecordId } from "../../../connectors/connector.js";
import type { ConnectedAccount } from "../../../unified/account.js";
import { idOf } from "./idOf.js";

/** Where the reference departs from the attribute's own name in snake case. */
export interface Exception<Item> {
  /** The reference's name of an attribute; null: it does not have it. */
  names?: Partial<Record<keyof Item, string | null>>;
  /** Values that are words of the graph in capitals. */
  lower?: readonly (keyof Item)[];
  /** Attributes that the graph spells otherwise, reaches by walking or lacks. */
  more?: Readonly<Record<string, Attribute<Item>>>;
  /** Its address below the account. */
  path?(item: Item): string;
  /** Its raw object is always there. */
  raw?: true;
}

/** What it is, and where it comes from. */
interface Attribute<Item> {
  schema: z.ZodType;
  of(item: Item, account: ConnectedAccount): unknown;
}
const attribute = <Schema extends z.ZodType, Item>(
  schema: Schema,
  of: (item: Item, account: ConnectedAccount) => z.input<Schema>,
): Attribute<Item> => ({ schema, of });

const text = z.string();
/** What the reference names and nothing here has. */
const nothing = attribute(z.null(), () => null);
/** The number of the account; calendars have it as text. */
const account = attribute(z.int(), (_, { account }) => account);
const accountId = attribute(text, (_, { account }) => String(account));

const at =
  (folder: string) =>
  ({ id }: Resource): string =>
    `${folder}/${id}`;
const atRecord =
  (folder: string) =>
  ({ id }: Resource): string =>
    `${folder}/${id}?raw_type=${encodeURIComponent(ofRecordId(id.native).rawType)}`;

/** `/Reports/2024/a.txt` lies in `2024`. */
const parent = attribute(
  z.object({ id: text, name: text.nullable(), type: z.literal("folder") }).nullable(),
  ({ parentId, path }: File | Folder) =>
    parentId && { id: String(parentId), name: path?.split("/").at(-2) || null, type: "folder" as const },
);
/** Only where one is read by itself. */
const ancestors = attribute(
  z
    .array(z.object({ id: text, name: text }))
    .nullable()
    .describe("From the root down; null in lists."),
  () => null,
);

const attendees = attribute(
  z.array(
    z.object({
      id: text.nullable(),
      name: text.nullable(),
      email: text.nullable(),
      status: text.nullable(),
      required: z.boolean().nullable(),
      resource: z.boolean().nullable(),
    }),
  ),
  (event: Event) =>
    event.attendees.map(({ id, name, email, status, required, resource }) => ({
      id: id && idOf(id),
      name,
      email,
      status: status?.toLowerCase() ?? null,
      required,
      resource,
    })),
);
/** What all categories tell of an attachment. */
const attached = { id: text.nullable(), name: text.nullable(), mime_type: text.nullable() };
const fileOf = ({ id, name, mimeType }: Attachment) => ({ id: id && String(id), name, mime_type: mimeType });

const owned = { ownerId: "owner" } as const;
const record = { values: null, rawType: null, ...owned } as const;
const ticket = { requesterId: "requester", assigneeId: "assignee" } as const;

interface Types {
  "storage.file": File;
  "storage.folder": Folder;
  "storage.link": Link;
  "crm.account": CrmAccount;
  "crm.contact": Contact;
  "crm.lead": Lead;
  "crm.opportunity": Opportunity;
  "crm.campaign": Campaign;
  "crm.task": CrmTask;
  "crm.object": CrmRecord;
  "calendar.calendar": Calendar;
  "calendar.event": Event;
  "email.message": EmailMessage;
  "email.folder": MailFolder;
  "email.label": Label;
  "email.thread": EmailThread;
  "messaging.conversation": Conversation;
  "messaging.message": ChatMessage;
  "team.user": TeamUser;
  "team.group": TeamGroup;
  "itsm.incident": Incident;
  "itsm.problem": Problem;
  "itsm.change": ChangeRequest;
  "itsm.article": Article;
  "itsm.asset": Asset;
  "itsm.object": ItsmRecord;
  "audit.audit_event": AuditEvent;
}

/** All of them, by type. Source: the unified API, 4 to 13. */
export const EXCEPTIONS: { readonly [Type in keyof Types]: Exception<Types[Type]> } = {
  "storage.file": {
    names: { parentId: null },
    more: {
      mime_type: attribute(text, ({ mimeType }) => mimeType ?? "application/octet-stream"),
      parent,
      ancestors,
      account,
    },
    path: at("storage/files"),
  },
  "storage.folder": {
    names: { parentId: null },
    more: { size: nothing, creator: nothing, last_modifier: nothing, parent, ancestors, account },
    path: at("storage/folders"),
  },
  "storage.link": {
    names: { hasPassword: "password", expires: "expiration" },
    more: { account },
    path: at("storage/links"),
  },
  "crm.account": { names: owned, raw: true, path: at("crm/accounts") },
  "crm.contact": {
    names: { ...owned, companyId: "account", leadId: "lead" },
    raw: true,
    path: at("crm/contacts"),
  },
  "crm.lead": { names: owned, raw: true, path: at("crm/leads") },
  "crm.opportunity": {
    names: { ...owned, companyId: "account", campaignId: "campaign" },
    raw: true,
    path: at("crm/opportunities"),
  },
  "crm.campaign": { names: { ...owned, parentId: "parent" }, raw: true, path: at("crm/campaigns") },
  "crm.task": {
    names: { ...owned, companyId: "account", contactId: "contact", due: "due_date" },
    raw: true,
    path: at("crm/tasks"),
  },
  "crm.object": { names: record, raw: true, path: atRecord("crm/objects") },
  "calendar.calendar": { names: { timeZone: "timezone" }, more: { account_id: accountId }, path: at("cal/calendars") },
  "calendar.event": {
    lower: ["status", "recurrenceType"],
    more: {
      account_id: accountId,
      recurrence: attribute(z.array(z.object({ rrule: text })), ({ recurrence }) =>
        recurrence.map((rrule) => ({ rrule })),
      ),
      reminder: attribute(
        z.number().nullable().describe("Minutes; the first of `reminders`."),
        ({ reminders }) => reminders[0]?.minutes ?? null,
      ),
      attendees,
      attachments: attribute(z.array(z.object({ ...attached, file_url: text.nullable() })), ({ attachments }) =>
        attachments.map((one) => ({ ...fileOf(one), file_url: one.url })),
      ),
      custom_properties: attribute(
        z.array(z.object({ key: text, value: text.nullable(), private: z.null() })),
        ({ customProperties }) => customProperties.map(({ key, value }) => ({ key, value, private: null })),
      ),
    },
    path: ({ id, calendarId }) => `cal/calendars/${calendarId ?? "primary"}/events/${id}`,
  },
  "email.message": {
    names: { author: "from", text: null, html: null },
    more: {
      text_body: attribute(text.nullable(), ({ text }) => text ?? null),
      // A mail of plain text alone has its text there.
      body: attribute(text.nullable(), ({ html, text }) => html ?? text ?? null),
      attachments: attribute(
        z.array(z.object({ ...attached, size: z.int().nullable(), inline: z.boolean().nullable() })),
        ({ attachments }) => attachments.map((one) => ({ ...fileOf(one), size: one.size, inline: one.inline })),
      ),
    },
    path: at("email/messages"),
  },
  "email.folder": { path: at("email/folders") },
  "email.label": { path: at("email/labels") },
  "email.thread": { path: at("email/threads") },
  "messaging.conversation": {
    names: { memberIds: null },
    more: { members: attribute(z.array(text), ({ memberIds }) => memberIds.map(idOf)) },
    path: at("messaging/conversations"),
  },
  "messaging.message": {
    names: { author: null },
    more: {
      user_id: attribute(text.nullable(), ({ author }) => (author?.id ? idOf(author.id) : null)),
      attachments: attribute(z.array(z.object({ ...attached, url: text.nullable() })), ({ attachments }) =>
        attachments.map((one) => ({ ...fileOf(one), url: one.url })),
      ),
    },
    path: ({ id, conversationId }) => `messaging/conversations/${conversationId}/messages/${id}`,
  },
  "team.user": { path: at("team/users") },
  "team.group": {
    more: { role: attribute(text.nullable().describe("Of a user, where the user's groups are listed."), () => null) },
    path: at("team/groups"),
  },
  "itsm.incident": {
    names: { ...ticket, changeId: "change", problemId: "problem", responderId: "responder" },
    path: at("itsm/incidents"),
  },
  "itsm.problem": { names: { ...ticket, changeId: "change" }, path: at("itsm/problems") },
  "itsm.change": { names: ticket, path: at("itsm/changes") },
  "itsm.article": { names: { authorId: "author" }, path: at("itsm/articles") },
  "itsm.asset": { names: { assigneeId: "assignee", ownerId: "owner" }, path: at("itsm/assets") },
  "itsm.object": { names: { values: null, rawType: null }, raw: true, path: atRecord("itsm/objects") },
  "audit.audit_event": {
    names: { action: "event_type", outcome: "status", occurred: "timestamp", targets: "resources" },
    more: { account },
    path: at("audit/events"),
  },
};
