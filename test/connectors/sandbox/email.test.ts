import { emailConformance } from "../../conformance/email.js";
import { testCore } from "../../support/core.js";

emailConformance("sandbox", async () => {
  const core = await testCore();
  const account = await core.connect("sandbox");
  return {
    account,
    self: { id: null, name: null, email: account.record.name },
    arrives: true,
    close: () => core.close(),
  };
});
