import { crmConformance } from "../../conformance/crm.js";
import { testCore } from "../../support/core.js";

crmConformance("sandbox", async () => {
  const core = await testCore();
  return {
    account: await core.connect("sandbox"),
    rawType: "invoice_c",
    customField: "favourite_colour_c",
    close: () => core.close(),
  };
});
