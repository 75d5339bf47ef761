import type { Person } from "../../../schema/common/person.js";
import { type Found, isBefore } from "./rank.js";

/** Newest mails of one thread that are kept, and persons. */
const NEWEST = 100;
const PARTICIPANTS = 100;

/** A mail as far as its thread is told from it. */
export interface Part extends Found {
  author: Person | null;
  subject: string | null;
  isRead: boolean;
  /** ISO 8601. */
  created: string | null;
}

/** A thread, made of its mails as they are found. */
export class Conversation {
  /** The newest ones, newest first. */
  readonly mails: Part[] = [];
  /** UIDs by folder. */
  readonly uids = new Map<string, number[]>();
  #oldest: Part | null = null;
  #isUnread = false;
  #isWhole = true;
  readonly #authors = new Map<string, Part>();

  add(mail: Part): void {
    const place = this.mails.findLastIndex((one) => isBefore(one, mail)) + 1;
    this.mails.splice(place, 0, mail);
    this.mails.length = Math.min(this.mails.length, NEWEST);
    if (!this.#oldest || isBefore(this.#oldest, mail)) this.#oldest = mail;
    this.#isUnread ||= !mail.isRead;
    const uids = this.uids.get(mail.folder);
    if (uids) uids.push(mail.uid);
    else this.uids.set(mail.folder, [mail.uid]);
    this.#hear(mail);
  }

  /** There were too many mails to look at all of them. */
  miss(): void {
    this.#isWhole = false;
  }

  // What only all of them tell is null where some were missed.
  get oldest(): Part | null {
    return this.#isWhole ? this.#oldest : null;
  }
  get isUnread(): boolean | null {
    return this.#isUnread || (this.#isWhole ? false : null);
  }
  get count(): number | null {
    const counts = [...this.uids.values()].map((uids) => uids.length);
    return this.#isWhole ? counts.reduce((sum, count) => sum + count, 0) : null;
  }

  /** In the order in which they first wrote. */
  get participants(): Person[] {
    const first = [...this.#authors.values()].sort((one, other) => (isBefore(one, other) ? 1 : -1));
    return first.map(({ author }) => author as Person);
  }

  #hear(mail: Part): void {
    const name = (mail.author?.email ?? mail.author?.name)?.toLowerCase();
    if (name === undefined) return;
    const known = this.#authors.get(name);
    if (known ? isBefore(known, mail) : this.#authors.size < PARTICIPANTS) this.#authors.set(name, mail);
  }
}
