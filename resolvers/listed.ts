import type { ConnectionOf } from "../schema/common/page.js";
import type { Lists } from "../src/unified/collection.js";
import type { Context } from "./context.js";
import { connection, type PageArguments } from "./page.js";

/** One page of a collection's list. First pages that are asked for together are one question to the service. */
export const listed = <Item, Query extends object>(
  { loaders }: Context,
  collection: Lists<Item, Query>,
  query: Query,
  page: PageArguments,
): Promise<ConnectionOf<Item>> =>
  connection(page, (paging) =>
    paging.cursor === null
      ? loaders.firstPage(collection, query, paging.limit)
      : collection.list({ ...query, ...paging }),
  );
