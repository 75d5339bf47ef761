import { after, before } from "node:test";
import { crmConformance } from "../../conformance/crm.js";
import { type FarServer, farServer, reached } from "./far.js";

let far: FarServer;
before(async () => {
  far = await farServer();
});
after(() => far.close());

crmConformance("unified", async () => ({
  ...(await reached(far)),
  rawType: "invoice_c",
  customField: "favourite_colour_c",
}));
