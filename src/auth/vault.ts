import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from "node:crypto";
import { ApiError } from "../errors.js";

/** Where a sealed value is kept. It opens in this place and in no other. */
export interface Place {
  application: string;
  /** The account's number, or what else tells the rows of the column apart. */
  record: number | string;
  /** `credential` … */
  column: string;
  version: number;
}

const FORMAT = 1;
const NONCE = 12;
const KEY = 32;
const TAG = 16;
const HEAD = 2; // format, key number
const WRAPPED = NONCE + KEY + TAG;

/**
 * Secrets at rest, by envelope encryption: each value under a data key of its own, which is wrapped by a key derived from the
 * operator's secret; both AES-256-GCM with random nonces, bound to the value's place.
 * base64url(format ‖ key number ‖ nonce ‖ wrapped data key ‖ tag ‖ nonce ‖ value ‖ tag).
 */
export class Vault {
  readonly #keys: ReadonlyMap<number, KeyObject>;
  readonly #current: number;

  /** `secrets` in order of age; the last one seals, all of them open. Numbers are 0 to 255. */
  constructor(secrets: readonly { number: number; secret: string }[]) {
    const current = secrets.at(-1);
    if (!current) throw new RangeError("a vault needs at least one secret");
    this.#keys = new Map(secrets.map(({ number, secret }) => [number, derive(secret)]));
    this.#current = current.number;
  }

  seal(plain: string, place: Place): string {
    const dataKey = randomBytes(KEY);
    const value = encrypt(createSecretKey(dataKey), Buffer.from(plain, "utf8"), bind(place));
    return Buffer.concat([this.#wrap(dataKey, place), value]).toString("base64url");
  }

  /** Throws `internal_error` when the value was changed, belongs elsewhere, or its key is not here. */
  open(sealed: string, place: Place): string {
    const { dataKey, value } = this.#unwrap(sealed, place);
    return readable(() => decrypt(createSecretKey(dataKey), value, bind(place))).toString("utf8");
  }

  /** The same value under the newest key. Only the wrapping is made anew. */
  rewrap(sealed: string, place: Place): string {
    const { dataKey, value } = this.#unwrap(sealed, place);
    return Buffer.concat([this.#wrap(dataKey, place), value]).toString("base64url");
  }

  /** Sealed by an older key than the newest. */
  isOld(sealed: string): boolean {
    return Buffer.from(sealed.slice(0, 4), "base64url")[1] !== this.#current;
  }

  #wrap(dataKey: Buffer, place: Place): Buffer {
    const head = Buffer.from([FORMAT, this.#current]);
    return Buffer.concat([head, encrypt(this.#keys.get(this.#current)!, dataKey, bind(place, head))]);
  }

  #unwrap(sealed: string, place: Place): { dataKey: Buffer; value: Buffer } {
    const bytes = Buffer.from(sealed, "base64url");
    const head = bytes.subarray(0, HEAD);
    const key = this.#keys.get(head[1] ?? -1);
    if (head[0] !== FORMAT || !key || bytes.toString("base64url") !== sealed) throw unreadable();
    const dataKey = readable(() => decrypt(key, bytes.subarray(HEAD, HEAD + WRAPPED), bind(place, head)));
    return { dataKey, value: bytes.subarray(HEAD + WRAPPED) };
  }
}

const derive = (secret: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync("sha256", secret, "", "unigraph vault", KEY)));

const encrypt = (key: KeyObject, plain: Buffer, associated: Buffer): Buffer => {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(associated);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
};

const decrypt = (key: KeyObject, bytes: Buffer, associated: Buffer): Buffer => {
  const end = bytes.length - TAG;
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE), { authTagLength: TAG })
    .setAAD(associated)
    .setAuthTag(bytes.subarray(end));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE, end)), decipher.final()]);
};

/** JSON keeps the parts apart: no two places give the same bytes. */
const bind = ({ application, record, column, version }: Place, head = Buffer.alloc(0)): Buffer =>
  Buffer.concat([head, Buffer.from(JSON.stringify([application, record, column, version]), "utf8")]);

const readable = <T>(work: () => T): T => {
  try {
    return work();
  } catch (cause) {
    throw unreadable(cause);
  }
};

const unreadable = (cause?: unknown): ApiError =>
  new ApiError(
    "internal_error",
    "A secret in the database cannot be opened: it was changed, moved, or sealed with another UNIGRAPH_SECRET.",
    {},
    { cause },
  );
