import "reflect-metadata";
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { toAccount } from "../../resolvers/common/account.js";
import type { Caller } from "../../src/auth/caller.js";
import { ApiError } from "../../src/errors.js";
import { rawRequest } from "../../src/unified/raw.js";
import { ask, codeOf, data } from "../support/ask.js";
import { streamFrom } from "../support/bytes.js";
import { type TestCore, testCore } from "../support/core.js";
import { fails } from "../support/fails.js";
import { install, itemOf, scripted } from "../support/scripted.js";

describe("who may do what to an account", () => {
  let core: TestCore;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "unigraph-files-"));
    core = await testCore({ local: [folder] });
  });
  after(async () => {
    await core.close();
    await rm(folder, { recursive: true });
  });
  const caller = (change: Partial<Caller>): Caller => ({
    ...core.session.caller,
    rights: new Set(["read", "write", "raw"]),
    ...change,
  });

  test("nobody but an API key connects a service that asks for no proof", async () => {
    const connect = `mutation ($service: String!, $fields: JSONObject) { connectAccount(input: { service: $service, fields: $fields }) { account { endUser } } }`;
    const session = caller({ kind: "session", endUser: "eve" });
    assert.equal(codeOf(await ask(core, connect, { service: "local", fields: { folder } }, session)), "forbidden");
    const { connectAccount } = await data(core, connect, { service: "sandbox" }, session);
    assert.equal(connectAccount.account.endUser, "eve");
  });

  test("a token or a session renames its account, and does not switch it on or give it away", async () => {
    const { id: ref, account } = await core.connect("sandbox", {}, "dana");
    const id = String(ref);
    const update = `mutation ($input: UpdateAccountInput!) { updateAccount(input: $input) { account { name } } }`;
    for (const who of [caller({ kind: "token", accounts: [account] }), caller({ kind: "session", endUser: "dana" })]) {
      for (const change of [{ enabled: true }, { endUser: "eve" }, { endUser: null }])
        assert.equal(codeOf(await ask(core, update, { input: { id, ...change } }, who)), "forbidden");
      assert.equal((await data(core, update, { input: { id, name: "Mine" } }, who)).updateAccount.account.name, "Mine");
    }
    for (const change of [{ name: "" }, { name: "x".repeat(256) }, { endUser: "" }])
      assert.equal(codeOf(await ask(core, update, { input: { id, ...change } })), "invalid_parameters");
  });

  test("an account whose credential is refused sends no raw requests either", async () => {
    const { account } = await core.connect("sandbox");
    await core.unified.store.accounts.update(account, { active: false });
    const session = core.unified.session(core.session.caller, new AbortController().signal);
    const opened = await session.account(account);
    await assert.rejects(
      rawRequest(opened, { uri: "/account", method: "GET", headers: {} }),
      fails("service_unauthorized"),
    );
  });

  test("headers and queries of one's own take the right to send raw requests", async () => {
    const id = String((await core.connect("sandbox")).id);
    const query = `query ($id: ID!, $options: AccountOptions) { account(id: $id, options: $options) { name } }`;
    const options = { rawHeaders: { "x-http-method-override": "DELETE" } };
    const reader = caller({ rights: new Set(["read"]) });
    assert.equal(codeOf(await ask(core, query, { id, options }, reader)), "forbidden");
    assert.ok((await data(core, query, { id, options })).account.name);
  });

  test("options added to an id that acts as a user still act as that user", async () => {
    const id = String((await core.connect("sandbox", { seed: "team" })).id);
    const { account } = await data(core, `query ($id: ID!) { account(id: $id) { rawGet(uri: "/account") { json } } }`, {
      id,
    });
    const other = account.rawGet.json.people[1];
    const acting = await data(
      core,
      `query ($id: ID!, $user: ID!) { account(id: $id) { impersonate(user: $user) { id } } }`,
      {
        id,
        user: other.id,
      },
    );
    const query = `query ($id: ID!, $options: AccountOptions) { account(id: $id, options: $options) { rawGet(uri: "/account") { json } } }`;
    const seen = await data(core, query, { id: acting.account.impersonate.id, options: { rawQuery: { x: "1" } } });
    assert.deepEqual(seen.account.rawGet.json.acting_as, other);
    for (const user of [String(id), "a\u0000b", "x".repeat(300)]) {
      const answer = await ask(core, query, { id, options: { asUser: user } });
      assert.ok(["invalid_resource_type", "invalid_parameters"].includes(codeOf(answer) ?? ""), codeOf(answer));
    }
  });

  test("an id of the service's that could not be handed out again is refused", async () => {
    const id = String((await core.connect("sandbox")).id);
    const encode = `mutation ($input: EncodeRawIdInput!) { encodeRawId(input: $input) { id } }`;
    for (const rawId of ["", "x".repeat(9000)])
      assert.equal(
        codeOf(await ask(core, encode, { input: { account: id, rawId, type: "file" } })),
        "invalid_parameters",
      );
  });

  test("a cursor of accounts that was made up is refused", async () => {
    const after_ = Buffer.from("0::nonsense").toString("base64url");
    const answer = await ask(core, `query ($after: String) { accounts(after: $after) { nodes { id } } }`, {
      after: after_,
    });
    assert.equal(codeOf(answer), "invalid_parameters");
  });
});

