import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask, data } from "../support/ask.js";
import { type TestCore, testCore } from "../support/core.js";

describe("upstream calls", () => {
  let core: TestCore;
  let accounts: string[];
  let files: string[][];
  let folders: string[];

  before(async () => {
    core = await testCore();
    const connected = [];
    for (const seed of ["a", "b", "c", "d"]) connected.push(await core.connect("sandbox", { seed, size: "large" }));
    accounts = connected.map(({ id }) => String(id));
    const tree = `query ($id: ID!) { account(id: $id) { storage { root { contents(first: 1000, recursive: true) { nodes { id type } } } } } }`;
    const trees = await Promise.all(accounts.map((id) => data(core, tree, { id })));
    const ofType = (answer: (typeof trees)[number], type: string): string[] =>
      answer.account.storage.root.contents.nodes
        .filter((node: { type: string }) => node.type === type)
        .map((node: { id: string }) => node.id);
    files = trees.map((answer) => ofType(answer, "file").slice(0, 50));
    folders = ofType(trees[0], "folder").slice(0, 50);
    assert.ok(
      files.every((some) => some.length === 50),
      "the large sandbox has enough files",
    );
  });
  after(() => core.close());

  test("100 aliases of 10 files of one account are one call", async () => {
    const aliases = Array.from(
      { length: 100 },
      (_, index) => `f${index}: file(id: "${files[0]?.[index % 10]}") { name }`,
    );
    const {
      errors,
      calls,
      data: answer,
    } = await ask(core, `query ($id: ID!) { account(id: $id) { storage { ${aliases.join("\n")} } } }`, {
      id: accounts[0],
    });
    assert.equal(errors, undefined);
    assert.equal(Object.keys(answer.account.storage).length, 100);
    assert.equal(calls, 1);
  });

  test("nodes of 200 files of 4 accounts are 4 calls", async () => {
    // Interleaved, as a page that mixes accounts would ask for them.
    const ids = Array.from({ length: 200 }, (_, index) => files[index % 4]?.[Math.floor(index / 4)] as string);
    const { calls, data: answer } = await ask(core, `query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`, { ids });
    assert.deepEqual(
      answer.nodes.map(({ id }: { id: string }) => id),
      ids,
    );
    assert.equal(calls, 4);
  });

  test("the first pages of many folders are one call", async () => {
    const aliases = folders.map(
      (id, index) => `f${index}: folder(id: "${id}") { contents(first: 5) { nodes { name } } }`,
    );
    const { errors, calls } = await ask(
      core,
      `query ($id: ID!) { account(id: $id) { storage { ${aliases.join("\n")} } } }`,
      { id: accounts[0] },
    );
    assert.equal(errors, undefined);
    assert.equal(calls, 1);
  });

  test("parents of a page are one call", async () => {
    const { calls, data: answer } = await ask(
      core,
      `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on File { name parent { id name } } } }`,
      { ids: files[0] },
    );
    assert.ok(answer.nodes.every((node: { parent: { name: string } }) => node.parent.name !== undefined));
    assert.equal(calls, 2);
  });

  test("an id that is not there fails alone", async () => {
    const [gone, ...others] = files[1] as string[];
    await data(core, `mutation ($id: ID!) { delete(input: { id: $id, permanent: true }) { deletedId } }`, { id: gone });
    const { data: answer, errors } = await ask(core, `query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`, {
      ids: [others[0], gone, "nonsense", others[1]],
    });
    assert.deepEqual(
      answer.nodes.map((node: { id: string } | null) => node?.id ?? null),
      [others[0], null, null, others[1]],
    );
    assert.deepEqual(
      errors?.map(({ path }) => path),
      [
        ["nodes", 1],
        ["nodes", 2],
      ],
    );
  });

  test("raw data costs nothing more than the page itself", async () => {
    const query = (selection: string) =>
      ask(
        core,
        `query ($id: ID!) { account(id: $id) { storage { root { contents(first: 20) { nodes { ${selection} } } } } } }`,
        {
          id: accounts[2],
        },
      );
    const [plain, raw] = [await query("name"), await query("name raw { id object }")];
    assert.equal(raw.calls, plain.calls);
    const [first] = raw.data.account.storage.root.contents.nodes;
    assert.ok(first.raw.id);
    assert.ok(first.raw.object);
  });
});
