import DataLoader from "dataloader";
import { type Caller, mayUse, visibleTo } from "../auth/caller.js";
import type { Connector } from "../connectors/connector.js";
import { ApiError } from "../errors.js";
import { type Api, type Named, Ref } from "../ids.js";
import type { Account, AccountFilter, Application } from "../store/store.js";
import type { AccountBook } from "../upstream/upstream.js";
import { ConnectedAccount, type View } from "./account.js";
import type { UnifiedApi } from "./api.js";
import { checkType } from "./checkType.js";

/** Accounts of one question at most. */
export const MOST_ASKED = 200;

/**
 * One caller's dealings within one request: the accounts it may use, opened once each. Its memory must not outlive the
 * caller's permissions.
 */
export class Session {
  readonly #opened = new Map<string, ConnectedAccount>();
  readonly #books = new Map<string, AccountBook>();
  readonly #records: DataLoader<number, Account | null>;

  constructor(
    readonly unified: UnifiedApi,
    readonly caller: Caller,
    readonly signal: AbortSignal,
    /** Nobody waits at a screen: lets others go first. */
    readonly background = false,
  ) {
    this.#records = new DataLoader((numbers) => unified.store.accounts.getMany(numbers));
  }

  /** By number. An account that this caller may not use does not exist. */
  async account(number: number, view: View = {}): Promise<ConnectedAccount> {
    const record = await this.#records.load(number);
    if (!record || !mayUse(this.caller, record)) throw noAccount();
    return this.view(record, view);
  }

  /** An account that the caller may use, seen in its own way. Who acts as somebody else is written down. */
  async view(record: Account, view: View): Promise<ConnectedAccount> {
    const account = this.open(record, view);
    if (view.user !== undefined) await this.unified.audit.impersonated(this.caller, record.id, view.user);
    return account;
  }

  /** The account of the caller's own token; the first of several. */
  me(view: View = {}): Promise<ConnectedAccount> {
    const [number] = this.caller.accounts ?? [];
    if (number !== undefined) return this.account(number, view);
    throw new ApiError(
      "not_found",
      "`me` is the account of a bearer token; with this credential, give an account's id.",
    );
  }

  /** A row that was just read under the caller's own filter. */
  open(record: Account, view: View = {}): ConnectedAccount {
    const key = JSON.stringify([record.id, view.user, view.query, view.headers]);
    let account = this.#opened.get(key);
    if (!account) {
      account = new ConnectedAccount(this, record, this.#connector(record.service), view);
      this.#opened.set(key, account);
      this.#records.prime(record.id, record);
    }
    return account;
  }

  /** The accounts that the caller may see, by number. */
  async accounts(
    filter: Omit<AccountFilter, "application">,
    page: { after: number; limit: number; offset?: number },
  ): Promise<ConnectedAccount[]> {
    const records = await this.unified.store.accounts.list(this.#visible(filter), page);
    return records.map((record) => this.open(record));
  }

  countAccounts(filter: Omit<AccountFilter, "application">): Promise<number> {
    return this.unified.store.accounts.count(this.#visible(filter));
  }

  /** Narrowed to what the caller may see, and to services that are installed here. */
  #visible(filter: Omit<AccountFilter, "application">): AccountFilter {
    const visible = visibleTo(this.caller);
    const ids = filter.ids && visible.ids ? filter.ids.filter((id) => visible.ids?.includes(id)) : undefined;
    const installed = [...this.unified.connectors.keys()];
    const services = filter.services?.filter((service) => this.unified.connectors.has(service)) ?? installed;
    return { ...filter, ...visible, ...(ids ? { ids } : {}), services };
  }

  /** Those that are switched on, one more than may be asked at most; read once, for each contact of a list asks all of them. */
  enabledAccounts(): Promise<ConnectedAccount[]> {
    this.#enabled ??= this.accounts({ enabled: true }, { after: 0, limit: MOST_ASKED + 1 });
    return this.#enabled;
  }
  #enabled: Promise<ConnectedAccount[]> | undefined;

  /** The caller's application; read once. */
  application(): Promise<Application> {
    this.#application ??= this.unified.store.applications.get(this.caller.application).then((application) => {
      if (application) return application;
      throw new ApiError("not_found", "There is no such application.");
    });
    return this.#application;
  }
  #application: Promise<Application> | undefined;

  /** After a change of the account's row, or when there is a new one. */
  forget(number: number): void {
    this.#enabled = undefined;
    this.#records.clear(number);
    for (const [key, account] of this.#opened) if (account.account === number) this.#opened.delete(key);
  }

  /** What an id names, reached through its account; `not_found` for all that this caller may not see. */
  async resolve(id: string): Promise<Ref<ConnectedAccount>> {
    return this.locate(this.unified.ids.decode(this.caller.application, id));
  }

  /** The same of an id that has been decoded. */
  async locate({ account: number, api, type, native, user }: Named): Promise<Ref<ConnectedAccount>> {
    const account = await this.account(number, user === undefined ? {} : { user });
    return api === "meta" && type === "account" ? account.id : new Ref(account, api, type, native);
  }

  /** The same, refusing another type's id. */
  async resolveAs(id: string, api: Api, types: readonly string[]): Promise<Ref<ConnectedAccount>> {
    const ref = await this.resolve(id);
    checkType(ref, api, types);
    return ref;
  }

  openBook(account: string, service: string): AccountBook {
    let book = this.#books.get(account);
    if (!book) {
      book = { account, service, calls: 0, joined: 0, waitedMs: 0, ms: 0 };
      this.#books.set(account, book);
    }
    return book;
  }
  get books(): AccountBook[] {
    return [...this.#books.values()];
  }

  #connector(service: string): Connector {
    const connector = this.unified.connectors.get(service);
    if (!connector) throw new ApiError("not_implemented", `No connector for ${service} is installed here.`);
    return connector;
  }
}

const noAccount = () => new ApiError("not_found", "There is no such account.");
