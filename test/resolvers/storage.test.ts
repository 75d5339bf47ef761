import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { ApiError } from "../../src/errors.js";
import { ask, codeOf, data } from "../support/ask.js";
import { type TestCore, testCore } from "../support/core.js";

describe("storage as a frontend asks for it", () => {
  let core: TestCore;
  let folder: string;
  let id: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "unigraph-files-"));
    await mkdir(join(folder, "Reports", "2026"), { recursive: true });
    await writeFile(join(folder, "Reports", "2026", "budget.csv"), "a,b\n");
    await writeFile(join(folder, "Reports", "summary.md"), "# Summary\n");
    for (let count = 0; count < 5; count++) await writeFile(join(folder, `note ${count}.txt`), `${count}`);
    core = await testCore({ local: [folder] });
    id = String((await core.connect("local", { folder })).id);
  });
  after(async () => {
    await core.close();
    await rm(folder, { recursive: true });
  });

  const storage = async (selection: string, variables: Record<string, unknown> = {}, parameters = "") =>
    (
      await data(core, `query ($id: ID!${parameters}) { account(id: $id) { storage { ${selection} } } }`, {
        id,
        ...variables,
      })
    ).account.storage;
  const idOf = async (path: string): Promise<string> =>
    (await storage("byPath(path: $path) { id }", { path }, ", $path: String!")).byPath.id;

  test("the root folder and what it holds", async () => {
    const { root } = await storage("root { type path parent { id } contents { nodes { name type } totalCount } }");
    assert.deepEqual(root.parent, null);
    assert.deepEqual(root.contents.nodes.map(({ name }: { name: string }) => name).sort(), [
      "Reports",
      "note 0.txt",
      "note 1.txt",
      "note 2.txt",
      "note 3.txt",
      "note 4.txt",
    ]);
  });

  test("a path, its parent and its ancestors", async () => {
    const { byPath } = await storage(
      `byPath(path: "/Reports/2026/budget.csv") {
         __typename name path api type parent { name } ancestors { name }
         ... on File { size mimeType downloadable downloadUrl }
       }`,
    );
    assert.equal(byPath.__typename, "File");
    assert.equal(byPath.size, 4);
    assert.equal(byPath.api, "STORAGE");
    assert.equal(byPath.parent.name, "2026");
    assert.deepEqual(
      byPath.ancestors.slice(1).map(({ name }: { name: string }) => name),
      ["Reports", "2026"],
    );
    assert.match(byPath.downloadUrl, /^http:\/\/unigraph\.test\/content\/.+\/budget\.csv\?expires=\d+&signature=/);
  });

  test("paging names everything once, from any edge", async () => {
    const page = async (first: number, after: string | null) =>
      (
        await storage(
          "root { contents(first: $first, after: $after) { edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage endCursor } } }",
          { first, after },
          ", $first: Int, $after: String",
        )
      ).root.contents;
    const whole = await page(100, null);
    const names = whole.edges.map(({ node }: { node: { name: string } }) => node.name);
    for (const size of [1, 2, 3, 6]) {
      const seen: string[] = [];
      for (let after: string | null = null, more = true; more; ) {
        const { edges, pageInfo } = await page(size, after);
        assert.ok(edges.length <= size);
        assert.equal(pageInfo.hasPreviousPage, after !== null);
        seen.push(...edges.map(({ node }: { node: { name: string } }) => node.name));
        after = pageInfo.endCursor;
        more = pageInfo.hasNextPage;
      }
      assert.deepEqual(seen, names);
    }
    const third = await page(2, whole.edges[2].cursor);
    assert.deepEqual(
      third.edges.map(({ node }: { node: { name: string } }) => node.name),
      names.slice(3, 5),
    );
  });

  test("`first` and `after` that make no sense are refused in a sentence", async () => {
    for (const [first, after] of [
      [0, null],
      [-1, null],
      [1001, null],
      [10, "nonsense"],
      [10, Buffer.from("1:x").toString("base64url")],
    ]) {
      const answer = await ask(
        core,
        `query ($id: ID!, $first: Int, $after: String) { account(id: $id) { storage { root { contents(first: $first, after: $after) { nodes { name } } } } } }`,
        { id, first, after },
      );
      assert.equal(codeOf(answer), "invalid_parameters", `${first} ${after}`);
    }
  });

  test("a file's id asked for as a folder says what it is", async () => {
    const file = await idOf("/Reports/summary.md");
    const answer = await ask(
      core,
      `query ($id: ID!, $f: ID!) { account(id: $id) { storage { folder(id: $f) { name } } } }`,
      {
        id,
        f: file,
      },
    );
    assert.equal(codeOf(answer), "invalid_resource_type");
  });

  test("encodeRawId gives the id that a listing gives", async () => {
    const { byPath } = await storage(`byPath(path: "/Reports/summary.md") { id raw { id } }`);
    const { encodeRawId } = await data(
      core,
      `mutation ($account: ID!, $rawId: String!) { encodeRawId(input: { account: $account, rawId: $rawId }) { id type node { ... on File { name } } } }`,
      { account: id, rawId: byPath.raw.id },
    );
    assert.deepEqual(encodeRawId, { id: byPath.id, type: "file", node: { name: "summary.md" } });
  });

  test("encodeRawId refuses what no id of the service needs, instead of leaving it unread", async () => {
    const answer = await ask(
      core,
      `mutation ($account: ID!) { encodeRawId(input: { account: $account, id: "root", attributes: { bucket_name: "b" } }) { id } }`,
      { account: id },
    );
    assert.equal(codeOf(answer), "invalid_parameters");
  });

  test("create, rename, move, clash, copy, delete", async () => {
    const root = (await storage("root { id }")).root.id;
    const create = `mutation ($parent: ID!, $name: String!, $strict: Boolean!) {
      createFolder(input: { parent: $parent, name: $name, conflictIfExists: $strict }) { folder { id name path } }
    }`;
    const { createFolder: made } = await data(core, create, { parent: root, name: "Work", strict: true });
    const { createFolder: again } = await data(core, create, { parent: root, name: "Work", strict: false });
    assert.equal(again.folder.id, made.folder.id);
    const clash = await ask(core, create, { parent: root, name: "Work", strict: true });
    assert.equal(codeOf(clash), "naming_conflict");
    assert.equal(
      String((clash.errors?.[0]?.originalError as ApiError | undefined)?.context.conflicting),
      made.folder.id,
    );

    const { copyFile: copied } = await data(
      core,
      `mutation ($id: ID!, $parent: ID!) { copyFile(input: { id: $id, parent: $parent, name: "copy.csv" }) { file { id name } } }`,
      { id: await idOf("/Reports/2026/budget.csv"), parent: made.folder.id },
    );
    assert.equal(await readFile(join(folder, "Work", "copy.csv"), "utf8"), "a,b\n");
    const { updateFile: moved } = await data(
      core,
      `mutation ($id: ID!, $parent: ID!) { updateFile(input: { id: $id, name: "moved.csv", parent: $parent }) { file { id path } } }`,
      { id: copied.file.id, parent: root },
    );
    assert.equal(moved.file.path, "/moved.csv");
    const taken = await ask(
      core,
      `mutation ($id: ID!) { updateFile(input: { id: $id, name: "note 0.txt" }) { file { id } } }`,
      { id: moved.file.id },
    );
    assert.equal(codeOf(taken), "naming_conflict");
    const gone = await data(core, `mutation ($id: ID!) { delete(input: { id: $id }) { deletedId task { id } } }`, {
      id: moved.file.id,
    });
    assert.deepEqual(gone.delete, { deletedId: moved.file.id, task: null });
    assert.equal(
      codeOf(await ask(core, `query ($id: ID!) { node(id: $id) { id } }`, { id: moved.file.id })),
      "not_found",
    );
  });

  test("a folder that is not empty is not deleted by accident", async () => {
    const answer = await ask(core, `mutation ($id: ID!) { delete(input: { id: $id }) { deletedId } }`, {
      id: await idOf("/Reports"),
    });
    assert.equal(codeOf(answer), "folder_not_empty");
  });

  test("a folder to another account and back, streamed through a task that is waited for", async () => {
    const sandbox = await core.connect("sandbox", { seed: "x" });
    const target = await data(core, `query ($id: ID!) { account(id: $id) { storage { root { id } } } }`, {
      id: String(sandbox.id),
    });
    const { startTasks } = await import("../../src/app.js");
    const worker = startTasks(core, console);
    try {
      const { copyFolder } = await data(
        core,
        `mutation ($id: ID!, $parent: ID!) {
           copyFolder(input: { id: $id, parent: $parent, name: "From here" }) {
             task { id } folder { name account { service { name } } contents(recursive: true) { nodes { path type } } }
           }
         }`,
        { id: await idOf("/Reports"), parent: target.account.storage.root.id },
      );
      assert.equal(copyFolder.task, null);
      assert.equal(copyFolder.folder.account.service.name, "sandbox");
      assert.deepEqual(copyFolder.folder.contents.nodes.map(({ path }: { path: string }) => path).sort(), [
        "/From here/2026",
        "/From here/2026/budget.csv",
        "/From here/summary.md",
      ]);
    } finally {
      await worker.stop(1_000);
    }
  });

  test("a link hosted here, its password and its end", async () => {
    const file = await idOf("/Reports/summary.md");
    const { createLink } = await data(
      core,
      `mutation ($file: ID!) { createLink(input: { file: $file, password: "sesame", direct: true }) {
         link { id url direct hasPassword active expires file { name } }
       } }`,
      { file },
    );
    assert.match(createLink.link.url, /^http:\/\/unigraph\.test\/l\/[\w-]{22}$/);
    assert.deepEqual(createLink.link.file, { name: "summary.md" });
    assert.equal(createLink.link.hasPassword, true);
    const { updateLink } = await data(
      core,
      `mutation ($id: ID!) { updateLink(input: { id: $id, active: false, password: null }) { link { active hasPassword } } }`,
      { id: createLink.link.id },
    );
    assert.deepEqual(updateLink.link, { active: false, hasPassword: false });
    assert.equal((await storage("links { nodes { id } }")).links.nodes.length, 1);
    await data(core, `mutation ($id: ID!) { delete(input: { id: $id }) { deletedId } }`, { id: createLink.link.id });
    assert.deepEqual((await storage("links { nodes { id } }")).links.nodes, []);
  });

  test("what the service lacks is said before anything is asked", async () => {
    const answer = await ask(
      core,
      `query ($id: ID!) { account(id: $id) { capabilities storage { root { permissions { role } } } } }`,
      { id },
    );
    assert.equal(codeOf(answer), "not_implemented");
    assert.ok(!answer.data.account.capabilities.includes("storage.permissions.list"));
    assert.ok(answer.data.account.capabilities.includes("storage.files.copy"));
  });
});

