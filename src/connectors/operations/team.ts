import type { TeamGroup } from "../../../schema/team/group.js";
import type { Membership } from "../../../schema/team/membership.js";
import type { TeamUser } from "../../../schema/team/user.js";
import type { Collection } from "./collection.js";
import type { Context, Page, Paging } from "./context.js";

export interface TeamQuery {
  /** Part of the name or the e-mail address. */
  query?: string | undefined;
}

/** Administrators' accounts only. Source: the unified API, "Team API". */
export interface TeamOperations {
  readonly users?: Collection<TeamUser, TeamQuery>;
  readonly groups?: Collection<TeamGroup, TeamQuery>;
  /** Of a group. */
  members?(context: Context, group: string, paging: Paging): Promise<Page<Membership>>;
  /** Of a user. */
  memberships?(context: Context, user: string, paging: Paging): Promise<Page<Membership>>;
}

/** The native id of a membership: services have none for it. */
export const membershipId = (group: string, user: string): string => `${group}\n${user}`;
export const ofMembershipId = (native: string): { group: string; user: string } => {
  const [group = "", user = ""] = native.split("\n", 2);
  return { group, user };
};
