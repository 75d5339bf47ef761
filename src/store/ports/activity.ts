import type { ActivityKind } from "../../../schema/events/activity.js";
import type { Api } from "../../ids.js";

/** Something happened to an object of an account. Source: the unified API, "Events / Activity API". */
export interface StoredActivity {
  /** Its place among all of the store, in the order in which they were committed; from 1, never used again. */
  number: number;
  account: number;
  kind: keyof typeof ActivityKind;
  api: Api;
  type: string;
  /** Native id of the object. */
  object: string;
  /** Who did it; `id` as the service has it. */
  user: { id: string | null; name: string | null; email: string | null } | null;
  ip: string | null;
  occurred: string;
}
export type NewActivity = Omit<StoredActivity, "number" | "account">;

/** Where the reading of a service's feed stands. */
export interface StoredFeed {
  /** Grows with each append; 0 before the first. */
  version: number;
  /** The service's own, or whatever the reader of the feed goes on from. */
  cursor: string | null;
}

export interface ActivityQuery {
  accounts: readonly number[];
  /** Only those after this number. Null: from the beginning of what is kept. */
  after: number | null;
  apis?: readonly Api[] | undefined;
  kinds?: readonly StoredActivity["kind"][] | undefined;
  limit: number;
}

/** At most so many of one account are kept, and for so many milliseconds. */
export const ACTIVITY_KEPT = 10_000;
export const ACTIVITY_KEPT_FOR = 7 * 24 * 3_600_000;

export interface Activities {
  feed(account: number): Promise<StoredFeed>;
  /**
   * What happened and the feed's cursor behind it, in one transaction and only if the feed is still at this version. The number of
   * the last one; null when somebody else has appended since. Of more than are kept the oldest are dropped at once. In the same
   * transaction a delivery of it is due to each webhook of the account's application, where that wants events.
   */
  append(
    account: number,
    version: number,
    cursor: string,
    happened: readonly NewActivity[],
  ): Promise<{ last: number } | null>;
  /**
   * By number. What says that the feed has a gap (`api` is `meta`) is given whatever the query asks for. `upTo`: nothing else that
   * the query asks for is numbered so or below, so go on from there while there is `more`; a read may be empty all the same.
   * Throws `invalid_parameters` for an `after` that is not yet given out, or behind which something has been dropped.
   */
  read(query: ActivityQuery): Promise<{ items: StoredActivity[]; upTo: number; more: boolean }>;
  get(number: number): Promise<StoredActivity | null>;
  /** How many `read` would still give. */
  count(query: Pick<ActivityQuery, "accounts" | "after">): Promise<number>;
  /** The last number given out; 0 before the first. */
  newest(): Promise<number>;
  /** The accounts to which something happened after a number. */
  stirred(after: number): Promise<number[]>;
  /** Drops what is kept too long or is too much, so many at most. True when there may be more of it. */
  sweep(limit: number): Promise<boolean>;
}
