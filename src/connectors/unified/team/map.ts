import type { TeamGroup } from "../../../../schema/team/group.js";
import type { Membership } from "../../../../schema/team/membership.js";
import type { TeamUser } from "../../../../schema/team/user.js";
import { type Context, membershipId } from "../../connector.js";
import { common, named } from "../map.js";
import type { WireGroup, WireUser } from "./wire.js";

export const toUser = (context: Context, wire: WireUser): TeamUser => ({
  ...named(wire),
  ...common(context, "team", "user", wire),
});

export const toGroup = (context: Context, { role: _, ...wire }: WireGroup): TeamGroup => ({
  ...named(wire),
  ...common(context, "team", "group", wire),
});

/** `role` is the one within the group. */
export const toMembership = (
  context: Context,
  { user, group, role }: { user: TeamUser; group: TeamGroup; role: string | null },
): Membership => ({
  id: context.ref("membership", membershipId(group.id.native, user.id.native)),
  api: "team",
  type: "membership",
  user,
  group,
  role,
  raw: context.raw ? null : undefined,
});
