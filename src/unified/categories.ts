import type {
  AuditOperations,
  CalendarOperations,
  Connector,
  CrmOperations,
  EmailOperations,
  EventsOperations,
  ItsmOperations,
  MessagingOperations,
  TeamOperations,
} from "../connectors/connector.js";
import type { Api } from "../ids.js";
import type { ConnectedAccount } from "./account.js";
import { defineCategory, type Shape, type Unified } from "./category.js";
import type { UnifiedCollection } from "./collection.js";
import { UnifiedComments } from "./comments.js";
import { UnifiedStorage } from "./storage/storage.js";
import { type Reader, withinLists } from "./within.js";

type Categories = { readonly [Name in Exclude<Api, "meta" | "storage">]: Shape<NonNullable<Connector[Name]>> };

/** Every category but storage, which adds to its operations (`storage/storage.ts`). */
export const CATEGORIES: Categories = {
  crm: {
    collections: {
      accounts: "account",
      contacts: "contact",
      leads: "lead",
      opportunities: "opportunity",
      campaigns: "campaign",
      tasks: "task",
      objects: "object",
      users: "user",
    },
    operations: ["search", "schemas", "schema", "contactsByEmail"],
  },
  calendar: {
    collections: { calendars: "calendar", events: "event" },
    operations: ["instances", "respond", "busy", "attachment"],
  },
  email: {
    collections: { messages: "message", folders: "folder", labels: "label", threads: "thread" },
    operations: ["bodies", "send", "attachment"],
  },
  messaging: {
    collections: { conversations: "conversation", messages: "message" },
    operations: ["replies", "search"],
  },
  team: { collections: { users: "user", groups: "group" }, operations: ["members", "memberships"] },
  events: { collections: {}, operations: ["changes", "watch"] },
  itsm: {
    collections: {
      incidents: "incident",
      problems: "problem",
      changes: "change",
      articles: "article",
      assets: "asset",
      objects: "object",
      users: "user",
    },
    operations: ["comments", "commentsMany", "addComment"],
  },
  audit: { collections: { events: "audit_event" }, operations: [] },
};

const Crm = defineCategory("crm", CATEGORIES.crm);
const Calendar = defineCategory("calendar", CATEGORIES.calendar);
const Email = defineCategory("email", CATEGORIES.email);
const Messaging = defineCategory("messaging", CATEGORIES.messaging);
const Team = defineCategory("team", CATEGORIES.team);
const Events = defineCategory("events", CATEGORIES.events);
const Itsm = defineCategory("itsm", CATEGORIES.itsm);
const Audit = defineCategory("audit", CATEGORIES.audit);

/** All that can be asked of one account, each category made when it is first used. */
export class AccountApis {
  constructor(
    readonly account: ConnectedAccount,
    /** With the service's own objects beside the unified ones. */
    readonly withRaw: boolean,
  ) {}

  #storage: UnifiedStorage | undefined;
  get storage(): UnifiedStorage {
    return (this.#storage ??= new UnifiedStorage(this.account, this.withRaw));
  }
  #crm: Unified<CrmOperations> | undefined;
  get crm(): Unified<CrmOperations> {
    return (this.#crm ??= new Crm(this.account, this.withRaw));
  }
  #calendar: Unified<CalendarOperations> | undefined;
  get calendar(): Unified<CalendarOperations> {
    return (this.#calendar ??= new Calendar(this.account, this.withRaw));
  }
  #email: Unified<EmailOperations> | undefined;
  get email(): Unified<EmailOperations> {
    return (this.#email ??= new Email(this.account, this.withRaw));
  }
  #messaging: Unified<MessagingOperations> | undefined;
  get messaging(): Unified<MessagingOperations> {
    return (this.#messaging ??= new Messaging(this.account, this.withRaw));
  }
  #team: Unified<TeamOperations> | undefined;
  get team(): Unified<TeamOperations> {
    return (this.#team ??= new Team(this.account, this.withRaw));
  }
  #events: Unified<EventsOperations> | undefined;
  get events(): Unified<EventsOperations> {
    return (this.#events ??= new Events(this.account, this.withRaw));
  }
  #itsm: Unified<ItsmOperations> | undefined;
  get itsm(): Unified<ItsmOperations> {
    return (this.#itsm ??= new Itsm(this.account, this.withRaw));
  }
  #comments: UnifiedComments | undefined;
  /** Of the records of `itsm`. */
  get comments(): UnifiedComments {
    return (this.#comments ??= new UnifiedComments(this.itsm));
  }
  #audit: Unified<AuditOperations> | undefined;
  get audit(): Unified<AuditOperations> {
    return (this.#audit ??= new Audit(this.account, this.withRaw));
  }

  readonly #readers = new Map<string, Reader | null>();
  /** What reads objects of a unified type by their ids; null for storage, and for what nothing reads so. */
  readerOf(api: Api, type: string): Reader | null {
    const name = `${api}.${type}`;
    let reader = this.#readers.get(name);
    if (reader === undefined) {
      reader = this.collectionOf(api, type) ?? withinLists(this, name);
      this.#readers.set(name, reader);
    }
    return reader;
  }

  /** The collection that objects of a unified type live in; null for storage, and for what no collection holds. */
  collectionOf(api: Api, type: string): UnifiedCollection<object> | null {
    const name = COLLECTION_OF.get(`${api}.${type}`);
    return name === undefined
      ? null
      : (this[api as "crm"] as unknown as Record<string, UnifiedCollection<object>>)[name]!;
  }
}

/** `crm.contact` → `contacts` */
const COLLECTION_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(CATEGORIES).flatMap(([api, { collections }]) =>
    Object.entries(collections as Record<string, string>).map(([name, type]) => [`${api}.${type}`, name]),
  ),
);
