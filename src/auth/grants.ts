import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "../errors.js";
import type { Account, Store, StoredCredential } from "../store/store.js";
import type { CredentialSource, VersionedCredential } from "../upstream/upstream.js";
import type { ClientKeys } from "./clientKeys.js";
import type { Credential } from "./credential.js";
import { revoke } from "./oauth/revocation.js";
import type { OAuthFetch, OAuthService } from "./oauth/service.js";
import type { BearerCredential } from "./oauth/tokens.js";
import { requestRenewal } from "./renewal.js";
import type { Vault } from "./vault.js";

/** Seconds that one process may take to renew a token before another may try. */
const LEASE = 30;
/** Milliseconds before its end from which on a token is renewed ahead of use. */
const AHEAD = 60_000;
/** Milliseconds that a caller with a token still good waits for a renewal; then it goes with what it has. */
const PATIENCE = 2_000;
/** Milliseconds between two looks at a renewal in another process. */
const GLANCE = 50;
/** Milliseconds until a caller gives up: a lease that ran out, and one more attempt. */
const LIMIT = (2 * LEASE + 5) * 1000;

type Owner = Pick<Account, "id" | "application">;
interface Flight {
  started: number;
  renewed: Promise<VersionedCredential>;
}

/**
 * How we may act in a service: accounts' credentials, opened for each use and never kept, and the renewal of OAuth tokens.
 * Exactly one caller of all processes renews a version: callers of one process share a flight, processes the lease in the
 * store, and a newer version is saved only over the one that was renewed.
 */
export class Grants {
  readonly #store: Store;
  readonly #vault: Vault;
  readonly #fetch: OAuthFetch;
  readonly #auth: (service: string) => OAuthService | undefined;
  readonly #clients: ClientKeys;
  readonly #onDead: (account: Account) => void | Promise<void>;
  readonly #now: () => number;
  readonly #flights = new Map<string, Flight>();
  /** Renewed, but the store failed to save it: saved by the next holder of the lease, for the old one is used up. */
  readonly #unsaved = new Map<number, { version: number; credential: BearerCredential }>();

  /** `onDead`: the service has refused an account for good. `now`: milliseconds since 1970. */
  constructor(parts: {
    store: Store;
    vault: Vault;
    fetch: OAuthFetch;
    auth: (service: string) => OAuthService | undefined;
    clients: ClientKeys;
    onDead?: (account: Account) => void | Promise<void>;
    now?: () => number;
  }) {
    this.#store = parts.store;
    this.#vault = parts.vault;
    this.#fetch = parts.fetch;
    this.#auth = parts.auth;
    this.#clients = parts.clients;
    this.#onDead = parts.onDead ?? (() => undefined);
    this.#now = parts.now ?? Date.now;
  }

  /** A credential as the store keeps it. Versions count from 1. */
  seal(account: Owner, version: number, credential: Credential): string {
    return this.#vault.seal(JSON.stringify(credential), placeOf(account, version));
  }

