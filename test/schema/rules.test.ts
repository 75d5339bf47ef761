import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { readSource, repository } from "../support/repository.js";

/** What eslint.config.js says of a schema, a line for each finding. */
const findings = (t: TestContext, schema: string): string[] => {
  const folder = mkdtempSync(join(tmpdir(), "unigraph-rules-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "schema"));
  writeFileSync(join(folder, "schema/schema.graphql"), schema);
  const eslint = join(repository, "node_modules/eslint/bin/eslint.js");
  const options = ["--config", join(repository, "eslint.config.js"), "--format", "json", "schema/schema.graphql"];
  const { stdout, stderr } = spawnSync(process.execPath, [eslint, ...options], { cwd: folder, encoding: "utf8" });
  assert.equal(stderr, "");
  const [file] = JSON.parse(stdout) as { messages: { ruleId: string; message: string }[] }[];
  return (file?.messages ?? []).map(({ ruleId, message }) => `${ruleId}: ${message}`);
};

/** A small schema with a list and a change, without any fault. */
const GOOD = `
"""How long it is."""
directive @listSize(assumedSize: Int) on FIELD_DEFINITION
"""A thing with a global id."""
interface Node { id: ID! }
"""A box."""
type Box implements Node { id: ID! weight: Weight }
"""What it weighs."""
type Weight { grams: Int }
"""One page of boxes."""
type BoxConnection { edges: [BoxEdge!]! nodes: [Box!]! pageInfo: PageInfo! totalCount: Int }
"""One box of a page."""
type BoxEdge { cursor: String! node: Box }
"""Where a page stands."""
type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
"""The box."""
type BoxPayload { box: Box }
"""What is to be in it."""
input BoxInput { grams: Int }
type Query {
  """Anything."""
  node(id: ID!): Node
  """All boxes."""
  boxes(first: Int = 100, after: String): BoxConnection @listSize(assumedSize: 100)
}
type Mutation {
  """A box more."""
  createBox(input: BoxInput!): BoxPayload!
}
`;

/** A fault, and the words that find it. */
const FAULTS: readonly (readonly [good: string, bad: string, words: RegExp])[] = [
  ['"""A box more."""', "", /require-description: .* field "createBox" in type "Mutation"/],
  ['"""What it weighs."""', "", /require-description: .* type "Weight"/],
  ['"""What is to be in it."""', "", /require-description: .* input "BoxInput"/],
  ["first: Int = 100", "limit: Int = 100", /relay-arguments: /],
  ["after: String", "after: String, last: Int", /Paging is forward only/],
  [" @listSize(assumedSize: 100)", "", /give the field @Listed\(\)/],
  ["edges: [BoxEdge!]!", "edges: BoxEdge", /relay-connection-types: `edges` field/],
  ["pageInfo: PageInfo!", "pageInfo: PageInfo", /relay-connection-types: `pageInfo` field/],
  ["nodes: [Box!]!", "", /A connection has `nodes`/],
  ["totalCount: Int", "", /A connection has `totalCount`/],
  ["node: Box", "node: Weight", /relay-edge-types: .* must implement `Node`/],
  ["cursor: String!", "", /relay-edge-types: .* must contain a field `cursor`/],
  ["endCursor: String", "endCursor: String!", /relay-page-info: Field `endCursor`/],
  ["hasNextPage: Boolean!", "hasNextPage: Boolean", /relay-page-info: Field `hasNextPage`/],
  ["input: BoxInput!", "box: BoxInput!", /input-name: /],
  ["): BoxPayload!", "): Box", /A mutation gives a payload/],
  ["type Weight {", "type Weight { id: ID!", /A field `id` is a global id/],
  ["weight: Weight", "weight: Weight @deprecated", /require-deprecation-reason: /],
  ["box: Box", "the_box: Box", /naming-convention: /],
];

describe("the rules of the public schema", () => {
  test("it keeps to them", (t) => assert.deepEqual(findings(t, readSource("schema/schema.graphql")), []));

  test("a list, a change and an object as they should be have no fault", (t) =>
    assert.deepEqual(findings(t, GOOD), []));

  test("each of them finds its fault", (t) => {
    const bad = FAULTS.reduce((schema, [from, to]) => {
      assert.ok(schema.includes(from), from);
      return schema.replace(from, to);
    }, GOOD);
    const found = findings(t, bad);
    for (const [, , words] of FAULTS)
      assert.ok(
        found.some((finding) => words.test(finding)),
        `${words} is not among\n${found.join("\n")}`,
      );
  });
});
