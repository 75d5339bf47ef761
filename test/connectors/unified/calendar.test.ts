import { after, before } from "node:test";
import { calendarConformance } from "../../conformance/calendar.js";
import { type FarServer, farServer, reached } from "./far.js";

let far: FarServer;
before(async () => {
  far = await farServer();
});
after(() => far.close());

calendarConformance("unified", async () => {
  const opened = await reached(far);
  return { ...opened, address: opened.account.record.name };
});
