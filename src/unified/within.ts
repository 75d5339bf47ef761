import { ofCommentId, ofMembershipId, type Page, type Paging } from "../connectors/connector.js";
import { ApiError, toApiError } from "../errors.js";
import type { Ref } from "../ids.js";
import type { AccountApis } from "./categories.js";

/** What reads objects by their ids: a collection, or the list that holds them. */
export interface Reader {
  /** Aligned with the ids, an error for each that failed. */
  getMany(ids: readonly string[]): Promise<(object | Error)[]>;
}

/** A list that holds objects which no service reads alone: the comments of a record, the memberships of a user. */
interface Holder {
  /** Of each list another. */
  key: string;
  list(paging: Paging): Promise<Page<{ id: Ref }>>;
}

/** By unified type: the list that an object of this id is in. */
const HOLDERS: Readonly<Record<string, (apis: AccountApis, native: string) => Holder>> = {
  "itsm.comment": ({ itsm }, native) => {
    const record = ofCommentId(native);
    return { key: `${record.type} ${record.id}`, list: (paging) => itsm.comments(record, paging) };
  },
  "team.membership": ({ team }, native) => {
    const { user } = ofMembershipId(native);
    return { key: user, list: (paging) => team.memberships(user, paging) };
  },
};

/** What one looking reads at most. */
const PAGES = 10;
const PAGE = 1000; // objects

/** Objects found in the lists that hold them, each list read once and no further than needed. Null where no list holds the type. */
export const withinLists = (apis: AccountApis, type: string): Reader | null => {
  const holderOf = HOLDERS[type];
  if (!holderOf) return null;
  return {
    async getMany(natives) {
      const lists = new Map<string, { holder: Holder; sought: Set<string> }>();
      for (const native of natives) {
        const holder = holderOf(apis, native);
        const list = lists.get(holder.key) ?? { holder, sought: new Set() };
        lists.set(holder.key, list);
        list.sought.add(native);
      }
      const found = new Map<string, object>();
      const looks = [...lists.values()].map(async ({ holder, sought }) => {
        try {
          await look(holder, sought, found);
        } catch (error) {
          for (const native of sought) found.set(native, toApiError(error));
        }
      });
      await Promise.all(looks);
      return natives.map(
        (native) => found.get(native) ?? new ApiError("not_found", "There is no object with this id."),
      );
    },
  };
};

/** Moves what it finds from `sought` to `found`. */
const look = async ({ list }: Holder, sought: Set<string>, found: Map<string, object>): Promise<void> => {
  let cursor: string | null = null;
  for (let pages = 0; sought.size > 0 && pages < PAGES; pages++) {
    const page: Page<{ id: Ref }> = await list({ cursor, limit: PAGE });
    for (const item of page.items) if (sought.delete(item.id.native)) found.set(item.id.native, item);
    if (page.next === null) return;
    cursor = page.next;
  }
};
