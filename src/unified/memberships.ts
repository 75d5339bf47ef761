import type { Membership } from "../../schema/team/membership.js";
import { ofMembershipId, type Paging, type TeamOperations } from "../connectors/connector.js";
import { ApiError, toApiError } from "../errors.js";
import type { Unified } from "./category.js";

/** Of one user's memberships, this many are looked through for those that are asked for. */
const PAGES = 10;
const PAGE = 1000;

/** Memberships by their ids: no service has such a thing, so they are found among those of their users. */
export class Memberships {
  constructor(private readonly team: Pick<Unified<TeamOperations>, "memberships">) {}

  /** Aligned with the ids, an error for each that failed; one list for each user among them. */
  async getMany(natives: readonly string[]): Promise<(Membership | Error)[]> {
    const users = new Set(natives.map((native) => ofMembershipId(native).user));
    const read = async (user: string) => [user, await this.#ofUser(user, natives).catch(toApiError)] as const;
    const found = new Map(await Promise.all([...users].map(read)));
    return natives.map((native) => {
      const { user } = ofMembershipId(native);
      const memberships = found.get(user);
      if (memberships instanceof Error) return memberships;
      return memberships?.get(native) ?? new ApiError("not_found", "There is no such membership.");
    });
  }

  /** By their ids: pages are read until all that are wanted are there. */
  async #ofUser(user: string, natives: readonly string[]): Promise<Map<string, Membership>> {
    const missing = new Set(natives.filter((native) => ofMembershipId(native).user === user));
    const found = new Map<string, Membership>();
    let cursor: Paging["cursor"] = null;
    for (let pages = 0; pages < PAGES && missing.size > 0; pages++) {
      const { items, next }: Awaited<ReturnType<typeof this.team.memberships>> = await this.team.memberships(user, {
        cursor,
        limit: PAGE,
      });
      for (const membership of items)
        if (missing.delete(membership.id.native)) found.set(membership.id.native, membership);
      if (next === null) break;
      cursor = next;
    }
    return found;
  }
}
