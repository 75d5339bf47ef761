import { after, before } from "node:test";
import { teamConformance } from "../../conformance/team.js";
import { type FarServer, farServer, reached } from "./far.js";

let far: FarServer;
before(async () => {
  far = await farServer();
});
after(() => far.close());

teamConformance("unified", () => reached(far));
