/** That an account's activity is wanted: one per account. Source: the unified API, "Subscriptions and activity". */
export interface Subscription {
  id: number;
  account: number;
  active: boolean;
  created: string;
  modified: string;
}
export interface Subscriptions {
  /** Null where the account has one already. */
  create(subscription: Pick<Subscription, "account" | "active">): Promise<Subscription | null>;
  of(account: number): Promise<Subscription | null>;
  update(account: number, change: Pick<Subscription, "active">): Promise<Subscription | null>;
  delete(account: number): Promise<boolean>;
}
