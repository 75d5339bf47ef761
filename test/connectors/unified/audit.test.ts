import { after, before } from "node:test";
import { auditConformance } from "../../conformance/audit.js";
import { type FarServer, farServer, reached } from "./far.js";

let far: FarServer;
before(async () => {
  far = await farServer();
});
after(() => far.close());

auditConformance("unified", async () => {
  const opened = await reached(far);
  return {
    ...opened,
    async act() {
      const { id } = await opened.account.apis(false).itsm.incidents.create({ subject: "Something happens" });
      return { action: "itsm.incident.create", target: id.native };
    },
  };
});
