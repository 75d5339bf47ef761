import assert from "node:assert/strict";
import { test } from "node:test";
import { Accounts } from "../../src/upstream/accountState.js";

test("accounts are forgotten after five minutes without a call, unless something is under way or forbidden", () => {
  let now = 0;
  const accounts = new Accounts(() => now);
  const budget = { concurrency: 1 };
  for (let number = 0; number < 1000; number++) accounts.open(String(number), budget);
  accounts.open("busy", budget).pace.enter();
  accounts.open("blocked", budget).pace.block(3000);
  now = 6 * 60_000;
  accounts.open("new", budget);
  assert.equal(accounts.size, 3);
  accounts.find("busy")?.pace.leave();
  now = 60 * 60_000;
  accounts.open("newer", budget);
  assert.equal(accounts.size, 1);
});
