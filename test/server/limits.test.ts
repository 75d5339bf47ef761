import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { refused } from "./support/refused.js";
import { type Started, startServer } from "./support/start.js";

const nested = (depth: number, field = "parent"): string =>
  `{ box(id: 1) ${`{ ${field} `.repeat(depth)}{ id }${" }".repeat(depth)} }`;
const aliases = (count: number, field: string): string =>
  Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(" ");
const doubling = (last: string): string =>
  `{ ...F0 } ${Array.from({ length: 40 }, (_, index) => `fragment F${index} on Query { ${index < 39 ? `...F${index + 1} ...F${index + 1}` : last} }`).join(" ")}`;

describe("what one document may ask for", () => {
  let server: Started;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  test("hundred aliases of a field work", async () => {
    const { status, body } = await server.post(`{ ${aliases(100, "box(id: 3) { id name }")} }`);
    assert.equal(status, 200);
    assert.equal(Object.keys(body.data).length, 100);
  });

  test("G1: a document 5,000 levels deep", async () =>
    refused(await server.post(nested(5000)), "GRAPHQL_PARSE_FAILED"));

  test("G2: too many aliases", async () => {
    refused(await server.post(`{ ${aliases(101, "__typename")} }`), "QUERY_TOO_COMPLEX");
    refused(
      await server.post(
        `{ ${aliases(16, "things(first: 1000) { nodes { ... on Box { contents(first: 1000) { nodes { id } } } } }")} }`,
      ),
      "QUERY_TOO_COMPLEX",
    );
  });

  test("G3: too many directives", async () => {
    refused(await server.post(`{ __typename ${"@aa ".repeat(10)} }`), "QUERY_TOO_COMPLEX");
    refused(await server.post(`{ greet ${"@include(if: true) ".repeat(280)} }`), "QUERY_TOO_COMPLEX");
    refused(await server.post(`{ greet ${"@include(if: true) ".repeat(1000)} }`), "GRAPHQL_PARSE_FAILED");
  });

  test("G4: a field many times", async () => {
    refused(await server.post(`{ ${"greet ".repeat(500)} }`), "QUERY_TOO_COMPLEX");
    refused(await server.post(`{ ${"greet ".repeat(3000)} }`), "GRAPHQL_PARSE_FAILED");
  });

  test("G5: fragments that double, with and without an end", async () => {
    refused(await server.post(doubling("greet")), "QUERY_TOO_COMPLEX");
    refused(await server.post(doubling("...F0")), "QUERY_TOO_COMPLEX");
    refused(await server.post("{ ...F } fragment F on Query { ...F }"), "QUERY_TOO_COMPLEX");
  });

  test("too deep, by fields and by fragments", async () => {
    assert.equal((await server.post(nested(12))).status, 200);
    refused(await server.post(nested(15)), "QUERY_TOO_COMPLEX");
    refused(await server.post(`{ ${"... { ".repeat(70)} greet ${"}".repeat(70)} }`), "QUERY_TOO_COMPLEX");
  });

  test("G6: a batch", async () => {
    const { status, body } = await server.post(Array.from({ length: 10 }, () => ({ query: "{ greet }" })));
    assert.equal(status, 400);
    assert.equal(body.errors.length, 1);
  });

  test("G7: lists too long, one by one and multiplied", async () => {
    const list = (first: string | number) => `{ things(first: ${first}) { nodes { id } } }`;
    assert.equal((await server.post(list(1000))).status, 200);
    const one = await server.post(list(1001));
    refused(one, "QUERY_TOO_COMPLEX");
    assert.deepEqual(one.body.errors[0].extensions.cost, { requested: 1001, maximum: 1000 });
    refused(await server.post(list(-1)), "BAD_USER_INPUT");
    refused(await server.post(list(0)), "BAD_USER_INPUT");
    const box = (inner: string) => `contents { nodes { ... on Box { ${inner} } } }`;
    const product = await server.post(`{ box(id: 1) { ${box(box(box("id")))} } }`);
    refused(product, "QUERY_TOO_COMPLEX");
    assert.deepEqual(product.body.errors[0].extensions.cost, { requested: 1_010_100, maximum: 500_000 });
    const query = "query ($first: Int = 5) { things(first: $first) { nodes { id } } }";
    refused(await server.post(query, { variables: { first: 5000 } }), "QUERY_TOO_COMPLEX");
    assert.equal((await server.post(query)).status, 200);
    assert.equal((await server.post(query, { variables: { first: 2 } })).body.data.things.nodes.length, 2);
    const ids = { ids: Array.from({ length: 6000 }, String) };
    const many = "query ($ids: [ID!]!) { thingsById(ids: $ids) { ... on Box { contents { nodes { id } } } } }";
    refused(await server.post(many, { variables: ids }), "QUERY_TOO_COMPLEX");
  });

  test("a persisted query is asked for by its hash, within the same limits", async () => {
    const query = "{ greet whoami }";
    const sha256Hash = createHash("sha256").update(query).digest("hex");
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    const unknown = await server.post({ extensions });
    assert.equal(unknown.body.errors[0].extensions.code, "PERSISTED_QUERY_NOT_FOUND");
    assert.equal((await server.post({ query, extensions })).status, 200);
    for (let round = 0; round < 3; round++)
      assert.deepEqual((await server.post({ extensions })).body.data, { greet: "hello", whoami: "key" });
    const large = `{ ${aliases(101, "greet")} }`;
    const hash = createHash("sha256").update(large).digest("hex");
    const asked = { persistedQuery: { version: 1, sha256Hash: hash } };
    refused(await server.post({ query: large, extensions: asked }), "QUERY_TOO_COMPLEX");
    const again = await server.post({ extensions: asked });
    assert.equal(again.body.errors[0].extensions.code, "PERSISTED_QUERY_NOT_FOUND");
  });

  test("a document too long to be remembered is held to the same limits", async () => {
    const padding = ` # ${"x".repeat(300_000)}`;
    assert.equal((await server.post(`{ greet }${padding}`)).status, 200);
    refused(await server.post(`{ ${aliases(101, "greet")} }${padding}`), "QUERY_TOO_COMPLEX");
    refused(await server.post(`{ things(first: 2000) { nodes { id } } }${padding}`), "QUERY_TOO_COMPLEX");
  });

  test("the same refusal again and again, also at once", async () => {
    const query = `{ ${aliases(101, "whoami")} }`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => server.post(query)));
    for (const answer of answers) refused(answer, "QUERY_TOO_COMPLEX");
  });
});
