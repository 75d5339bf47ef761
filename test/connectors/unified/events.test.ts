import { after, before } from "node:test";
import { eventsConformance } from "../../conformance/events.js";
import { openThroughUnified } from "../../support/open.js";
import { type FarServer, farServer } from "./far.js";

let far: FarServer;
before(async () => {
  far = await farServer();
});
after(() => far.close());

eventsConformance("unified", async () => openThroughUnified("unified", (await far.account()).fields));