describe("one request", () => {
  let core: TestCore;
  before(async () => {
    core = await testCore();
  });
  after(() => core.close());

  test("a mutation sees what the one before it did", async () => {
    const id = String((await core.connect("sandbox")).id);
    const { account } = await data(core, `query ($id: ID!) { account(id: $id) { storage { root { id } } } }`, { id });
    const create = (name: string) =>
      `${name}: createFolder(input: { parent: $parent, name: "${name}" }) { folder { parent { contents(first: 1000) { nodes { name } } } } }`;
    const answer = await data(core, `mutation ($parent: ID!) { ${create("one")} ${create("two")} }`, {
      parent: account.storage.root.id,
    });
    const names = answer.two.folder.parent.contents.nodes.map(({ name }: { name: string }) => name);
    assert.ok(names.includes("one") && names.includes("two"));
  });

  test("a file and a folder that a service gave the same number stay two", async () => {
    install(
      core,
      scripted(
        { get: async (context, { type, id }) => itemOf(context, type as "file", id, { name: `${type} ${id}` }) },
        "numbering",
      ),
    );
    const account = await core.connect("numbering");
    const ids = [account.ref("storage", "file", "7"), account.ref("storage", "folder", "7")].map(String);
    const { nodes } = await data(
      core,
      `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on File { name } ... on Folder { name } } }`,
      { ids },
    );
    assert.deepEqual(nodes, [{ name: "file 7" }, { name: "folder 7" }]);
  });

  test("one item of a batch that fails says of which account", async () => {
    install(
      core,
      scripted(
        {
          traits: { pageSize: 10, getMany: 10 },
          getMany: async (context, keys) =>
            keys.map(({ id }) => (id === "gone" ? new ApiError("not_found", "gone") : itemOf(context, "file", id))),
        },
        "batching",
      ),
    );
    const account = await core.connect("batching");
    const ids = [account.ref("storage", "file", "here"), account.ref("storage", "file", "gone")].map(String);
    const answer = await ask(core, `query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`, { ids });
    const error = answer.errors?.[0]?.originalError;
    assert.ok(error instanceof ApiError);
    assert.deepEqual([error.context.service, error.context.account], ["batching", String(account.id)]);
  });

  test("an account is built once however often it is named, a service's id only when it is asked for", async () => {
    const account = await core.connect("sandbox");
    assert.equal(toAccount(account), toAccount(account));
    const { nodes } = await data(
      core,
      `query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Account { service { id name } } } }`,
      {
        ids: [String(account.id)],
      },
    );
    const named = await data(core, `query ($id: ID!) { node(id: $id) { ... on Service { name } } }`, {
      id: nodes[0].service.id,
    });
    assert.equal(named.node.name, "sandbox");
  });

  test("ancestors of many files are one call for each level", async () => {
    const account = await core.connect("sandbox", { seed: "deep" });
    let parent = "root";
    for (const name of ["a", "b", "c", "d"]) parent = (await account.storage.createFolder({ parent, name })).id.native;
    for (let count = 0; count < 20; count++)
      await account.storage.upload({ parent, name: `${count}.txt`, size: 1, ifExists: "fail" }, streamFrom("x"));
    const { calls, data: answer } = await ask(
      core,
      `query ($id: ID!) { node(id: $id) { ... on Folder { contents(first: 100) { nodes { ancestors { name } } } } } }`,
      { id: String(account.ref("storage", "folder", parent)) },
    );
    assert.equal(answer.node.contents.nodes.length, 20);
    assert.deepEqual(
      answer.node.contents.nodes[0].ancestors.slice(1).map(({ name }: { name: string }) => name),
      ["a", "b", "c", "d"],
    );
    assert.ok(calls <= 7, `${calls} calls for five levels of twenty files`);
  });
});
