import { after, before } from "node:test";
import { storageConformance } from "../../conformance/storage.js";
import { openThroughUnified } from "../../support/open.js";
import { type FarServer, farServer } from "./far.js";

let far: FarServer;
before(async () => {
  far = await farServer();
});
after(() => far.close());

storageConformance("unified", async () => {
  const [account, other] = [await far.account(), await far.account({ seed: "another" })];
  return openThroughUnified("unified", account.fields, { foreign: other.fields });
});
