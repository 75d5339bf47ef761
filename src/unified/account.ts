import { type Connector, type Context, ROOT } from "../connectors/connector.js";
import { ApiError } from "../errors.js";
import { type Api, type Ids, Ref, type Scope } from "../ids.js";
import type { Account } from "../store/store.js";
import type { Connections } from "../upstream/transports/transport.js";
import type { AccountBook, Target, Upstream } from "../upstream/upstream.js";
import { capabilitiesOf, offersOf } from "./capabilities.js";
import { AccountApis } from "./categories.js";
import { checkType } from "./checkType.js";
import type { Session } from "./session.js";
import type { UnifiedStorage } from "./storage/storage.js";
import { trustOf } from "./trust.js";

/** A caller's own additions to the requests that an account makes. */
export interface View {
  /** Acting as this user of the account's organisation. */
  user?: string | undefined;
  query?: Readonly<Record<string, string>> | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * One connected account in one caller's session. It is the scope of every id handed out through it, so an object knows the
 * way back: through the same account, seen the same way.
 */
export class ConnectedAccount implements Scope {
  readonly ids: Ids;
  readonly application: string;
  readonly account: number;
  readonly user: string | undefined;
  readonly id: Ref<ConnectedAccount>;
  #book: AccountBook | undefined;
  #upstream: Upstream | undefined;
  #connections: Connections | undefined;
  #plain: AccountApis | undefined;
  #withRaw: AccountApis | undefined;
  #offers: ((api: Api) => boolean) | undefined;

  constructor(
    readonly session: Session,
    readonly record: Account,
    readonly connector: Connector,
    readonly view: View,
  ) {
    if (view.user !== undefined) checkImpersonation(record, connector, view.user);
    this.ids = session.unified.ids;
    this.application = record.application;
    this.account = record.id;
    this.user = view.user;
    this.id = new Ref(this, "meta", "account", String(record.id));
  }

  /** The same account, its calls ended by this signal as well. What it reads belongs to this one. */
  until(signal: AbortSignal): ConnectedAccount {
    return new HurriedAccount(this, signal);
  }

