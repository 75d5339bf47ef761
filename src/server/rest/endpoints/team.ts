import { z } from "zod";
import type { Resource } from "../../../../schema/common/resource.js";
import type { Membership } from "../../../../schema/team/membership.js";
import type { Page } from "../../../connectors/connector.js";
import { ok } from "../answers.js";
import type { Call } from "../call.js";
import { type Answer, type Endpoint, endpoint } from "../endpoint.js";
import { cursorList, pagingOf } from "../lists.js";
import { cursorPaging, text } from "../parameters.js";
import { collectionEndpoints } from "./collection.js";

const USERS = "/accounts/:account/team/users";
const words = text.optional().describe("Part of the name or the e-mail address.");
const paged = z.object(cursorPaging());

/** A user's id, or that of a person whom any other category names. */
const userOf = (call: Pick<Call, "ref" | "param">): string =>
  call.ref(call.param("id"), "team", "user", "person").native;

/** Of administrators' accounts. Source: the unified API, "Team API". */
export const team: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: USERS,
    title: "Lists the users of the organisation.",
    right: "read",
    query: z.object({ ...cursorPaging(), q: words, email: text.optional().describe("The whole of it, in any case.") }),
    answers: { 200: { list: ["team.user"], style: "cursor" } },
    async handle(call) {
      const { q, email } = call.query;
      const page = await call.apis.team.users.list({ query: q ?? email, ...pagingOf(call.query) });
      const wanted = email?.toLowerCase();
      const users = page.items.filter((user) => wanted === undefined || user.email?.toLowerCase() === wanted);
      return ok(
        cursorList(
          "team",
          call.query,
          page,
          users.map((user) => call.render(user)),
        ),
      );
    },
  }),
  endpoint({
    method: "GET",
    path: `${USERS}/:id`,
    title: "Reads a user.",
    right: "read",
    answers: { 200: "team.user" },
    handle: async (call) => ok(call.render(await call.apis.team.users.get(userOf(call)))),
  }),
  endpoint({
    method: "GET",
    path: `${USERS}/:id/memberships`,
    title: "Lists the groups of a user, with the user's role in each.",
    right: "read",
    query: paged,
    answers: { 200: { list: ["team.group"], style: "cursor" } },
    handle: async (call) => {
      const page = await call.apis.team.memberships(userOf(call), pagingOf(call.query));
      return inRoles(call, page, ({ group }) => group);
    },
  }),
  ...collectionEndpoints({
    api: "team",
    type: "group",
    path: "team/groups",
    title: "a group",
    titles: "the groups of the organisation",
    collection: (apis) => apis.team.groups,
    query: z.object({ q: words }),
    queryOf: ({ q }) => ({ query: q }),
  }),
  endpoint({
    method: "GET",
    path: "/accounts/:account/team/groups/:id/members",
    title: "Lists the users of a group, with their roles in it.",
    right: "read",
    query: paged,
    answers: { 200: { list: ["team.user"], style: "cursor" } },
    handle: async (call) => {
      const group = call.ref(call.param("id"), "team", "group").native;
      return inRoles(call, await call.apis.team.members(group, pagingOf(call.query)), ({ user }) => user);
    },
  }),
];

/** What each membership leads to; `role` is the one within the group. */
const inRoles = (
  call: Call<z.output<typeof paged>>,
  page: Page<Membership>,
  to: (membership: Membership) => Resource,
): Answer => {
  const objects = page.items.map((membership) => ({ ...call.render(to(membership)), role: membership.role }));
  return ok(cursorList("team", call.query, page, objects));
};
