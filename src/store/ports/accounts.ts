/** A user's connection to a service. */
export interface Account {
  /** The number by which the REST API knows it. */
  id: number;
  application: string;
  service: string;
  name: string;
  settings: Record<string, string | number | boolean | null>;
  /** Its credential works, as far as anybody knows. */
  active: boolean;
  /** Not switched off by the application. */
  enabled: boolean;
  admin: boolean;
  scope: string | null;
  customProperties: Record<string, unknown>;
  endUser: string | null;
  created: string;
  modified: string;
}
export type NewAccount = Pick<Account, "application" | "service" | "name" | "settings"> &
  Partial<Pick<Account, "admin" | "scope" | "customProperties" | "endUser">> & {
    /** Who of the service's it is, as the service names it in what it pushes to us. */
    subject?: string | null;
  };
export type AccountChange = Partial<
  Pick<Account, "name" | "settings" | "active" | "enabled" | "admin" | "scope" | "customProperties" | "endUser">
>;
export interface AccountFilter {
  application: string;
  /** Only these numbers. */
  ids?: readonly number[];
  endUser?: string;
  services?: readonly string[];
  enabled?: boolean;
  active?: boolean;
  admin?: boolean;
  /** Both enabled and active, or not. */
  usable?: boolean;
  /** Part of the name or service, any case. */
  query?: string;
}
export interface Accounts {
  /** The account and its sealed credential, in one transaction. */
  create(account: NewAccount, seal: (id: number) => string): Promise<Account>;
  /** In the order asked for; null where there is none. */
  getMany(ids: readonly number[]): Promise<(Account | null)[]>;
  /** By number, after the given one, so many of them passed over. */
  list(filter: AccountFilter, page: { after: number; limit: number; offset?: number }): Promise<Account[]>;
  count(filter: AccountFilter): Promise<number>;
  /** Numbers of those of all applications that a service names so, so many at most. */
  bySubjects(service: string, subjects: readonly string[], limit: number): Promise<number[]>;
  update(id: number, change: AccountChange): Promise<Account | null>;
  /** The account with its credential, tokens, links, uploads, meetings, activity and deliveries. */
  delete(id: number): Promise<boolean>;
}
