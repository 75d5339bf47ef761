import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { createClient } from "graphql-sse";
import { readSource, repository } from "../support/repository.js";
import { KEY, serveForTest, type TestServing } from "../support/serving.js";

/** What relay-runtime sends: the operation's text, with the selections that the compiler adds (ids, cursors, page information). */
interface Artifact {
  default: { params: { name: string; text: string } };
}
interface Edge {
  cursor: string;
  node: { __typename: string; id: string; name: string };
}

describe("Relay", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "unigraph-relay-"));
    await cp(join(repository, "test/client/relay"), join(folder, "documents"), { recursive: true });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** relay-compiler over the documents and this schema, with the settings of relay.config.json; artifacts go to `name` in the folder. */
  const compile = async (name: string, schema: string): Promise<void> => {
    await mkdir(join(folder, name));
    await writeFile(join(folder, `${name}.graphql`), schema);
    const settings = JSON.parse(readSource("relay.config.json")) as object;
    const config = { ...settings, src: "documents", schema: `${name}.graphql`, artifactDirectory: name };
    await writeFile(join(folder, `${name}.json`), JSON.stringify(config));
    const compiler = join(repository, "node_modules/relay-compiler/cli.js");
    await promisify(execFile)(process.execPath, [compiler, `${name}.json`], { cwd: folder });
  };
  const schema = readSource("schema/schema.graphql");

  describe("what relay-compiler makes runs on the server", () => {
    let server: TestServing;
    const texts: Record<string, string> = {};
    before(async () => {
      await compile("artifacts", schema);
      for (const file of await readdir(join(folder, "artifacts"))) {
        const path = join(folder, "artifacts", file);
        if (!(await readFile(path, "utf8")).includes("operationKind")) continue; // a fragment's
        const { params } = ((await import(pathToFileURL(path).href)) as Artifact).default;
        texts[params.name] = params.text;
      }
      server = await serveForTest();
    });
    after(() => server.closeCore());

    const textOf = (name: string): string => {
      const text = texts[name];
      assert.ok(text, `${name} is not among ${Object.keys(texts)}`);
      return text;
    };
    const run = async (name: string, variables: Record<string, unknown>) => {
      const { body } = await server.ask(textOf(name), variables);
      assert.equal(body.errors, undefined);
      return body.data;
    };
    const rootOf = async (count: number) =>
      (await run("FolderQuery", { account: "2", count })).account.storage.root as {
        id: string;
        contents: { edges: Edge[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
      };

    test("a list of a root field is read on", async () => {
      const first = (await run("AccountsQuery", { count: 1 })).accounts;
      assert.equal(first.pageInfo.hasNextPage, true);
      const cursor = first.pageInfo.endCursor;
      const second = (await run("AccountsPaginationQuery", { count: 1, cursor })).accounts;
      assert.equal(second.pageInfo.hasNextPage, false);
      const services = [...first.edges, ...second.edges].map(({ node }) => node.service.title);
      assert.equal(new Set(services).size, 2);
    });

    test("a list of an object is read on through node(id:), and an object is fetched again", async () => {
      const root = await rootOf(1);
      const edges = [...root.contents.edges];
      for (let { pageInfo } = root.contents; pageInfo.hasNextPage; ) {
        const page = { id: root.id, count: 1, cursor: pageInfo.endCursor };
        const { node } = await run("FolderContentsPaginationQuery", page);
        assert.equal(node.id, root.id);
        edges.push(...node.contents.edges);
        pageInfo = node.contents.pageInfo;
      }
      assert.deepEqual(
        edges.map(({ node }) => node.id),
        (await rootOf(50)).contents.edges.map(({ node }) => node.id),
      );
      const file = edges.find(({ node }) => node.__typename === "File")?.node;
      const { node } = await run("FileDetailsRefetchQuery", { id: file?.id });
      assert.equal(node.id, file?.id);
      assert.ok(node.size > 0);
    });

    test("mutations give the node that joins a list and the id that leaves it; a subscription follows the work", async () => {
      const { id: parent } = await rootOf(1);
      const { folder } = (await run("CreateFolderMutation", { input: { parent, name: "Plans" } })).createFolder;
      const input = { id: folder.id, parent, name: "Plans, kept", async: true };
      const { task } = (await run("CopyMutation", { input })).copyFolder;

      const authorization = `APIKey ${KEY.replaceAll(" ", "-")}`;
      const client = createClient({ url: `${server.url}/graphql`, headers: { authorization }, retryAttempts: 0 });
      const told: { task: { id: string; status: string } }[] = [];
      for await (const { data } of client.iterate({ query: textOf("TaskSubscription"), variables: { id: task.id } }))
        told.push(data as unknown as (typeof told)[number]);
      client.dispose();
      assert.deepEqual(new Set(told.map(({ task: { id } }) => id)), new Set([task.id]));
      assert.equal(told.at(-1)?.task.status, "SUCCEEDED");

      assert.equal((await run("DeleteMutation", { input: { id: folder.id } })).delete.deletedId, folder.id);
      const names = (await rootOf(50)).contents.edges.map(({ node }) => node.name);
      assert.ok(names.includes("Plans, kept") && !names.includes("Plans"), String(names));
    });
  });

  const FAULTS = [
    ["a page that does not tell its end", /^ {2}endCursor: String\n/m, "", /expose a 'pageInfo \{ endCursor \}' field/],
    ["a list that is no list", "edges: [StorageEdge!]!", "edges: StorageEdge", /expose a 'edges' field/],
    ["a root without node(id:)", "node(id: ID!): Node", "object(id: ID!): Node", /has a `node\(id: ID\): Node` field/],
    ["an edge of another name", /StorageEdge/g, "StorageRow", /'StorageEdge' does not refer to a known object type/],
    ["a deletion that does not tell the id", "deletedId: ID", "deletedId: String", /Expected field type 'ID'/],
  ] as const;
  for (const [fault, from, to, words] of FAULTS)
    test(`refuses ${fault}`, async () => {
      const broken = schema.replace(from, to);
      assert.notEqual(broken, schema);
      await assert.rejects(compile(fault, broken), ({ stderr }: { stderr: string }) => words.test(stderr));
    });
});
