import { calendarConformance } from "../../conformance/calendar.js";
import { testCore } from "../../support/core.js";

calendarConformance("sandbox", async () => {
  const core = await testCore();
  const account = await core.connect("sandbox");
  return { account, address: account.record.name, close: () => core.close() };
});