describe("options of an account", () => {
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

  const organisation = async () => {
    const id = String((await core.connect("sandbox", { seed: "team" })).id);
    const query = `query ($id: ID!) { account(id: $id) { admin rawGet(uri: "/account") { json } } }`;
    const { account } = await data(core, query, { id });
    assert.equal(account.admin, true);
    return { id, other: account.rawGet.json.people[1] };
  };

  test("an administrator's account acts as another user, and ids found so name that user", async () => {
    const { id, other } = await organisation();
    const query = `query ($id: ID!, $user: ID!) {
      plain: account(id: $id) { storage { root { id name } } }
      acting: account(id: $id, options: { asUser: $user }) { rawGet(uri: "/account") { json } storage { root { id name } } }
      impersonated: account(id: $id) { impersonate(user: $user) { storage { root { id name } } } }
    }`;
    const { plain, acting, impersonated } = await data(core, query, { id, user: other.id });
    assert.deepEqual(acting.rawGet.json.acting_as, other);
    assert.notEqual(acting.storage.root.id, plain.storage.root.id);
    assert.equal(impersonated.impersonate.storage.root.id, acting.storage.root.id);
    const { createFolder } = await data(
      core,
      `mutation ($parent: ID!) { createFolder(input: { parent: $parent, name: "Theirs" }) { folder { raw { object } } } }`,
      { parent: acting.storage.root.id },
    );
    assert.equal(createFolder.folder.raw.object.created_by.id, other.id);
    assert.equal(codeOf(await ask(core, query, { id, user: "usr_nobody" })), "service_forbidden");
  });

  test("raw query and headers reach the service's requests", async () => {
    const { id, other } = await organisation();
    const { account } = await data(
      core,
      `query ($id: ID!, $options: AccountOptions) {
         account(id: $id, options: $options) { rawGet(uri: "/account") { json } storage { root { contents(first: 5) { nodes { name } } } } }
       }`,
      { id, options: { rawHeaders: { "x-sandbox-user": other.id }, rawQuery: { anything: 2 } } },
    );
    assert.deepEqual(account.rawGet.json.acting_as, other);
    assert.ok(account.storage.root.contents.nodes.length > 0);
  });

  test("only an administrator's account acts as another user", async () => {
    const { id } = await core.connect("local", { folder });
    const answer = await ask(core, `query ($id: ID!) { account(id: $id, options: { asUser: "u1" }) { name } }`, {
      id: String(id),
    });
    assert.equal(codeOf(answer), "forbidden");
  });

  test("raw data of what a mutation gave is read again", async () => {
    const { id } = await core.connect("sandbox");
    const root = (
      await data(core, `query ($id: ID!) { account(id: $id) { storage { root { id } } } }`, { id: String(id) })
    ).account.storage.root.id;
    const { createFolder } = await data(
      core,
      `mutation ($parent: ID!) { createFolder(input: { parent: $parent, name: "New" }) { folder { name raw { object } } } }`,
      { parent: root },
    );
    assert.equal(createFolder.folder.raw.object.name, "New");
  });
});
