import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject } from "node:crypto";
import { ApiError } from "./errors.js";

/** Which unified API an object belongs to. The order is part of every id: append only. */
export const APIS = [
  "meta",
  "storage",
  "crm",
  "calendar",
  "email",
  "messaging",
  "team",
  "events",
  "itsm",
  "audit",
] as const;
export type Api = (typeof APIS)[number];

/** What an id names. `user` is the organisation's user on whose behalf it was handed out. */
export interface Named {
  /** The account's number; 0 for what belongs to no account. */
  account: number;
  api: Api;
  /** `file`, `folder`, `account`, `task` … */
  type: string;
  /** The service's own id. */
  native: string;
  user?: string | undefined;
}

interface Key {
  number: number;
  seal: KeyObject;
  nonce: KeyObject;
}

const VERSION = 1;
const HEAD = 2 + 12; // version, key number, nonce
const TAG = 16;
const MAXIMUM = 8192; // characters of an id; the unified API, "Identifiers"

/**
 * Global ids: opaque, deterministic, authenticated.
 * base64url(version ‖ key number ‖ nonce ‖ AES-256-GCM(named) ‖ tag), nonce = HMAC-SHA256(associated data ‖ named)[0..12],
 * associated data = version ‖ key number ‖ application: an id of one application means nothing to another.
 */
export class Ids {
  readonly #keys: Map<number, Key>;
  readonly #current: Key;
  readonly #associated = new Map<string, Buffer>();

  /** `secrets` in order of age; the last one makes new ids, all of them read. */
  constructor(secrets: readonly { number: number; secret: string }[]) {
    const keys = secrets.map(({ number, secret }) => ({
      number,
      seal: derive(secret, "unigraph id seal"),
      nonce: derive(secret, "unigraph id nonce"),
    }));
    const current = keys.at(-1);
    if (!current) throw new RangeError("ids need at least one secret");
    this.#keys = new Map(keys.map((key) => [key.number, key]));
    this.#current = current;
  }

  encode(application: string, { account, api, type, native, user = "" }: Named): string {
    const key = this.#current;
    const head = `${account.toString(36)}\0${APIS.indexOf(api).toString(36)}\0${type}\0${user}\0`;
    const plain = Buffer.from(head + native, "utf8");
    const associated = this.#associate(key.number, application);
    const nonce = createHmac("sha256", key.nonce).update(associated).update(plain).digest().subarray(0, 12);
    const cipher = createCipheriv("aes-256-gcm", key.seal, nonce).setAAD(associated);
    const sealed = cipher.update(plain);
    cipher.final();
    const id = Buffer.concat([associated.subarray(0, 2), nonce, sealed, cipher.getAuthTag()]).toString("base64url");
    if (id.length > MAXIMUM) throw new ApiError("bad_gateway", "The service's id is too long to hand out.");
    return id;
  }

  /** Throws `not_found` for anything that we did not hand out to this application. */
  decode(application: string, id: string): Named {
    if (id.length > MAXIMUM || !/^[\w-]+$/.test(id)) throw unknown();
    const bytes = Buffer.from(id, "base64url");
    // A base64url text whose last character carries unused bits would be a second spelling of the same id.
    if (bytes.length <= HEAD + TAG || bytes[0] !== VERSION || bytes.toString("base64url") !== id) throw unknown();
    const key = this.#keys.get(bytes[1] as number);
    if (!key) throw unknown();
    const decipher = createDecipheriv("aes-256-gcm", key.seal, bytes.subarray(2, HEAD))
      .setAAD(this.#associate(key.number, application))
      .setAuthTag(bytes.subarray(bytes.length - TAG));
    let plain: string;
    try {
      plain = Buffer.concat([decipher.update(bytes.subarray(HEAD, bytes.length - TAG)), decipher.final()]).toString(
        "utf8",
      );
    } catch {
      throw unknown();
    }
    const [account, api, type, user, ...native] = plain.split("\0");
    const named: Named = {
      account: Number.parseInt(account as string, 36),
      api: APIS[Number.parseInt(api as string, 36)] as Api,
      type: type as string,
      native: native.join("\0"),
    };
    if (user) named.user = user;
    return named;
  }

  /** Null for what is not an id of ours. */
  tryDecode(application: string, id: string): Named | null {
    try {
      return this.decode(application, id);
    } catch (error) {
      if (error instanceof ApiError) return null;
      throw error;
    }
  }

  #associate(number: number, application: string): Buffer {
    const known = `${number} ${application}`;
    let associated = this.#associated.get(known);
    if (!associated) {
      if (this.#associated.size > 10_000) this.#associated.clear();
      associated = Buffer.concat([Buffer.from([VERSION, number]), Buffer.from(application, "utf8")]);
      this.#associated.set(known, associated);
    }
    return associated;
  }
}

/** In whose name objects are read: ids minted within it agree, and nothing is shared across two of them. */
export interface Scope {
  readonly ids: Ids;
  readonly application: string;
  /** The account's number. */
  readonly account: number;
  /** Acting as this user of the account's organisation. */
  readonly user?: string | undefined;
}

/** The id of one object, sealed only when somebody reads it: GraphQL through `valueOf`, JSON through `toJSON`. */
export class Ref<S extends Scope = Scope> {
  #id: string | undefined;
  constructor(
    readonly scope: S,
    readonly api: Api,
    readonly type: string,
    /** The service's own id. */
    readonly native: string,
  ) {}
  valueOf(): string {
    const { ids, application, account, user } = this.scope;
    this.#id ??= ids.encode(application, { account, api: this.api, type: this.type, native: this.native, user });
    return this.#id;
  }
  toJSON(): string {
    return this.valueOf();
  }
  toString(): string {
    return this.valueOf();
  }
}

const derive = (secret: string, use: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync("sha256", secret, "", use, 32)));

const unknown = () => new ApiError("not_found", "There is no object with this id.");
