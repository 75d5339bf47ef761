import assert from "node:assert/strict";
import type { ItsmItem, ItsmOperations } from "../../../src/connectors/connector.js";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import type { Unified } from "../../../src/unified/category.js";
import type { UnifiedCollection } from "../../../src/unified/collection.js";
import type { Case, OpenedCategory } from "../collection.js";
import { everyItem } from "../storage/bench.js";

export interface OpenedItsm extends OpenedCategory {
  /** A table of the service's own, with at least three rows. */
  rawType?: string;
  /** A field of the service's own that rows of that table may carry as text. */
  customField?: string;
  /** What the service calls a ticket that is being worked on, and one that is closed. */
  statuses?: { open: string; closed: string };
}

export type Name = Exclude<keyof ItsmOperations, "comments" | "commentsMany" | "addComment">;
/** What is worked on. */
export const TICKETS = ["incidents", "problems", "changes"] as const;

/** What the cases of the suite work with. */
export class Desk {
  constructor(
    readonly check: Case,
    readonly opened: () => OpenedItsm,
  ) {}
  get account(): ConnectedAccount {
    return this.opened().account;
  }
  get itsm(): Unified<ItsmOperations> {
    return this.account.apis(false).itsm;
  }
  has(collection: Name, operation: string): readonly [string, boolean] {
    return [`itsm.${collection}.${operation}`, this.itsm[collection].can(operation)];
  }
  all<Item, Query extends object>(
    collection: UnifiedCollection<Item, Query, never>,
    query: Query,
    limit = 100,
  ): Promise<Item[]> {
    return everyItem(limit, (paging) => collection.list({ ...query, ...paging }));
  }
  async first(collection: Exclude<Name, "objects">): Promise<string> {
    const { items } = await this.itsm[collection].list({ cursor: null, limit: 1 });
    assert.ok(items[0], `there is none of the ${collection}`);
    return items[0].id.native;
  }
  /** Native id of somebody whom the service knows. */
  async user(): Promise<string> {
    if (this.itsm.users.can("list")) return this.first("users");
    const { items } = await this.itsm.incidents.list({ cursor: null, limit: 10 });
    const requester = items.find(({ requesterId }) => requesterId !== null)?.requesterId;
    assert.ok(requester, "nobody has asked for anything");
    return requester.native;
  }
  remove(collection: Name, { id }: Pick<ItsmItem, "id">): Promise<void> {
    return this.itsm[collection].delete(id.native, { permanent: true });
  }
}

export const idOf = ({ id }: Pick<ItsmItem, "id">): string => id.native;
