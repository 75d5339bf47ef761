import { z } from "zod";
import { type Call, parse, type Reply, type Route, route, type Service } from "./http.js";
import { collectionRoutes, paging, told } from "./shelf/collection.js";
import { sown } from "./shelf/seeding.js";
import { type Question, Shelf } from "./shelf/shelf.js";
import { GROUP, MEMBERSHIP, USER } from "./team/kinds.js";
import { sowTeam } from "./team/seed.js";

/** `?q=…` */
const asked = z
  .strictObject({ q: z.string().max(500).optional() })
  .transform(({ q }): Question => (q === undefined || q.trim() === "" ? {} : { words: q }));

/** The organisation: its people, its groups, and who is in which. It is only read. */
export const teamRoutes = (service: Service): Route[] => {
  /** Each with the user and the group themselves. */
  const memberships = (call: Call, key: "group" | "user"): Reply => {
    const [users, groups] = [new Shelf(service, call, USER), new Shelf(service, call, GROUP)];
    const id = call.parameters.id as string;
    (key === "user" ? users : groups).get(id);
    const { things, cursor, total } = new Shelf(service, call, MEMBERSHIP).page(
      { keys: [[key, id]] },
      parse(paging, call.query),
    );
    const entries = things.map(({ body: { user_id, group_id, role } }) => ({
      user: told(users.get(user_id)),
      group: told(groups.get(group_id)),
      role,
    }));
    return { json: { entries, cursor, total } };
  };

  return sown(service, "team", sowTeam, [
    ...collectionRoutes(service, { path: "/team/users", kind: USER, asked }),
    ...collectionRoutes(service, { path: "/team/groups", kind: GROUP, asked }),
    route("GET /team/groups/:id/members", (call) => memberships(call, "group")),
    route("GET /team/users/:id/memberships", (call) => memberships(call, "user")),
  ]);
};