  /** Replaces an account's credential, whatever became of the last one, and makes the account active. */
  async save(account: Owner, credential: Credential): Promise<VersionedCredential> {
    for (;;) {
      const { version } = await this.#find(account);
      if (!(await this.#store.credentials.swap(account.id, version, this.seal(account, version + 1, credential))))
        continue;
      await this.#store.accounts.update(account.id, { active: true });
      return { credential, version: version + 1 };
    }
  }

  /** Both throw `service_unauthorized` once the account must be connected again, and `not_found` when it is gone. */
  source(account: Account): CredentialSource {
    const { token } = this.#auth(account.service) ?? {};
    if (token === undefined) return { current: async () => this.#open(account, await this.#find(account)) };
    return { current: () => this.#current(account), renew: (version) => this.#renew(account, version) };
  }

  /**
   * Before an account is deleted: what there is to give back to the service once it is gone. Calling it never throws, and does
   * nothing where the service takes no token back or the credential cannot be read.
   */
  async farewell(account: Account): Promise<() => Promise<void>> {
    const service = this.#auth(account.service);
    if (service?.revoke === undefined) return async () => undefined;
    const client = await this.#clients.find(account.application, account.service);
    const credential = await this.#find(account)
      .then((stored) => this.#open(account, stored).credential)
      .catch(() => null);
    return async () => {
      if (credential?.scheme === "bearer") await revoke(service, client, credential, this.#fetch);
    };
  }

  async #current(account: Account): Promise<VersionedCredential> {
    const stored = await this.#find(account);
    const found = this.#open(account, stored);
    const { credential, version } = found;
    if (credential.scheme !== "bearer" || !credential.refreshToken || credential.expires === undefined) return found;
    const left = credential.expires - this.#now();
    if (left > AHEAD) return found;
    if (left <= 0) return this.#renewOnce(account, version).renewed;
    if (stored.retryAt !== null && Date.parse(stored.retryAt) > this.#now()) return found;
    const { started, renewed } = this.#renewOnce(account, version);
    const patience = started + PATIENCE - performance.now();
    return within(Math.min(patience, left), renewed, found);
  }

  async #renew(account: Account, version: number): Promise<VersionedCredential> {
    const found = this.#open(account, await this.#find(account));
    if (found.version > version) return found;
    if (found.credential.scheme !== "bearer" || !found.credential.refreshToken) throw dead();
    return this.#renewOnce(account, version).renewed;
  }

  #renewOnce(account: Account, version: number): Flight {
    const name = `${account.id} ${version}`;
    let flight = this.#flights.get(name);
    if (!flight) {
      const renewed = this.#claim(account, version).finally(() => this.#flights.delete(name));
      flight = { started: performance.now(), renewed };
      this.#flights.set(name, flight);
    }
    return flight;
  }

  /** Renews, or waits until another process has. */
  async #claim(account: Account, version: number): Promise<VersionedCredential> {
    const holder = `${process.pid} ${randomUUID()}`;
    const until = performance.now() + LIMIT;
    for (;;) {
      const { claimed, credential } = await this.#store.credentials.claim(account.id, version, holder, LEASE);
      const stored = alive(credential);
      if (claimed) return this.#ask(account, stored, holder);
      if (stored.version > version) return this.#open(account, stored);
      const seconds = stored.retryAt === null ? 0 : Math.ceil((Date.parse(stored.retryAt) - this.#now()) / 1000);
      if (stored.leaseOwner === null && seconds > 0) throw notNow(seconds);
      if (performance.now() > until) throw notNow(LEASE);
      await sleep(GLANCE * (0.5 + Math.random()));
    }
  }

  /** With the lease in hand. A crash from here on leaves it behind, and the next holder finds the state `uncertain`. */
  async #ask(account: Account, stored: StoredCredential, holder: string): Promise<VersionedCredential> {
    const { credentials } = this.#store;
    const renewal = await this.#ownOrNew(account, stored);
    if (renewal.outcome === "renewed") return this.#keep(account, stored.version, renewal.credential);
    if (renewal.outcome === "failed") {
      const state = renewal.uncertain || stored.state === "uncertain" ? "uncertain" : "valid";
      await credentials.release(account.id, holder, state, renewal.retryAfterSeconds);
      throw notNow(renewal.retryAfterSeconds, renewal.cause);
    }
    // Still our lease: then nobody has saved a newer one since we read this.
    if (!(await credentials.release(account.id, holder, "dead"))) return this.#later(account, stored.version);
    await this.#store.accounts.update(account.id, { active: false });
    await this.#onDead(account);
    throw dead();
  }

  async #ownOrNew(account: Account, stored: StoredCredential) {
    const unsaved = this.#unsaved.get(account.id);
    if (unsaved?.version === stored.version) return { outcome: "renewed", credential: unsaved.credential } as const;
    const { credential } = this.#open(account, stored);
    const service = this.#auth(account.service);
    if (credential.scheme !== "bearer" || !credential.refreshToken || service?.token === undefined)
      return { outcome: "refused" } as const;
    const client = await this.#clients.find(account.application, account.service);
    return requestRenewal(service, client, credential.refreshToken, this.#fetch, this.#now);
  }

  async #keep(account: Account, version: number, credential: BearerCredential): Promise<VersionedCredential> {
    this.#unsaved.set(account.id, { version, credential });
    const sealed = this.seal(account, version + 1, credential);
    const saved = await this.#store.credentials.swap(account.id, version, sealed);
    this.#unsaved.delete(account.id);
    return saved ? { credential, version: version + 1 } : this.#later(account, version);
  }

  /** What somebody else has saved in the meantime. */
  async #later(account: Account, version: number): Promise<VersionedCredential> {
    const stored = await this.#find(account);
    if (stored.version > version) return this.#open(account, stored);
    throw notNow(LEASE);
  }

  async #find(account: Owner): Promise<StoredCredential> {
    return found(await this.#store.credentials.get(account.id));
  }

  #open(account: Owner, stored: StoredCredential): VersionedCredential {
    const { version, sealed } = alive(stored);
    return { credential: JSON.parse(this.#vault.open(sealed, placeOf(account, version))) as Credential, version };
  }
}

const placeOf = ({ application, id }: Owner, version: number) => ({
  application,
  record: id,
  column: "credential",
  version,
});

/** What a renewal gives within so many milliseconds; else, or when it fails for now, what there is. */
const within = async <T>(milliseconds: number, renewed: Promise<T>, otherwise: T): Promise<T> => {
  const over = new AbortController();
  const instead = renewed.catch((error: unknown) => {
    if (error instanceof ApiError && error.code === "service_unauthorized") throw error;
    return otherwise;
  });
  try {
    return await Promise.race([instead, sleep(Math.max(0, milliseconds), otherwise, { signal: over.signal })]);
  } finally {
    over.abort();
  }
};

const found = (stored: StoredCredential | null): StoredCredential => {
  if (!stored) throw new ApiError("not_found", "There is no such account.");
  return stored;
};

const alive = (stored: StoredCredential | null): StoredCredential => {
  if (found(stored).state === "dead") throw dead();
  return stored as StoredCredential;
};

const dead = (): ApiError =>
  new ApiError("service_unauthorized", "The service refuses this account's credential; connect the account again.");

const notNow = (retryAfter: number, cause?: unknown): ApiError =>
  new ApiError(
    "service_not_available",
    "The service does not renew this account's token at present.",
    { retryAfter },
    { cause },
  );
