import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import { look } from "../../../src/unified/activity/look.js";
import { grantedApis } from "../../../src/unified/granted.js";
import { data } from "../../support/ask.js";
import { type TestCore, testCore } from "../../support/core.js";

describe("what a scope grants", () => {
  for (const [scope, apis] of [
    [null, null],
    ["", []],
    ["drive:normal.storage drive:admin.calendar", ["storage", "calendar"]],
    ["drive:normal.basic", ["basic"]],
    ['drive:normal.storage."a b.crm drive:normal.email":raw', ["storage"]],
  ] as const)
    test(JSON.stringify(scope), () => assert.deepEqual(grantedApis(scope) && [...grantedApis(scope)!], apis));
});

describe("an account that was connected for its files alone", () => {
  let core: TestCore;
  let account: ConnectedAccount;
  before(async () => {
    core = await testCore();
    const { account: number } = await core.connect("sandbox");
    await core.unified.store.accounts.update(number, { scope: "sandbox:normal.storage" });
    core.session.forget(number);
    account = await core.session.account(number);
  });
  after(() => core.close());

  test("has these and no other category, whoever asks", async () => {
    const { account: told } = await data(
      core,
      "query ($id: ID!) { account(id: $id) { apis capabilities crm { contacts(first: 1) { nodes { id } } } } }",
      { id: account.account },
    );
    assert.deepEqual(told.apis, ["STORAGE"]);
    assert.equal(told.crm, null);
    assert.ok(told.capabilities.length > 0);
    for (const name of told.capabilities as string[]) assert.match(name, /^(storage|events|meta)\./);
  });

  test("and is told what happens to these alone", async () => {
    await look(account);
    const whole = core.unified.session(account.session.caller, account.session.signal);
    const open = whole.open({ ...account.record, scope: null });
    await open.apis(false).crm.contacts.create({ lastName: "Byron" });
    const { id } = await account.storage.createFolder({ parent: "root", name: "Made while asked" });
    await look(account);
    const { items } = await core.unified.store.activity.read({ accounts: [account.account], after: null, limit: 100 });
    assert.deepEqual([...new Set(items.map(({ api }) => api))], ["storage"]);
    assert.ok(items.some(({ object }) => object === id.native));
  });
});
