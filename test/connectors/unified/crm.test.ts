import assert from "node:assert/strict";
import { after, before, test } from "node:test";
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

test("unified: 25 objects of the CRM are one request", async () => {
  const { account, close } = await reached(far, { size: "large" });
  try {
    const { contacts } = account.apis(false).crm;
    const { items } = await contacts.list({ cursor: null, limit: 50 });
    const calls = () => account.target().book?.calls ?? 0;
    const start = calls();
    const found = await contacts.getMany(items.map(({ id }) => id.native));
    assert.equal(calls() - start, 2);
    assert.deepEqual(
      found.map((item) => (item instanceof Error ? item : item.id.native)),
      items.map(({ id }) => id.native),
    );
  } finally {
    await close();
  }
});
