import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { data } from "../support/ask.js";
import { type TestCore, testCore } from "../support/core.js";

describe("a CRM as a frontend asks for it", () => {
  let core: TestCore;
  let id: string;
  before(async () => {
    core = await testCore();
    id = String((await core.connect("sandbox")).id);
  });
  after(() => core.close());

  for (const list of ["accounts", "contacts", "leads", "opportunities", "campaigns", "tasks"])
    test(`${list} that changed or were made since a moment are as in the whole list`, async () => {
      const ask = async (narrowed: string): Promise<{ id: string; created: string; modified: string }[]> => {
        const nodes = `nodes { id created modified }`;
        return (
          await data(core, `query ($id: ID!) { account(id: $id) { crm { ${list}${narrowed} { ${nodes} } } } }`, { id })
        ).account.crm[list].nodes;
      };
      const whole = await ask("");
      for (const [since, time] of [
        ["modifiedSince", "modified"],
        ["createdSince", "created"],
      ] as const) {
        const middle = whole.map((one) => one[time]).toSorted()[whole.length >> 1] as string;
        const later = whole.filter((one) => one[time] >= middle);
        assert.ok(later.length > 0 && later.length < whole.length);
        assert.deepEqual(await ask(`(${since}: "${middle}")`), later);
      }
    });
});
