import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { getMetadataStorage } from "type-graphql";
import { createSchema } from "../../resolvers/schema.js";
import type { Caller } from "../../src/auth/caller.js";
import type { Right } from "../../src/store/store.js";
import { ask, codeOf, data } from "../support/ask.js";
import { type TestCore, testCore } from "../support/core.js";

describe("rights", () => {
  test("every root field names the right it needs, a mutation never only `read`", async () => {
    await createSchema();
    const { queries, mutations, subscriptions } = getMetadataStorage();
    assert.ok(queries.length > 5 && mutations.length > 10 && subscriptions.length > 2);
    const reading = new Set(["encodeRawId"]); // tells an id, changes nothing
    for (const { methodName, roles } of [...queries, ...subscriptions])
      assert.deepEqual(roles, ["read"], `${methodName} needs @Authorized("read")`);
    for (const { methodName, roles } of mutations)
      assert.ok(
        roles?.length === 1 && (roles[0] !== "read" || reading.has(methodName)),
        `${methodName} needs @Authorized("write"), "raw" or "admin"`,
      );
  });
});

describe("whose accounts", () => {
  let core: TestCore;
  let mine: string;
  let theirs: string;
  let file: string;
  before(async () => {
    core = await testCore();
    const one = await core.connect("sandbox", {}, "dana");
    const other = await core.connect("sandbox", {}, "lee");
    mine = String(one.id);
    theirs = String(other.id);
    const answer = await data(
      core,
      `query ($id: ID!) { account(id: $id) { storage { root { contents(first: 100, recursive: true) { nodes { id type } } } } } }`,
      { id: theirs },
    );
    file = answer.account.storage.root.contents.nodes.find((node: { type: string }) => node.type === "file").id;
  });
  after(() => core.close());

  const caller = (change: Partial<Caller>): Caller => ({ ...core.session.caller, ...change });
  const rights = (...some: Right[]) => new Set(some);

  test("a session sees its end user's accounts and no others", async () => {
    const dana = caller({ kind: "session", endUser: "dana", rights: rights("read", "write", "raw") });
    const seen = await data(core, `{ accounts { nodes { id endUser } } }`, {}, dana);
    assert.deepEqual(seen.accounts.nodes, [{ id: mine, endUser: "dana" }]);
    const answer = await ask(core, `query ($id: ID!) { account(id: $id) { name } }`, { id: theirs }, dana);
    assert.equal(codeOf(answer), "not_found");
    assert.deepEqual(answer.data, { account: null });
  });

  test("a bearer token sees its own account, `me`, and none of another's objects", async () => {
    const token = caller({
      kind: "token",
      accounts: [Number((await numberOf(mine)).number)],
      rights: rights("read", "write"),
    });
    assert.equal((await data(core, `{ account { id } }`, {}, token)).account.id, mine);
    for (const query of [
      `query ($id: ID!) { node(id: $id) { id } }`,
      `query ($id: ID!) { account { storage { file(id: $id) { name } } } }`,
      `mutation ($id: ID!) { delete(input: { id: $id }) { deletedId } }`,
      `mutation ($id: ID!) { updateFile(input: { id: $id, name: "x" }) { file { id } } }`,
      `mutation ($id: ID!) { createLink(input: { file: $id }) { link { url } } }`,
      `mutation ($id: ID!) { setProperties(input: { id: $id, properties: [] }) { properties { key } } }`,
      `mutation ($id: ID!) { setPermissions(input: { id: $id, permissions: [] }) { permissions { role } } }`,
    ])
      assert.equal(codeOf(await ask(core, query, { id: file }, token)), "not_found", query);
  });

  const numberOf = async (id: string) =>
    (await data(core, `query ($id: ID!) { account(id: $id) { number } }`, { id })).account;

  test("an API key has no `me`", async () => {
    assert.equal(codeOf(await ask(core, `{ account { id } }`)), "not_found");
  });

  test("a key that may read may not write, send raw requests or make sessions", async () => {
    const reader = caller({ rights: rights("read") });
    for (const [query, variables] of [
      [`mutation ($id: ID!) { delete(input: { id: $id }) { deletedId } }`, { id: file }],
      [`mutation ($id: ID!) { disconnectAccount(input: { id: $id }) { deletedId } }`, { id: mine }],
      [
        `mutation ($id: ID!) { rawRequest(input: { account: $id, uri: "/account" }) { response { status } } }`,
        { id: mine },
      ],
      [`mutation { createSession(input: { endUser: "dana" }) { token } }`, {}],
      [`mutation { connectAccount(input: { service: "sandbox" }) { token } }`, {}],
    ] as const)
      assert.equal(codeOf(await ask(core, query, variables, reader)), "forbidden", query);
    const raw = await ask(
      core,
      `query ($id: ID!) { account(id: $id) { rawGet(uri: "/account") { status } } }`,
      { id: mine },
      reader,
    );
    assert.equal(codeOf(raw), "forbidden");
  });

  test("ids of another application mean nothing here", async () => {
    const stranger = caller({ application: "another" });
    assert.equal(
      codeOf(await ask(core, `query ($id: ID!) { node(id: $id) { id } }`, { id: file }, stranger)),
      "not_found",
    );
    assert.deepEqual((await data(core, `{ accounts { nodes { id } } }`, {}, stranger)).accounts.nodes, []);
  });

  test("a disabled account answers nothing, and the rest of the answer stands", async () => {
    await data(
      core,
      `mutation ($id: ID!) { updateAccount(input: { id: $id, enabled: false }) { account { enabled } } }`,
      { id: theirs },
    );
    const { data: answer, errors } = await ask(
      core,
      `query ($a: ID!, $b: ID!) {
         dead: account(id: $a) { name storage { root { name } } }
         live: account(id: $b) { storage { root { name } } }
       }`,
      { a: theirs, b: mine },
    );
    assert.equal(answer.dead.storage.root, null);
    assert.ok(answer.dead.name);
    assert.ok(answer.live.storage.root.name);
    assert.equal(errors?.length, 1);
    assert.deepEqual(errors?.[0]?.path, ["dead", "storage", "root"]);
    await data(
      core,
      `mutation ($id: ID!) { updateAccount(input: { id: $id, enabled: true }) { account { enabled } } }`,
      { id: theirs },
    );
  });
});
