import type { Settings } from "./context.js";

/** What a service pushes to us when something changes, at `POST /hooks/{service}`. It is told as news alone: `events.changes` says what. */
export interface Hooks {
  /** A second path of ours that the service may know, with `:named` segments. */
  readonly alias?: string;
  /** Who of the service's an account is, as pushes name it. Null: pushes name no such account. */
  subjectOf(settings: Settings): string | null;
  /** Null unless the service has signed these very bytes with the secret. Throws `bad_request` for what it signed and we cannot read. */
  read(push: Push, secret: string): News | null;
}

export interface Push {
  /** As it was sent: a signature is over bytes. */
  body: Buffer;
  /** By names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
}

export interface News {
  /** The same whenever the service sends the same again. */
  id: string;
  /** When it was signed, in milliseconds since 1970; null where the service does not sign a time. */
  sent: number | null;
  /** Those in whose accounts something may have changed; see `subjectOf`. */
  subjects: readonly string[];
  /** What the service wants to read: the answer to its first question. */
  answer?: string;
}
