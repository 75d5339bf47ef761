import type { Collection, Page, Paging } from "../connectors/connector.js";
import type { Api } from "../ids.js";
import type { ConnectedAccount } from "./account.js";
import { inBatches } from "./batch.js";
import { Operations } from "./operations.js";

/** What lists of one kind can be asked: page after page, or the first pages of many at once. */
export type Lists<Item, Query extends object> = Pick<UnifiedCollection<Item, Query>, "list" | "listMany">;

/** Objects of one type in one account: what the connector has, through the layers, in the fewest calls. */
export class UnifiedCollection<Item, Query extends object = object, Draft extends object = object> extends Operations {
  readonly #traits: Collection<Item>["traits"];

  constructor(
    account: ConnectedAccount,
    api: Api,
    name: string,
    declared: Collection<Item, Query, Draft> | undefined,
    raw: boolean,
  ) {
    super(account, api, declared, raw, `${api}.${name}`);
    this.#traits = declared?.traits ?? { pageSize: 0 };
  }

  list(query: Query & Paging): Promise<Page<Item>> {
    return this.run("list", [query]) as Promise<Page<Item>>;
  }

  /** First pages of any number of lists. */
  listMany(queries: readonly Query[], limit: number): Promise<(Page<Item> | Error)[]> {
    return inBatches(this, queries, {
      name: "listMany",
      maximum: this.#traits.listMany,
      one: (query) => this.list({ ...query, cursor: null, limit }),
      rest: [limit],
    });
  }

  async get(id: string): Promise<Item> {
    if (this.can("get") || !this.can("getMany")) return this.run("get", [id]) as Promise<Item>;
    const [item] = (await this.run("getMany", [[id]])) as (Item | Error)[];
    if (item instanceof Error) throw item;
    return item as Item;
  }

  /** Any number of ids; aligned with them, an error for each that failed. */
  getMany(ids: readonly string[]): Promise<(Item | Error)[]> {
    return inBatches(this, ids, { name: "getMany", maximum: this.#traits.getMany, one: (id) => this.get(id) });
  }

  create(draft: Draft): Promise<Item> {
    return this.run("create", [draft]) as Promise<Item>;
  }
  update(id: string, change: Draft): Promise<Item> {
    return this.run("update", [id, change]) as Promise<Item>;
  }
  delete(id: string, how: { permanent: boolean } = { permanent: false }): Promise<void> {
    return this.run("delete", [id, how]) as Promise<void>;
  }
}
