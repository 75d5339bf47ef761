import type { Context, Paging, TeamOperations, TeamQuery } from "../../connector.js";
import { collection, paging, toPage } from "../collection.js";
import { checkId } from "../requests.js";
import type { WireListing } from "../wire.js";
import { toMembership, toTeamGroup, toTeamUser } from "./map.js";
import type { WireMembership } from "./wire.js";

const toQuery = ({ query }: TeamQuery) => ({ q: query });

const memberships = async (context: Context, path: string, page: Paging) => {
  const request = { path, query: paging(page) };
  return toPage(context, await context.upstream.json<WireListing<WireMembership>>(request), toMembership);
};

export const team: TeamOperations = {
  users: collection({ path: "/team/users", toItem: toTeamUser, toQuery }),
  groups: collection({ path: "/team/groups", toItem: toTeamGroup, toQuery }),

  members: async (context, group, page) => memberships(context, `/team/groups/${checkId(group)}/members`, page),
  memberships: async (context, user, page) => memberships(context, `/team/users/${checkId(user)}/memberships`, page),
};
