import type { TeamGroup } from "../../../../schema/team/group.js";
import type { Membership } from "../../../../schema/team/membership.js";
import type { TeamUser } from "../../../../schema/team/user.js";
import { type Context, membershipId } from "../../connector.js";
import type { WireMembership, WireTeamGroup, WireTeamUser } from "./wire.js";

export const toTeamUser = (context: Context, wire: WireTeamUser): TeamUser => ({
  id: context.ref("user", wire.id),
  api: "team",
  type: "user",
  name: wire.name,
  email: wire.email,
  role: wire.role,
  created: wire.created_at,
  modified: wire.modified_at,
  raw: context.raw ? { id: wire.id, type: "user", object: wire, headers: null } : undefined,
});

export const toTeamGroup = (context: Context, wire: WireTeamGroup): TeamGroup => ({
  id: context.ref("group", wire.id),
  api: "team",
  type: "group",
  name: wire.name,
  description: wire.description,
  created: wire.created_at,
  modified: wire.modified_at,
  raw: context.raw ? { id: wire.id, type: "group", object: wire, headers: null } : undefined,
});

export const toMembership = (context: Context, wire: WireMembership): Membership => {
  const native = membershipId(wire.group.id, wire.user.id);
  return {
    id: context.ref("membership", native),
    api: "team",
    type: "membership",
    user: toTeamUser(context, wire.user),
    group: toTeamGroup(context, wire.group),
    role: wire.role,
    raw: context.raw ? { id: native, type: "membership", object: wire, headers: null } : undefined,
  };
};
