import { after, before } from "node:test";
import { itsmConformance } from "../../conformance/itsm.js";
import { type FarServer, farServer, reached } from "./far.js";

let far: FarServer;
before(async () => {
  far = await farServer();
});
after(() => far.close());

itsmConformance("unified", async () => ({
  ...(await reached(far)),
  rawType: "u_visit_c",
  customField: "badge_c",
  statuses: { open: "In Progress", closed: "Closed" },
}));
