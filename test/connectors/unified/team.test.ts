import { after, before } from "node:test";
import { teamConformance } from "../../conformance/team.js";
import { type FarServer, farServer, reached } from "./far.js";

let far: FarServer;
before(async () => {
  far = await farServer();
});
after(() => far.close());

const ROLE = "the REST API tells of a member the role in the group, in place of the one in the organisation";

teamConformance("unified", () => reached(far), {
  "what groups say of their members, the members say of their groups: roles, ids and all": ROLE,
  "a membership is found by its id, aligned with others; one that is not there fails alone": ROLE,
  "acting as a user, ids name that user, and the private conversations of that user are seen":
    "the far server's ids name the user acted as too: those found without one are others",
});
