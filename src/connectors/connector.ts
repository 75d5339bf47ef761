import type { Credential } from "../auth/credential.js";
import type { Grant } from "../auth/oauth/authorization.js";
import { ApiError } from "../errors.js";
import type { Api, Ref } from "../ids.js";
import type { Connections } from "../upstream/transports/transport.js";
import type { Budget, Explain, Upstream } from "../upstream/upstream.js";
import type { AuditOperations } from "./operations/audit.js";
import type { CalendarOperations } from "./operations/calendar.js";
import type { Context, Settings } from "./operations/context.js";
import type { CrmOperations } from "./operations/crm.js";
import type { EmailOperations } from "./operations/email.js";
import type { EventsOperations } from "./operations/events.js";
import type { Hooks } from "./operations/hooks.js";
import type { ItsmOperations } from "./operations/itsm.js";
import type { MessagingOperations } from "./operations/messaging.js";
import type { StorageOperations } from "./operations/storage.js";
import type { TeamOperations } from "./operations/team.js";

export * from "./operations/attachment.js";
export * from "./operations/audit.js";
export * from "./operations/calendar.js";
export * from "./operations/certificate.js";
export * from "./operations/collection.js";
export * from "./operations/context.js";
export * from "./operations/crm.js";
export * from "./operations/email.js";
export * from "./operations/events.js";
export * from "./operations/hooks.js";
export * from "./operations/itsm.js";
export * from "./operations/messaging.js";
export * from "./operations/storage.js";
export * from "./operations/team.js";

/**
 * The contract between a service and everything else. A connector is one object made by `connector()`:
 * declarations as data, operations as functions. An operation that exists is a capability; nothing else says so.
 */
export interface Connector {
  /** Identifier in the unified API: `dropbox`, `webdav` … */
  readonly service: string;
  /** As people call it. */
  readonly title: string;
  readonly category: ServiceCategory;
  /** Base of relative paths: fixed, or as the account's settings say. None for what is not reached by HTTP. */
  readonly origin?: string | ((settings: Settings) => string);
  /** All that a request with this account's credential may reach. Absent: only the host of `origin`. */
  readonly hosts?: readonly string[];
  readonly auth: Auth;
  readonly budget: Budget;
  /** Where an account's settings say another. */
  budgetOf?(settings: Settings): Budget;
  readonly explain?: Explain;
  /** Turns what the user typed into a connection, asking the service whether it is true. */
  connect(context: ConnectContext, fields: Fields): Promise<Connection>;
  /** Headers that make a request act as one user of an admin account's organisation. Absent: no impersonation. */
  actAs?(user: string): Readonly<Record<string, string>>;
  /** Methods allowed in pass-through requests. Absent: no pass-through. */
  readonly raw?: { methods: readonly string[] };
  /**
   * How ids are put together that people know in parts: a bucket's name and a key. `id` is what they have beside the attributes; all of
   * these are needed. Absent: the service's ids are whole. Source: the unified API, "Raw ID → unified ID".
   */
  readonly rawIds?: {
    attributes: readonly string[];
    assemble(settings: Settings, id: string, attributes: Readonly<Record<string, string>>): string;
  };
  /** Which of the categories below an account has, as it was connected. Absent: all of them. */
  offers?(settings: Settings): readonly Api[];
  /** What the server of an account does beside the operations below, as it was found at connecting: told among its capabilities. */
  also?(settings: Settings): readonly string[];
  /** What the service pushes to us. Absent: nothing. */
  readonly hooks?: Hooks;
  readonly storage?: StorageOperations;
  readonly crm?: CrmOperations;
  readonly calendar?: CalendarOperations;
  readonly email?: EmailOperations;
  readonly messaging?: MessagingOperations;
  readonly team?: TeamOperations;
  readonly events?: EventsOperations;
  readonly itsm?: ItsmOperations;
  readonly audit?: AuditOperations;
}

/** Checks nothing and adds nothing: it gives a declaration its type and a search its one entry. */
export const connector = (declaration: Connector): Connector => declaration;

export type ServiceCategory =
  | "cloud_storage"
  | "object_storage"
  | "crm"
  | "calendar"
  | "email"
  | "chat"
  | "construction"
  | "itsm"
  | "audit"
  | "sandbox"
  | "unified";

/** How an account is connected. `fields` are asked of the user by every client: form, command line, API. */
export type Auth =
  | { scheme: "none"; fields: readonly CredentialField[] }
  /** What was typed signs each request: Basic or Digest as the server asks, Bearer when a token was given. */
  | { scheme: "credentials"; fields: readonly CredentialField[] }
  | {
      scheme: "oauth2";
      /** Asked before the user is sent to the service. */
      fields: readonly CredentialField[];
      /** Absent where an account is connected by its fields alone and only its tokens are OAuth's. */
      authorize?: string;
      token: string;
      /** Takes tokens back (RFC 7009). */
      revoke?: string;
      /** As the service names itself in `iss` (RFC 9207); absent: the origin of `authorize`. */
      issuer?: string;
      /** Asked for, unless the application asks for the service's scopes by their own names. */
      scopes: readonly string[];
      /** More parameters of the authorization request, such as `access_type`. */
      parameters?: Readonly<Record<string, string>>;
      /** How our client's secret is shown to the service: in the header, or (absent) in the form. */
      authentication?: "basic" | "post" | "none";
      /** In lower case, where the service calls its bearer tokens otherwise. */
      tokenType?: string;
      /** The service's client id, where it is a public client of our own. */
      client?: string;
    };

export interface CredentialField {
  name: string;
  title: string;
  secret: boolean;
  required: boolean;
  hint?: string;
  /** The setting of this name may change, and the account is the same: a server's certificate, or its host key. */
  mayChange?: true;
}

export type Fields = Readonly<Record<string, string>>;
export interface ConnectContext {
  /** Signed with the given credential, sent to the given origin; for a service without a fixed one. */
  upstream(origin: string, credential: Credential): Upstream;
  /** The same for a service that does not speak HTTP: what is opened is closed when `connect` has ended. */
  connections(settings: Settings, credential: Credential): Connections;
  /** What the service granted where its user was sent to it: to ask with, and to keep as the connection's credential. */
  readonly grant?: Grant | undefined;
  readonly signal: AbortSignal;
}

export interface Connection {
  /** How to show the account to a person: an e-mail address, `alice @ files.example.com`. */
  name: string;
  settings: Settings;
  credential: Credential;
  /** The connection is an administrator's. */
  admin?: boolean;
}

/** `a.txt`, `a (1).txt`, `a (2).txt` … for services that have no renaming of their own. */
export function* freeNames(name: string): Generator<string> {
  yield name;
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  for (let count = 1; count <= 1000; count++) yield `${stem} (${count})${ending}`;
}

/** The global id of a user of the account's organisation, wherever the service names one. */
export const personRef = (context: Pick<Context, "ref">, id: string): Ref => context.ref("person", id, "team");

/** A name that is taken, and by what. */
export const namingConflict = (name: string, conflicting?: Ref): ApiError =>
  new ApiError("naming_conflict", `"${name}" exists already.`, conflicting ? { conflicting } : {});

/** A name as a segment of a path: what file systems and WebDAV refuse. */
export const checkName = (name: string): string => {
  if (name === "" || name === "." || name === ".." || /[/\0]/.test(name))
    throw new ApiError("invalid_parameters", "A name must not be empty, `.` or `..`, nor contain `/` or NUL.");
  return name;
};
