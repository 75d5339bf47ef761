import type { Account } from "./accounts.js";

/** An address of an application's that is told when something happens in one of its accounts. */
export interface Webhook {
  id: number;
  application: string;
  url: string;
  active: boolean;
  /** The secrets that sign for it. */
  sealed: string;
  /** Attempts that failed since the last one that did not. */
  failures: number;
  /** The first of them. */
  failingSince: string | null;
  /** Nothing is sent to it before. */
  pausedUntil: string | null;
  disabledReason: string | null;
  created: string;
  modified: string;
}
export interface Webhooks {
  /** `data_conflict` where the application has one of this address. */
  create(webhook: Pick<Webhook, "application" | "url">, seal: (id: number) => string): Promise<Webhook>;
  get(id: number): Promise<Webhook | null>;
  /** By number. */
  list(application: string): Promise<Webhook[]>;
  reseal(id: number, sealed: string): Promise<Webhook | null>;
  /** Forgets its failures; all that waits for it is due. */
  enable(id: number): Promise<Webhook | null>;
  /** With its deliveries. */
  delete(application: string, id: number): Promise<boolean>;
  /** Accounts that may be asked, of applications that want events and have an active webhook: by number, after the given one. */
  followed(page: { after: number; limit: number }): Promise<Pick<Account, "id" | "application">[]>;
}

/** A webhook is to be told of an account: one row however much happens there. */
export interface Delivery {
  webhook: number;
  account: number;
  /** Number of the newest activity there. */
  newest: number;
  created: string;
  /** Those that failed. */
  attempts: number;
  /** Null: a dead letter, until something else happens there or the webhook is enabled anew. */
  nextAttempt: string | null;
  /** HTTP status of the last answer; null: there was none. */
  lastStatus: number | null;
}
/** What becomes of a delivery that failed. */
export interface FailedDelivery {
  status: number | null;
  /** Seconds until it is tried again; null: never. */
  retryAfter: number | null;
  /** Seconds for which nothing is sent to the webhook; 0: as before. */
  pause: number;
  /** Why the webhook is disabled, and what waits for it dead; null: it is not. */
  disable: string | null;
}
export interface Deliveries {
  /** Webhooks to which something can be sent now, those first that have waited longest. */
  due(webhooks: { except: readonly number[]; limit: number }): Promise<number[]>;
  /**
   * Those due to a webhook, leased: nobody else gets them for so many seconds. Of a webhook that has failed `probeAfter` times in a
   * row one alone, and nobody gets another meanwhile.
   */
  claim(
    webhook: number,
    lease: { owner: string; seconds: number; limit: number; probeAfter: number },
  ): Promise<Delivery[]>;
  /**
   * It was told of all up to `newest`: what has happened since is due, else the delivery is gone. `recovered`: all that waits for
   * the webhook is due. False, and nothing is done, when the lease was lost.
   */
  delivered(delivery: Delivery, owner: string, recovered: boolean): Promise<boolean>;
  failed(delivery: Delivery, owner: string, outcome: FailedDelivery): Promise<boolean>;
  /** Of a webhook, by account, after the given one. */
  list(webhook: number, page: { after: number; limit: number }): Promise<Delivery[]>;
  counts(): Promise<{ waiting: number; dead: number }>;
}
