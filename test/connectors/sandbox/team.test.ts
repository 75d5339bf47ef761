import assert from "node:assert/strict";
import { test } from "node:test";
import { worldOf } from "../../../src/connectors/sandbox/service/world.js";
import { everyItem } from "../../conformance/storage/bench.js";
import { teamConformance } from "../../conformance/team.js";
import { testCore } from "../../support/core.js";

teamConformance("sandbox", async () => {
  const core = await testCore();
  return { account: await core.connect("sandbox"), close: () => core.close() };
});

test("a large organisation has 500 users, the six of the small one first", async () => {
  const core = await testCore();
  try {
    const { team } = (await core.connect("sandbox", { size: "large" })).apis(false);
    const users = await everyItem(150, (paging) => team.users.list(paging));
    assert.equal(users.length, 500);
    assert.equal(new Set(users.map(({ email }) => email)).size, 500);
    const { people } = worldOf({ seed: "sandbox", size: "small" });
    assert.deepEqual(
      users.slice(0, people.length).map(({ id }) => id.native),
      people.map(({ id }) => id),
    );
    const { items: groups } = await team.groups.list({ cursor: null, limit: 1000 });
    const everyone = groups.find(({ name }) => name === "Everyone");
    assert.ok(everyone && groups.length > 20);
    const members = await everyItem(150, (paging) => team.members(everyone.id.native, paging));
    assert.equal(members.length, 500);
  } finally {
    await core.close();
  }
});
