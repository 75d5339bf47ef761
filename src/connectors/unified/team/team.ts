import type { TeamOperations, TeamQuery } from "../../connector.js";
import { reading } from "../collection.js";
import { ask, askPage, at } from "../requests.js";
import { toGroup, toMembership, toUser } from "./map.js";
import * as wire from "./wire.js";

const toQuery = ({ query }: TeamQuery) => ({ q: query });

/** Source: the unified API, "Team API". */
export const team: TeamOperations = {
  users: reading({ path: ["team", "users"], wire: wire.user, toItem: toUser, toQuery }),
  groups: reading({ path: ["team", "groups"], wire: wire.group, toItem: toGroup, toQuery }),

  /** The REST API lists users, each with the role within the group in place of the one in the organisation. */
  async members(context, id, paging) {
    const path = at(context, "team", "groups", id);
    const group = toGroup(context, await ask(context, wire.group, { path }));
    const request = { path: `${path}/members` };
    return askPage(
      context,
      wire.user,
      (_, { role, ...user }) => toMembership(context, { user: toUser(context, { ...user, role: null }), group, role }),
      request,
      paging,
    );
  },

  async memberships(context, id, paging) {
    const path = at(context, "team", "users", id);
    const user = toUser(context, await ask(context, wire.user, { path }));
    const toItem = (_: object, group: wire.WireGroup) =>
      toMembership(context, { user, group: toGroup(context, group), role: group.role });
    return askPage(context, wire.group, toItem, { path: `${path}/memberships` }, paging);
  },
};
