/** A link to a file, hosted by us. Source: the unified API, "Link object and endpoints". */
export interface Link {
  id: string;
  account: number;
  /** Native id of the file. */
  file: string;
  direct: boolean;
  /** scrypt, `salt:hash`; null: none. */
  password: string | null;
  expires: string | null;
  active: boolean;
  created: string;
  modified: string;
}
export interface LinkOrder {
  by: "created" | "modified" | "expires";
  descending: boolean;
}
export interface Links {
  create(link: Pick<Link, "id" | "account" | "file" | "direct" | "password" | "expires">): Promise<Link>;
  get(id: string): Promise<Link | null>;
  /** Newest first, after the given one. */
  list(account: number, page: { after: string | null; limit: number; active?: boolean }): Promise<Link[]>;
  /** Of several accounts, with how many there are in all. */
  page(
    accounts: readonly number[],
    page: { offset: number; limit: number; active?: boolean | undefined; order: LinkOrder },
  ): Promise<{ items: Link[]; total: number }>;
  update(id: string, change: Partial<Pick<Link, "active" | "password" | "expires">>): Promise<Link | null>;
  delete(id: string): Promise<boolean>;
}