  /** All that can be asked of it; `raw`: with the service's own objects beside the unified ones. */
  apis(raw: boolean): AccountApis {
    if (raw) return (this.#withRaw ??= new AccountApis(this, true));
    return (this.#plain ??= new AccountApis(this, false));
  }
  get storage(): UnifiedStorage {
    return this.apis(false).storage;
  }

  /** The account has this category, as it was connected. */
  offers(api: Api): boolean {
    this.#offers ??= offersOf(this.connector, this.record);
    return this.#offers(api);
  }
  has(api: Exclude<Api, "meta">): boolean {
    return this.connector[api] !== undefined && this.offers(api);
  }

  ref(api: Api, type: string, native: string): Ref<ConnectedAccount> {
    return new Ref(this, api, type, native);
  }

  /** An id as this account's, seen the same way: one of another account names nothing here. */
  own(id: string, api: Api, types: readonly string[]): Ref<ConnectedAccount> {
    const named = this.ids.decode(this.application, id);
    if (named.account !== this.account || named.user !== this.user || named.api !== api)
      throw new ApiError("not_found", "There is no such object in this account.");
    checkType(named, api, types);
    return this.ref(api, named.type, named.native);
  }

  /** A user of the account's organisation by global id, or as the service itself names it: what `View.user` takes. */
  userOf(id: string): string {
    const named = this.ids.tryDecode(this.application, id);
    if (!named) return id;
    if (named.api !== "team" || named.type === "group" || named.account !== this.account)
      throw new ApiError("invalid_resource_type", "This is not the id of a user of this account's organisation.");
    return named.native;
  }

  /** Throws where nothing may be asked of the service: switched off by the application, or no longer let in by the service. */
  checkUsable(): void {
    const { enabled, active } = this.record;
    if (!enabled) throw new ApiError("forbidden", "This account is disabled.");
    if (!active)
      throw new ApiError(
        "service_unauthorized",
        `${this.connector.title} refuses this account's credential; connect it again.`,
      );
  }

  /** The global id of what the service knows by `native`. What type an `object` of storage has, the service is asked. */
  async encodeRawId(api: Api, type: string, native: string): Promise<Ref<ConnectedAccount>> {
    if (api === "meta" || !this.has(api))
      throw new ApiError("not_implemented", `${this.connector.title} has no ${api}.`);
    if (native === "" || Buffer.byteLength(native) > LONGEST_NATIVE)
      throw new ApiError("invalid_parameters", `A service's id has from 1 to ${LONGEST_NATIVE} bytes.`);
    const isKnown = api === "storage" ? type === "file" || type === "folder" : this.apis(false).collectionOf(api, type);
    if (isKnown) return this.ref(api, type, native);
    if (api !== "storage" || type !== "object")
      throw new ApiError("invalid_parameters", `There is no type ${JSON.stringify(type)} in ${api}.`);
    const item = await this.storage.get({ type, id: native });
    return item.id as Ref<ConnectedAccount>;
  }

  /** The service's own id from its parts. Throws `invalid_parameters` for one that is missing, or not of this service. */
  rawId(id: string, attributes: Readonly<Record<string, unknown>>): string {
    const { rawIds, title } = this.connector;
    const given = Object.keys(attributes).find((name) => !rawIds?.attributes.includes(name));
    if (given !== undefined)
      throw new ApiError("invalid_parameters", `${title}'s ids need no ${JSON.stringify(given)} beside them.`);
    // The root folder and such need nothing.
    if (!rawIds || id === ROOT) return id;
    const parts: Record<string, string> = {};
    for (const name of rawIds.attributes) {
      const part = attributes[name];
      if (typeof part !== "string" || part === "")
        throw new ApiError("invalid_parameters", `${title}'s ids need ${name} beside them.`);
      parts[name] = part;
    }
    return rawIds.assemble(this.record.settings, id, parts);
  }

  /** What a connector's operation is given. */
  context(api: Api, raw: boolean): Context {
    return {
      settings: this.record.settings,
      upstream: this.upstream,
      connections: this.connections,
      signal: this.session.signal,
      user: this.user,
      raw,
      ref: (type, native, of = api) => new Ref(this, of, type, native),
    };
  }

  get upstream(): Upstream {
    this.#upstream ??= this.session.unified.client.for(this.target());
    return this.#upstream;
  }

  get connections(): Connections {
    this.#connections ??= this.session.unified.client.connections(this.target(), this.record.settings);
    return this.#connections;
  }

  target(): Target {
    const { session, connector, record, view } = this;
    this.#book ??= session.openBook(String(this.id), connector.service);
    const headers = { ...view.headers, ...(view.user === undefined ? {} : connector.actAs?.(view.user)) };
    return {
      service: connector.service,
      account: String(record.id),
      origin: originOf(connector, record),
      ...(connector.hosts ? { hosts: connector.hosts } : {}),
      budget: connector.budgetOf?.(record.settings) ?? connector.budget,
      ...(connector.explain ? { explain: connector.explain } : {}),
      credentials: session.unified.grants.source(record),
      ...trustOf(connector, record.settings.certificate),
      user: view.user,
      ...(view.query ? { query: view.query } : {}),
      headers,
      signal: session.signal,
      background: session.background,
      ...(session.background ? { deadlineMs: BACKGROUND_DEADLINE } : {}),
      book: this.#book,
    };
  }

  /** `storage.files.copy` … in a stable order. */
  get capabilities(): string[] {
    return capabilitiesOf(this.connector, this.record);
  }
}

class HurriedAccount extends ConnectedAccount {
  readonly #signal: AbortSignal;
  constructor(
    private readonly whole: ConnectedAccount,
    signal: AbortSignal,
  ) {
    super(whole.session, whole.record, whole.connector, whole.view);
    this.#signal = AbortSignal.any([whole.session.signal, signal]);
  }
  override ref(api: Api, type: string, native: string): Ref<ConnectedAccount> {
    return this.whole.ref(api, type, native);
  }
  override context(api: Api, raw: boolean): Context {
    return {
      ...super.context(api, raw),
      signal: this.#signal,
      ref: (type, native, of = api) => this.whole.ref(of, type, native),
    };
  }
  override target(): Target {
    return { ...super.target(), signal: this.#signal };
  }
}

/** Bytes of an id that a caller says the service has, characters of a user's: a global id must have room for both. */
const LONGEST_NATIVE = 4096;
const LONGEST_USER = 255;

/** Milliseconds for one call of a background task, which nobody waits for at a screen. */
const BACKGROUND_DEADLINE = 120_000;

/** Of what is not reached by HTTP. */
export const NO_ORIGIN = "http://none.invalid";

const originOf = ({ origin }: Connector, { settings }: Account): string =>
  typeof origin === "function" ? origin(settings) : (origin ?? NO_ORIGIN);

const checkImpersonation = (record: Account, connector: Connector, user: string): void => {
  // A user is sealed into ids beside what they name, and sent in headers: nothing in it may look like an end.
  if (user === "" || user.length > LONGEST_USER || /[\u0000-\u001f\u007f]/.test(user))
    throw new ApiError(
      "invalid_parameters",
      `A user has from 1 to ${LONGEST_USER} characters, none of them a control character.`,
    );
  if (!record.admin) throw new ApiError("forbidden", "Only an administrator's account may act as another user.");
  if (!connector.actAs)
    throw new ApiError("not_implemented", `${connector.title} cannot act as another user of the organisation.`);
};
