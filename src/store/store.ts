import type { ActivityKind } from "../../schema/events/activity.js";
import type { Api } from "../ids.js";

/**
 * Where rows are kept. A port with two drivers: SQLite (`sqlite.ts`) here, Postgres when it is needed; both pass
 * `test/conformance/store.ts`. Times are ISO 8601 text by the store's clock. Nothing here is a secret in the clear:
 * tokens and keys come as hashes, credentials sealed by `auth/vault.ts`.
 */
export interface Store {
  readonly applications: Applications;
  readonly redirectUris: RedirectUris;
  readonly trustedDomains: TrustedDomains;
  readonly serviceKeys: ServiceKeys;
  readonly flows: Flows;
  readonly codes: Codes;
  readonly keys: Keys;
  readonly accounts: Accounts;
  readonly credentials: Credentials;
  readonly tokens: Tokens;
  readonly links: Links;
  readonly uploads: Uploads;
  readonly activity: Activities;
  readonly meetings: Meetings;
  readonly subscriptions: Subscriptions;
  readonly webhooks: Webhooks;
  readonly deliveries: Deliveries;
  readonly pushes: Pushes;
  readonly audit: AuditLog;
  /** Resolves when a row can be read and written. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** A tenant: a company's product. */
export interface Application {
  id: string;
  name: string;
  description: string | null;
  logoUrl: string | null;
  /** People may connect accounts to it. */
  active: boolean;
  /** Its pages may be given a token in the fragment of a redirect. */
  implicitGrantEnabled: boolean;
  recentEnabled: boolean;
  eventsEnabled: boolean;
  /** Where it came from, as whoever made it says. */
  source: string | null;
  created: string;
  modified: string;
}
export type ApplicationChange = Partial<Omit<Application, "id" | "created" | "modified">>;
export interface Applications {
  get(id: string): Promise<Application | null>;
  first(): Promise<Application | null>;
  /** All of them, oldest first. */
  list(): Promise<Application[]>;
  /** Active; every other switch is off unless it is given. */
  create(application: ApplicationChange & Pick<Application, "id" | "name">): Promise<Application>;
  update(id: string, change: ApplicationChange): Promise<Application | null>;
  /** The application with its keys, redirect URIs, domains, accounts and all that is theirs. */
  delete(id: string): Promise<boolean>;
}

/** Where an application may be answered after somebody has connected an account. */
export interface RedirectUri {
  id: number;
  application: string;
  uri: string;
  created: string;
}
export interface RedirectUris {
  create(redirect: Pick<RedirectUri, "application" | "uri">): Promise<RedirectUri>;
  list(application: string): Promise<RedirectUri[]>;
  delete(application: string, id: number): Promise<boolean>;
}

/** A host, with its port unless it is the usual one, whose pages may be given tokens: `app.example.com`, `localhost:8000`. */
export interface TrustedDomain {
  id: number;
  application: string;
  domain: string;
  created: string;
}
export interface TrustedDomains {
  create(domain: Pick<TrustedDomain, "application" | "domain">): Promise<TrustedDomain>;
  list(application: string): Promise<TrustedDomain[]>;
  delete(application: string, id: number): Promise<boolean>;
}

/** An application's own OAuth client at a service; one for each service. */
export interface ServiceKey {
  id: number;
  application: string;
  service: string;
  clientId: string;
  /** The client secret; null for a public client. */
  sealed: string | null;
  created: string;
  modified: string;
}
export interface ServiceKeys {
  create(key: Pick<ServiceKey, "application" | "service" | "clientId" | "sealed">): Promise<ServiceKey>;
  /** The one of a service. */
  find(application: string, service: string): Promise<ServiceKey | null>;
  list(application: string): Promise<ServiceKey[]>;
  update(
    application: string,
    id: number,
    change: Partial<Pick<ServiceKey, "clientId" | "sealed">>,
  ): Promise<ServiceKey | null>;
  delete(application: string, id: number): Promise<boolean>;
}

/** Somebody is about to connect an account. Known by the SHA-256 of a token that only the browser has. */
export interface Flow {
  hash: string;
  application: string;
  /** Null until it is chosen. */
  service: string | null;
  /** SHA-256 of the cookie of the browser that it belongs to; null until one has opened it. */
  cookie: string | null;
  sealed: string;
  created: string;
  expires: string;
}
export interface Flows {
  /** Of more than `kept` the oldest give way, a hundred at a time. */
  create(flow: Omit<Flow, "created">, kept: number): Promise<void>;
  /** Null for one whose time is over. */
  get(hash: string): Promise<Flow | null>;
  /** Makes it this browser's; false when it is another's already. */
  bind(hash: string, cookie: string): Promise<boolean>;
  /** To the one caller that asks first; null to all others. */
  take(hash: string): Promise<Flow | null>;
}

/** An authorization code (RFC 6749, 4.1.2) for one account, known by its SHA-256. */
export interface Code {
  hash: string;
  application: string;
  account: number;
  redirectUri: string;
  /** Whose the account becomes when the code is redeemed; null: nobody was named. */
  endUser: string | null;
  created: string;
  expires: string;
}
export interface Codes {
  create(code: Omit<Code, "created">): Promise<void>;
  /** To the one caller that asks first; null to all others, and once its time is over. */
  take(hash: string): Promise<Code | null>;
}

export const RIGHTS = ["read", "write", "raw", "admin"] as const;
export type Right = (typeof RIGHTS)[number];

/** An API key: found by the SHA-256 of its text; the text itself only sealed. */
export interface Key {
  id: number;
  application: string;
  name: string;
  /** base64url of SHA-256. */
  hash: string;
  /** The first characters, to recognise it by. */
  prefix: string;
  sealed: string;
  rights: Right[];
  created: string;
  expires: string | null;
}
export interface Keys {
  create(key: Omit<Key, "id" | "created">): Promise<Key>;
  byHash(hash: string): Promise<Key | null>;
  list(application: string): Promise<Key[]>;
  delete(application: string, id: number): Promise<boolean>;
}

/** A user's connection to a service. */
export interface Account {
  /** The number by which the REST API knows it. */
  id: number;
  application: string;
  service: string;
  name: string;
  settings: Record<string, string | number | boolean | null>;
  /** Its credential works, as far as anybody knows. */
  active: boolean;
  /** Not switched off by the application. */
  enabled: boolean;
  admin: boolean;
  scope: string | null;
  customProperties: Record<string, unknown>;
  endUser: string | null;
  created: string;
  modified: string;
}
export type NewAccount = Pick<Account, "application" | "service" | "name" | "settings"> &
  Partial<Pick<Account, "admin" | "scope" | "customProperties" | "endUser">> & {
    /** Who of the service's it is, as the service names it in what it pushes to us. */
    subject?: string | null;
  };
export type AccountChange = Partial<
  Pick<Account, "name" | "settings" | "active" | "enabled" | "admin" | "scope" | "customProperties" | "endUser">
>;
export interface AccountFilter {
  application: string;
  /** Only these numbers. */
  ids?: readonly number[];
  endUser?: string;
  services?: readonly string[];
  enabled?: boolean;
  active?: boolean;
  admin?: boolean;
  /** Both enabled and active, or not. */
  usable?: boolean;
  /** Part of the name or service, any case. */
  query?: string;
}
export interface Accounts {
  /** The account and its sealed credential, in one transaction. */
  create(account: NewAccount, seal: (id: number) => string): Promise<Account>;
  /** In the order asked for; null where there is none. */
  getMany(ids: readonly number[]): Promise<(Account | null)[]>;
  /** By number, after the given one, so many of them passed over. */
  list(filter: AccountFilter, page: { after: number; limit: number; offset?: number }): Promise<Account[]>;
  count(filter: AccountFilter): Promise<number>;
  /** Numbers of those of all applications that a service names so, so many at most. */
  bySubjects(service: string, subjects: readonly string[], limit: number): Promise<number[]>;
  update(id: number, change: AccountChange): Promise<Account | null>;
  /** The account with its credential, tokens, links, uploads, meetings, activity and deliveries. */
  delete(id: number): Promise<boolean>;
}

/**
 * The credential of an account, sealed, with the lease that makes its renewal single: who holds `leaseOwner` until
 * `leaseUntil` (the store's clock) may ask the service for a new one, and saves it only if `version` is still the one it read.
 */
export interface StoredCredential {
  account: number;
  version: number;
  sealed: string;
  /** `uncertain`: a holder died after the service may have answered. `dead`: the service has refused it for good. */
  state: "valid" | "refreshing" | "uncertain" | "dead";
  leaseOwner: string | null;
  leaseUntil: string | null;
  /** Not to be renewed before. */
  retryAt: string | null;
}
export interface Credentials {
  get(account: number): Promise<StoredCredential | null>;
  /** True for the one caller that may renew this version now. An expired lease is taken over, and told as `uncertain`. */
  claim(
    account: number,
    version: number,
    owner: string,
    seconds: number,
  ): Promise<{ claimed: boolean; credential: StoredCredential | null }>;
  /** Saves the version after this one and frees any lease; false when somebody else has saved since. */
  swap(account: number, version: number, sealed: string): Promise<boolean>;
  /** Frees one's own lease without a new version; false when it was not one's own any more. */
  release(
    account: number,
    owner: string,
    state: StoredCredential["state"],
    retryAfterSeconds?: number,
  ): Promise<boolean>;
}

/** A bearer token of one account, known by its SHA-256. */
export interface Token {
  hash: string;
  account: number;
  created: string;
  expires: string | null;
}
export interface Tokens {
  create(token: { hash: string; account: number; expires: string | null }): Promise<void>;
  /** In the order asked for; null where there is none. Expired ones are told as they are. */
  byHashes(hashes: readonly string[]): Promise<(Token | null)[]>;
  delete(hash: string): Promise<boolean>;
}

/** A link to a file, hosted by us. Source: the unified API, "Link object and endpoints". */
export interface Link {
  id: string;
  account: number;
  /** Native id of the file. */
  file: string;
  direct: boolean;
  /** scrypt, `salt:hash`; null: none. */
  password: string | null;
  expires: string | null;
  active: boolean;
  created: string;
  modified: string;
}
export interface LinkOrder {
  by: "created" | "modified" | "expires";
  descending: boolean;
}
export interface Links {
  create(link: Pick<Link, "id" | "account" | "file" | "direct" | "password" | "expires">): Promise<Link>;
  get(id: string): Promise<Link | null>;
  /** Newest first, after the given one. */
  list(account: number, page: { after: string | null; limit: number; active?: boolean }): Promise<Link[]>;
  /** Of several accounts, with how many there are in all. */
  page(
    accounts: readonly number[],
    page: { offset: number; limit: number; active?: boolean | undefined; order: LinkOrder },
  ): Promise<{ items: Link[]; total: number }>;
  update(id: string, change: Partial<Pick<Link, "active" | "password" | "expires">>): Promise<Link | null>;
  delete(id: string): Promise<boolean>;
}

/** A resumable upload under way. Its bytes wait in a file of the data folder, or as parts in the service. */
export interface Upload {
  id: string;
  account: number;
  /** Who began it, as the service's user. */
  user: string | null;
  /** Native id of the folder it goes to; empty: the bytes stay here, for a mail to take along. */
  parent: string;
  name: string;
  /** Bytes in all; null where the client did not say. */
  size: number | null;
  mimeType: string | null;
  overwrite: boolean;
  /** Bytes taken so far. */
  received: number;
  /** The connector's session, and the receipts of the parts it has. */
  session: Record<string, string | number | boolean | null> | null;
  receipts: { number: number; receipt: string }[];
  /** Native id of the finished file; of bytes that stay here, the upload's own id. */
  file: string | null;
  created: string;
  expires: string;
  /** By which the REST API knows it; null: it was begun through the graph. */
  number: number | null;
}
export interface Uploads {
  /** `counted`: it gets a number, one that none had before. */
  create(
    upload: Omit<Upload, "created" | "received" | "receipts" | "file" | "session" | "number"> & { counted?: true },
  ): Promise<Upload>;
  get(id: string): Promise<Upload | null>;
  byNumber(number: number): Promise<Upload | null>;
  /** One part more, or again. */
  putPart(id: string, part: UploadedPart): Promise<void>;
  /** By number. */
  parts(id: string): Promise<UploadedPart[]>;
  update(id: string, change: Partial<Pick<Upload, "received" | "session" | "receipts" | "file">>): Promise<void>;
  delete(id: string): Promise<boolean>;
  /** Those of an account into one folder whose time is not over, so many at most. */
  into(account: number, parent: string, limit: number): Promise<Upload[]>;
  /** Those whose time is over, oldest first. */
  expired(limit: number): Promise<Upload[]>;
}

/** A part of an upload that was sent by its number, in any order. */
export interface UploadedPart {
  /** From 1. */
  number: number;
  /** Bytes. */
  length: number;
  receipt: string;
}

/** That an account's activity is wanted: one per account. Source: the unified API, "Subscriptions and activity". */
export interface Subscription {
  id: number;
  account: number;
  active: boolean;
  created: string;
  modified: string;
}
export interface Subscriptions {
  /** Null where the account has one already. */
  create(subscription: Pick<Subscription, "account" | "active">): Promise<Subscription | null>;
  of(account: number): Promise<Subscription | null>;
  update(account: number, change: Pick<Subscription, "active">): Promise<Subscription | null>;
  delete(account: number): Promise<boolean>;
}

/** Something happened to an object of an account. Source: the unified API, "Events / Activity API". */
export interface StoredActivity {
  /** Its place among all of the store, in the order in which they were committed; from 1, never used again. */
  number: number;
  account: number;
  kind: keyof typeof ActivityKind;
  api: Api;
  type: string;
  /** Native id of the object. */
  object: string;
  /** Who did it; `id` as the service has it. */
  user: { id: string | null; name: string | null; email: string | null } | null;
  ip: string | null;
  occurred: string;
}
export type NewActivity = Omit<StoredActivity, "number" | "account">;

/** Where the reading of a service's feed stands. */
export interface StoredFeed {
  /** Grows with each append; 0 before the first. */
  version: number;
  /** The service's own, or whatever the reader of the feed goes on from. */
  cursor: string | null;
}

export interface ActivityQuery {
  accounts: readonly number[];
  /** Only those after this number. Null: from the beginning of what is kept. */
  after: number | null;
  apis?: readonly Api[] | undefined;
  kinds?: readonly StoredActivity["kind"][] | undefined;
  limit: number;
}

/** At most so many of one account are kept, and for so many milliseconds. */
export const ACTIVITY_KEPT = 10_000;
export const ACTIVITY_KEPT_FOR = 7 * 24 * 3_600_000;

export interface Activities {
  feed(account: number): Promise<StoredFeed>;
  /**
   * What happened and the feed's cursor behind it, in one transaction and only if the feed is still at this version. The number of
   * the last one; null when somebody else has appended since. Of more than are kept the oldest are dropped at once. In the same
   * transaction a delivery of it is due to each webhook of the account's application, where that wants events.
   */
  append(
    account: number,
    version: number,
    cursor: string,
    happened: readonly NewActivity[],
  ): Promise<{ last: number } | null>;
  /**
   * By number. What says that the feed has a gap (`api` is `meta`) is given whatever the query asks for. `upTo`: nothing else that
   * the query asks for is numbered so or below, so go on from there while there is `more`; a read may be empty all the same.
   * Throws `invalid_parameters` for an `after` that is not yet given out, or behind which something has been dropped.
   */
  read(query: ActivityQuery): Promise<{ items: StoredActivity[]; upTo: number; more: boolean }>;
  get(number: number): Promise<StoredActivity | null>;
  /** How many `read` would still give. */
  count(query: Pick<ActivityQuery, "accounts" | "after">): Promise<number>;
  /** The last number given out; 0 before the first. */
  newest(): Promise<number>;
  /** The accounts to which something happened after a number. */
  stirred(after: number): Promise<number[]>;
  /** Drops what is kept too long or is too much, so many at most. True when there may be more of it. */
  sweep(limit: number): Promise<boolean>;
}

/** When others may book a time in somebody's calendar. Source: the unified API, "Meetings API". */
export interface MeetingWindow extends MeetingPlan {
  id: string;
  account: number;
  /** In whose name, as the service's user. */
  user: string | null;
  /** Native id of the calendar. */
  calendar: string;
  created: string;
  modified: string;
}
/** What its owner says of it. */
export interface MeetingPlan {
  title: string;
  location: string;
  description: string;
  organizer: string;
  /** IANA. */
  timeZone: string;
  /** Minutes of a meeting, of free time before it and after it, and from one start to the next. */
  duration: number;
  bufferBefore: number;
  bufferAfter: number;
  interval: number;
  /** Days ahead that can be booked. */
  range: number;
  times: MeetingTime[];
  /** The last day on which they recur; null: there is none. */
  endRepeat: string | null;
  /** Attributes of the events that are booked, as the REST API has them; who books may add some. */
  metadata: Record<string, unknown>;
  allowMetadata: boolean;
}
/** `08:00:00`, or with a day before it: then nothing is before that day, and without `recurring` nothing after it. */
export interface MeetingTime {
  start: string;
  end: string;
  /** `*`, or what it is on with commas between: months and days by number, weekdays by three letters. */
  recurring: { month: string; day: string; weekday: string } | null;
}

/** A time that has been booked, or is about to be. */
export interface Meeting {
  id: string;
  /** The window that it was booked by, which may be gone. */
  window: string;
  account: number;
  user: string | null;
  calendar: string;
  /** Native id of the calendar's event; null while it is being made. */
  event: string | null;
  start: string;
  end: string;
  created: string;
}
export interface Meetings {
  createWindow(window: Omit<MeetingWindow, "created" | "modified">): Promise<MeetingWindow>;
  getWindow(id: string): Promise<MeetingWindow | null>;
  /** Those of the accounts that the filter lets through, oldest first, with how many there are in all. */
  windows(
    filter: AccountFilter,
    page: { offset: number; limit: number },
  ): Promise<{ items: MeetingWindow[]; total: number }>;
  countWindows(account: number): Promise<number>;
  updateWindow(
    id: string,
    change: Partial<MeetingPlan & Pick<MeetingWindow, "account" | "user" | "calendar">>,
  ): Promise<MeetingWindow | null>;
  deleteWindow(id: string): Promise<boolean>;
  /**
   * A booking that begins: null while another one, begun within the last so many seconds, is about to take some of that calendar's
   * time from `from` to `until`. Meetings of the calendar that ended before `forget` are dropped.
   */
  claim(
    meeting: Omit<Meeting, "event" | "created">,
    span: { from: string; until: string; seconds: number; forget: string },
  ): Promise<Meeting | null>;
  get(id: string): Promise<Meeting | null>;
  update(id: string, change: Partial<Pick<Meeting, "event" | "start" | "end">>): Promise<Meeting | null>;
  delete(id: string): Promise<boolean>;
}

/** An address of an application's that is told when something happens in one of its accounts. */
export interface Webhook {
  id: number;
  application: string;
  url: string;
  active: boolean;
  /** The secrets that sign for it. */
  sealed: string;
  /** Attempts that failed since the last one that did not. */
  failures: number;
  /** The first of them. */
  failingSince: string | null;
  /** Nothing is sent to it before. */
  pausedUntil: string | null;
  disabledReason: string | null;
  created: string;
  modified: string;
}
export interface Webhooks {
  /** `data_conflict` where the application has one of this address. */
  create(webhook: Pick<Webhook, "application" | "url">, seal: (id: number) => string): Promise<Webhook>;
  get(id: number): Promise<Webhook | null>;
  /** By number. */
  list(application: string): Promise<Webhook[]>;
  reseal(id: number, sealed: string): Promise<Webhook | null>;
  /** Forgets its failures; all that waits for it is due. */
  enable(id: number): Promise<Webhook | null>;
  /** With its deliveries. */
  delete(application: string, id: number): Promise<boolean>;
  /** Accounts that may be asked, of applications that want events and have an active webhook: by number, after the given one. */
  followed(page: { after: number; limit: number }): Promise<Pick<Account, "id" | "application">[]>;
}

/** A webhook is to be told of an account: one row however much happens there. */
export interface Delivery {
  webhook: number;
  account: number;
  /** Number of the newest activity there. */
  newest: number;
  created: string;
  /** Those that failed. */
  attempts: number;
  /** Null: a dead letter, until something else happens there or the webhook is enabled anew. */
  nextAttempt: string | null;
  /** HTTP status of the last answer; null: there was none. */
  lastStatus: number | null;
}
/** What becomes of a delivery that failed. */
export interface FailedDelivery {
  status: number | null;
  /** Seconds until it is tried again; null: never. */
  retryAfter: number | null;
  /** Seconds for which nothing is sent to the webhook; 0: as before. */
  pause: number;
  /** Why the webhook is disabled, and what waits for it dead; null: it is not. */
  disable: string | null;
}
export interface Deliveries {
  /** Webhooks to which something can be sent now, those first that have waited longest. */
  due(webhooks: { except: readonly number[]; limit: number }): Promise<number[]>;
  /**
   * Those due to a webhook, leased: nobody else gets them for so many seconds. Of a webhook that has failed `probeAfter` times in a
   * row one alone, and nobody gets another meanwhile.
   */
  claim(
    webhook: number,
    lease: { owner: string; seconds: number; limit: number; probeAfter: number },
  ): Promise<Delivery[]>;
  /**
   * It was told of all up to `newest`: what has happened since is due, else the delivery is gone. `recovered`: all that waits for
   * the webhook is due. False, and nothing is done, when the lease was lost.
   */
  delivered(delivery: Delivery, owner: string, recovered: boolean): Promise<boolean>;
  failed(delivery: Delivery, owner: string, outcome: FailedDelivery): Promise<boolean>;
  /** Of a webhook, by account, after the given one. */
  list(webhook: number, page: { after: number; limit: number }): Promise<Delivery[]>;
  counts(): Promise<{ waiting: number; dead: number }>;
}

/** Ids of what services have pushed to us. */
export interface Pushes {
  /** True the first time. */
  take(service: string, id: string): Promise<boolean>;
  /** Forgets those of more than `PUSHES_KEPT_FOR` ago, so many at most. True when there may be more of them. */
  sweep(limit: number): Promise<boolean>;
}
/** Milliseconds. */
export const PUSHES_KEPT_FOR = 24 * 3_600_000;

/** Somebody did something that must not be forgotten. */
export interface AuditEntry {
  application: string;
  /** Names the caller without telling a secret. */
  actor: string;
  /** `account.connected` … */
  action: string;
  /** What it was done to: `account 3`. */
  subject: string;
  /** Without secrets. */
  details: Readonly<Record<string, string | number | boolean | null>>;
}
export interface AuditRow extends AuditEntry {
  /** From 1, without a gap, in the order in which they were committed. */
  number: number;
  time: string;
  /** Of the hash before and all of this row. */
  hash: string;
}
/** The hash of a row, given that of the row before. */
export type AuditLink = (previous: string, row: Omit<AuditRow, "hash">) => string;
/** The entry that stands for dropped rows: `details` say up to which number, and the hash of that row. */
export const AUDIT_DROPPED = "audit.dropped";

/** Rows are added, never changed; the oldest are dropped only by `sweep`. */
export interface AuditLog {
  append(entry: AuditEntry, link: AuditLink): Promise<AuditRow>;
  /** By number, after the given one. */
  read(page: { after: number; limit: number }): Promise<AuditRow[]>;
  /** Newest first. */
  newest(application: string, limit: number): Promise<AuditRow[]>;
  /** How many rows there have ever been, and the newest entry that stands for dropped ones. */
  bounds(): Promise<{ last: number; dropped: AuditRow | null }>;
  /** Drops the oldest `batch` once there are as many more than `keep`, and says so in an entry. True when it did. */
  sweep(rows: { keep: number; batch: number }, link: AuditLink): Promise<boolean>;
}
