import { ApiError } from "../errors.js";
import { type Key, RIGHTS, type Right, type Store } from "../store/store.js";
import type { Caller } from "./caller.js";
import { Lookups } from "./lookups.js";
import { hashOf, opaque, same } from "./opaque.js";
import { Sessions } from "./sessions.js";
import type { Vault } from "./vault.js";

/** Bearer tokens in one header. */
const MAXIMUM_TOKENS = 100;
/** Characters of a key that the operator chose; it is found by a plain hash, so it must be hard to guess. */
const SHORTEST_KEY = 16;
const USER_RIGHTS: ReadonlySet<Right> = new Set(["read", "write", "raw"]);

interface AccountToken {
  hash: string;
  account: number;
  application: string;
  expires: string | null;
}

/**
 * Who asks: API keys, accounts' bearer tokens and end users' session tokens. Keys and tokens hold 256 random bits and are found
 * by their SHA-256; a key's text is also kept sealed. Source: the unified API, "Authorization header".
 */
export class Callers {
  readonly #store: Store;
  readonly #vault: Vault;
  readonly #now: () => number;
  readonly #sessions: Sessions;
  readonly #keys: Lookups<Key>;
  readonly #tokens: Lookups<AccountToken>;

  /** `secrets` in order of age; the last one signs sessions. `now`: milliseconds since 1970. */
  constructor(parts: { store: Store; vault: Vault; secrets: readonly string[]; now?: () => number }) {
    this.#store = parts.store;
    this.#vault = parts.vault;
    this.#now = parts.now ?? Date.now;
    this.#sessions = new Sessions(parts.secrets, this.#now);
    this.#keys = new Lookups((hashes) => Promise.all(hashes.map((hash) => this.#store.keys.byHash(hash))), this.#now);
    this.#tokens = new Lookups((hashes) => this.#accountTokens(hashes), this.#now);
  }

  /**
   * Reads an `Authorization` header. Throws `authentication_required` where there is none of a kind that we know, `unauthorized`
   * for an API key and `invalid_token` for a bearer or session token that is unknown or expired.
   */
  async authenticate(authorization: string | undefined): Promise<Caller> {
    const [, scheme = "", credential = ""] = /^\s*(\S+)\s+(\S.*)$/s.exec(authorization ?? "") ?? [];
    switch (scheme.toLowerCase()) {
      case "apikey":
      // The older name of what manages applications.
      case "developerkey":
        return this.#byKey(credential.trim());
      case "bearer":
        return this.#byTokens(credential.split(",").flatMap((token) => token.trim() || []));
      default:
        throw new ApiError(
          "authentication_required",
          "Give an Authorization header: `APIKey <key>` or `Bearer <token>`.",
        );
    }
  }

