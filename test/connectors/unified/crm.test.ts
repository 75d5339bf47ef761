import { after, before } from "node:test";
import { crmConformance } from "../../conformance/crm.js";
import { testCore } from "../../support/core.js";
import { type FarServer, farServer } from "./far.js";

let far: FarServer;
before(async () => {
  far = await farServer();
});
after(() => far.close());

crmConformance("unified", async () => {
  const core = await testCore();
  const { fields } = await far.account();
  return {
    account: await core.connect("unified", fields),
    rawType: "invoice_c",
    customField: "favourite_colour_c",
    close: () => core.close(),
  };
});
