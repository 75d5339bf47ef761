import { after, before } from "node:test";
import { emailConformance } from "../../conformance/email.js";
import { type FarServer, farServer, reached } from "./far.js";

let far: FarServer;
before(async () => {
  far = await farServer();
});
after(() => far.close());

emailConformance("unified", async () => {
  const opened = await reached(far);
  return { ...opened, self: { id: null, name: null, email: opened.account.record.name }, arrives: true };
});
