import { createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from "node:crypto";
import { ApiError } from "../errors.js";
import type { Ref } from "../ids.js";

/** Seconds that a URL stays good: at least so long, at most a minute more, so that a page asked for twice is cached. */
const LIFETIME = 15 * 60;

/**
 * Short-lived URLs of our own server for bytes. Each is good for one thing and one file: the path and every parameter are
 * signed (HMAC-SHA256), and the id in it is sealed already.
 */
export class SignedUrls {
  /** Key objects, the newest first: with plain bytes each signature would take seven times as long. */
  readonly #keys: readonly KeyObject[];
  /** `secrets` in order of age; the last one signs, all of them verify. */
  constructor(
    secrets: readonly string[],
    /** The address that clients reach us by, without a slash at its end. */
    readonly base: () => string,
    private readonly now: () => number = Date.now,
  ) {
    this.#keys = secrets
      .map((secret) => createSecretKey(Buffer.from(hkdfSync("sha256", secret, "", "unigraph signed urls", 32))))
      .reverse();
  }

  download(file: Ref, name: string): string {
    return this.sign(`/content/${file.scope.application}/${file}/${encodeURIComponent(name)}`, "");
  }

  /** Of a message or an event. */
  attachment(attachment: Ref, name: string): string {
    return this.sign(`/attachments/${attachment.scope.application}/${attachment}/${encodeURIComponent(name)}`, "");
  }

  thumbnail(file: Ref, size: number, format: string): string {
    return this.sign(`/thumbnails/${file.scope.application}/${file}`, `size=${size}&format=${format}&`);
  }

  /** An upload lives as long as its session; so does its URL. */
  upload(id: string, expires: string): string {
    return this.sign(`/uploads/${id}`, "", Math.floor(Date.parse(expires) / 1000));
  }

  private sign(path: string, query: string, expires = this.#expiry()): string {
    const signed = `${path}?${query}expires=${expires}`;
    return `${this.base()}${signed}&signature=${signatureOf(signed, this.#keys[0] as KeyObject)}`;
  }

  /** Takes a request's path with its query. Throws `not_found` for what we did not sign, `forbidden` for what is too old. */
  verify(pathAndQuery: string): void {
    const [, signed, expires, signature] = /^(.*[?&]expires=(\d+))&signature=([\w-]{43})$/.exec(pathAndQuery) ?? [];
    if (!signed || !signature || !this.#keys.some((key) => same(signatureOf(signed, key), signature)))
      throw new ApiError("not_found", "There is nothing at this address.");
    if (Number(expires) * 1000 < this.now())
      throw new ApiError("forbidden", "This URL has expired; ask for a new one.");
  }

  #expiry(): number {
    return (Math.floor(this.now() / 60_000) + 1) * 60 + LIFETIME;
  }
}

const signatureOf = (signed: string, key: KeyObject): string =>
  createHmac("sha256", key).update(signed).digest("base64url");
const same = (one: string, other: string): boolean => timingSafeEqual(Buffer.from(one), Buffer.from(other));
