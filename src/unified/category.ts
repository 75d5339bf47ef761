import type { Collection, Connector } from "../connectors/connector.js";
import type { Api } from "../ids.js";
import type { ConnectedAccount } from "./account.js";
import type { Bound } from "./bound.js";
import { UnifiedCollection } from "./collection.js";
import { defineOperations, Operations } from "./operations.js";

type AnyCollection = { readonly traits: Collection<unknown>["traits"] };
/** The members of a category that are collections. */
type CollectionName<Category> = {
  [Name in keyof Category]-?: NonNullable<Category[Name]> extends AnyCollection ? Name : never;
}[keyof Category];
type OperationName<Category> = Exclude<keyof Category, CollectionName<Category>>;

/** A category as callers of `unified/` see it: every collection and operation is there; what the service lacks is refused when used. */
export type Unified<Category> = Operations & {
  readonly [Name in CollectionName<Category>]-?: NonNullable<Category[Name]> extends Collection<
    infer Item,
    infer Query,
    infer Draft
  >
    ? UnifiedCollection<Item, Query, Draft>
    : never;
} & Bound<Pick<Category, OperationName<Category>>>;

/** What a category consists of: each collection with the unified type of its objects, and the operations beside them. */
export interface Shape<Category> {
  readonly collections: { readonly [Name in CollectionName<Category>]: string };
  readonly operations: readonly (keyof Bound<Pick<Category, OperationName<Category>>> & string)[];
}

type CategoryClass<Category> = new (account: ConnectedAccount, raw: boolean) => Unified<Category>;

/** The class of a category: built once, with one method per operation and one getter per collection. */
export const defineCategory = <Name extends Api & keyof Connector>(
  api: Name,
  { collections, operations }: Shape<NonNullable<Connector[Name]>>,
): CategoryClass<NonNullable<Connector[Name]>> => {
  class Category extends Operations {
    readonly made = new Map<string, Operations>();
    constructor(
      account: ConnectedAccount,
      readonly withRaw: boolean,
    ) {
      super(account, api, account.connector[api] as object | undefined, withRaw);
    }
  }
  defineOperations(Category, operations);
  for (const name of Object.keys(collections))
    Object.defineProperty(Category.prototype, name, {
      get(this: Category) {
        let collection = this.made.get(name);
        if (!collection) {
          const declared = this.account.connector[api] as Record<string, Collection<unknown>> | undefined;
          collection = new UnifiedCollection(this.account, api, name, declared?.[name], this.withRaw);
          this.made.set(name, collection);
        }
        return collection;
      },
    });
  return Category as unknown as CategoryClass<NonNullable<Connector[Name]>>;
};