  /** The key's text is told here, and by `reveal` later. `expires`: ISO 8601. */
  async createKey(
    application: string,
    options: { name: string; rights: readonly Right[]; expires?: string | null },
  ): Promise<{ key: string; record: Key }> {
    const key = opaque("ugk_");
    return { key, record: await this.#keep(application, key, options) };
  }

  /** Makes a given text the application's key with every right, unless it is that already. */
  async adoptKey(application: string, text: string): Promise<Key> {
    if (text.length < SHORTEST_KEY || !/^[\x21-\x7e]+$/.test(text))
      throw new ApiError("invalid_parameters", `An API key has at least ${SHORTEST_KEY} printable ASCII characters.`);
    const known = async () => {
      const record = await this.#store.keys.byHash(hashOf(text));
      if (record && record.application !== application)
        throw new ApiError("data_conflict", "This API key belongs to another application.");
      if (record) this.reveal(record); // refuses to start with a secret that cannot open what is stored
      return record;
    };
    const record = await known();
    if (record) return record;
    try {
      return await this.#keep(application, text, { name: "given", rights: RIGHTS });
    } catch (error) {
      const adopted = await known(); // by another process that starts with us
      if (adopted) return adopted;
      throw error;
    }
  }

  /** A key's text. */
  reveal({ application, hash, sealed }: Key): string {
    return this.#vault.open(sealed, placeOf(application, hash));
  }

  async deleteKey(application: string, id: number): Promise<boolean> {
    const deleted = await this.#store.keys.delete(application, id);
    this.#keys.forget((key) => key.id === id);
    return deleted;
  }

  /** A bearer token that ends with its account. */
  async createToken(account: number): Promise<string> {
    const token = opaque("ugt_");
    await this.#store.tokens.create({ hash: hashOf(token), account, expires: null });
    return token;
  }

  /** Ends one bearer token. The account and its other tokens stay. */
  async revokeToken(text: string): Promise<boolean> {
    const hash = hashOf(text);
    const deleted = await this.#store.tokens.delete(hash);
    this.#tokens.forget((token) => token.hash === hash);
    return deleted;
  }

  /** A token for the accounts of one end user. `minutes`: 1 to 1440. */
  createSession(session: {
    application: string;
    endUser: string;
    minutes: number;
  }): Promise<{ token: string; expires: string }> {
    return this.#sessions.create(session);
  }

  /** An account was disconnected: its tokens end now, not when the memory of them does. */
  forgetAccount(account: number): void {
    this.#tokens.forget((token) => token.account === account);
  }

  /** An application is gone: its keys and tokens end now. */
  forgetApplication(application: string): void {
    this.#keys.forget((key) => key.application === application);
    this.#tokens.forget((token) => token.application === application);
  }

  async #byKey(text: string): Promise<Caller> {
    const hash = hashOf(text);
    const [key] = await this.#keys.find([hash]);
    if (!key || !same(key.hash, hash) || this.#isOver(key.expires))
      throw new ApiError("unauthorized", "The API key is unknown or has expired.");
    return {
      application: key.application,
      kind: "key",
      rights: new Set(key.rights),
      accounts: null,
      endUser: null,
      name: `key ${key.id}`,
    };
  }

  async #byTokens(texts: readonly string[]): Promise<Caller> {
    const [first, ...others] = texts;
    if (first === undefined) throw new ApiError("authentication_required", "The Authorization header has no token.");
    if (others.length === 0 && first.split(".").length === 3) return this.#bySession(first);
    if (texts.length > MAXIMUM_TOKENS)
      throw new ApiError("bad_request", `At most ${MAXIMUM_TOKENS} tokens can be given at once.`);
    const hashes = texts.map(hashOf);
    const found = await this.#tokens.find(hashes);
    // What manages applications may come as a bearer token: it is an API key.
    if (found.length === 1 && !found[0] && (await this.#keys.find(hashes))[0]) return this.#byKey(first);
    const tokens = found.flatMap((token, index) => {
      if (!token || !same(token.hash, hashes[index] as string) || this.#isOver(token.expires)) throw invalidToken();
      return token;
    });
    const application = tokens[0]?.application as string;
    if (tokens.some((token) => token.application !== application))
      throw new ApiError("forbidden", "The tokens belong to different applications.");
    const accounts = [...new Set(tokens.map(({ account }) => account))];
    const name = `account ${accounts.join(",")}`;
    return { application, kind: "token", rights: USER_RIGHTS, accounts, endUser: null, name };
  }

  async #bySession(text: string): Promise<Caller> {
    const session = await this.#sessions.read(text);
    if (!session) throw invalidToken();
    const { application, endUser } = session;
    const name = `session ${hashOf(JSON.stringify([application, endUser])).slice(0, 12)}`;
    return { application, kind: "session", rights: USER_RIGHTS, accounts: null, endUser, name };
  }

  async #accountTokens(hashes: readonly string[]): Promise<(AccountToken | null)[]> {
    const tokens = await this.#store.tokens.byHashes(hashes);
    const accounts = await this.#store.accounts.getMany(tokens.flatMap((token) => token?.account ?? []));
    const applications = new Map(accounts.flatMap((account) => (account ? [[account.id, account.application]] : [])));
    return tokens.map((token) => {
      const application = token && applications.get(token.account);
      return application ? { hash: token.hash, account: token.account, application, expires: token.expires } : null;
    });
  }

  async #keep(
    application: string,
    text: string,
    { name, rights, expires = null }: { name: string; rights: readonly Right[]; expires?: string | null },
  ): Promise<Key> {
    if (rights.length === 0) throw new ApiError("invalid_parameters", "A key needs at least one right.");
    if (expires !== null && !(Date.parse(expires) > this.#now()))
      throw new ApiError("invalid_parameters", "A key's end must be a time to come, in ISO 8601.");
    const hash = hashOf(text);
    return this.#store.keys.create({
      application,
      name,
      hash,
      prefix: text.slice(0, Math.min(8, text.length >> 2)),
      sealed: this.#vault.seal(text, placeOf(application, hash)),
      rights: [...new Set(rights)],
      expires,
    });
  }

  #isOver(expires: string | null): boolean {
    return expires !== null && Date.parse(expires) <= this.#now();
  }
}

const placeOf = (application: string, hash: string) => ({ application, record: hash, column: "key", version: 1 });
const invalidToken = () =>
  new ApiError("invalid_token", "The token is unknown or has expired; it may be of an account that was disconnected.");
