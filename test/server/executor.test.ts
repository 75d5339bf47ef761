import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { type ExecutionResult, execute, getIntrospectionQuery, parse, validate } from "graphql";
import type { ServerContext } from "../../src/server/graphql/context.js";
import { Executor, type Schemas } from "../../src/server/graphql/executor.js";
import { createTestSchema, ref, seen, typeOf } from "./support/schema.js";
import { contextOf } from "./support/start.js";

interface Case {
  name: string;
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

const same: Case[] = [
  { name: "a scalar", query: "{ greet }" },
  { name: "aliases and merged fields", query: "{ a: greet b: greet box(id: 1) { name } box(id: 1) { size id } }" },
  { name: "an id that is an object", query: "{ box(id: 1) { id parent { id } } }" },
  { name: "null where it may be", query: '{ box(id: "none") { id } greet }' },
  { name: "null where it must not be", query: "{ greet requiredBox { id } }" },
  { name: "a null that bubbles through a list", query: "{ things { nodes { ... on Box { must } } } greet }" },
  { name: "a null that bubbles to a nullable parent", query: '{ box(id: "1") { must } greet }' },
  { name: "an error thrown at once", query: "{ boom greet }" },
  { name: "an error thrown later", query: "{ greet boomLater }" },
  { name: "an error with extensions of ours", query: "{ clash }" },
  { name: "errors among the items of a list", query: "{ mixed { name } }" },
  {
    name: "an interface",
    query: '{ thing(kind: "coin") { __typename id name ... on Coin { worth } ... on Box { size } } }',
  },
  {
    name: "an interface within a connection",
    query: "{ things(first: 4) { nodes { __typename id ... on Box { parent { name } } } } }",
  },
  {
    name: "fragments within fragments",
    query: "{ box(id: 1) { ...B } } fragment B on Box { ...N parent { ...N } } fragment N on Thing { id name }",
  },
  {
    name: "@skip and @include by variable: true",
    query: "query ($on: Boolean!) { greet @include(if: $on) whoami @skip(if: $on) }",
    variables: { on: true },
  },
  {
    name: "@skip and @include by variable: false",
    query: "query ($on: Boolean!) { greet @include(if: $on) whoami @skip(if: $on) }",
    variables: { on: false },
  },
  {
    name: "one fragment in two places, one of them skipped",
    query:
      "query ($on: Boolean!) { a: box(id: 1) { ...N @include(if: $on) } b: box(id: 2) { ...N } } fragment N on Box { name size }",
    variables: { on: false },
  },
  {
    name: "one fragment twice in one place, once skipped",
    query: "query ($on: Boolean!) { box(id: 1) { id ...N @include(if: $on) ...N } } fragment N on Box { name }",
    variables: { on: false },
  },
  {
    name: "a condition inside a fragment",
    query:
      "query ($on: Boolean = false) { a: box(id: 1) { ...N } b: box(id: 2) { name ...N } } fragment N on Box { name @skip(if: true) size @include(if: $on) }",
  },
  { name: "a variable's default", query: 'query ($text: String = "x") { echo(text: $text) }' },
  { name: "a variable that is absent", query: "query ($text: String) { echo(text: $text) }" },
  { name: "a variable that is null", query: "query ($text: String) { echo(text: $text) }", variables: { text: null } },
  {
    name: "a variable that does not fit",
    query: "query ($number: Int) { echo(number: $number) }",
    variables: { number: "x" },
  },
  { name: "a variable that is missing", query: "query ($id: ID!) { box(id: $id) { id } }" },
  {
    name: "a null for an argument with a default",
    query: "query ($flag: Boolean) { echo(flag: $flag) }",
    variables: { flag: null },
  },
  {
    name: "JSON with variables inside",
    query: "query ($x: String) { echo(json: { a: [1, $x], b: { c: $x } }) }",
    variables: { x: "y" },
  },
  {
    name: "JSON in a variable",
    query: "query ($json: JSON) { echo(json: $json) }",
    variables: { json: { a: [1, { b: null }] } },
  },
  {
    name: "a string that looks like code",
    query: '{ echo(text: "__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d(globalThis.pwned = 1)") }',
  },
  {
    name: "a string that looks like a number",
    query: '{ echo(text: "__MAGIC_NAN__57f286b9_4c20_487f_b409_79804ddcb4f8") }',
  },
  { name: "quotes, backslashes and lines in a string", query: '{ echo(text: "a\\"b\\\\c\\n\\u2028`$ {1}") }' },
  { name: "a chosen operation", query: "query A { greet } query B { whoami }", operationName: "B" },
  { name: "an operation that is not there", query: "query A { greet }", operationName: "C" },
  { name: "no choice among operations", query: "query A { greet } query B { whoami }" },
  {
    name: "mutations one after the other",
    query: "mutation { a: add(number: 1) b: add(number: 2) c: add(number: 3) }",
  },
  {
    name: "a mutation that fails between others",
    query: "mutation { a: add(number: 1) b: add(number: -1) c: add(number: 2) }",
  },
  { name: "introspection", query: getIntrospectionQuery() },
  {
    name: "__typename at the root",
    query: "{ __typename things(first: 1) { __typename edges { cursor node { id } } } }",
  },
];

describe("the compiled executor", () => {
  let schemas: Schemas;
  let executor: Executor<ServerContext>;
  before(async () => {
    schemas = { public: await createTestSchema(), fast: await createTestSchema() };
    executor = new Executor(schemas, { typeOf, warmUp: 0 });
  });

  for (const { name, query, variables, operationName } of same)
    test(`answers as graphql-js does: ${name}`, async () => {
      const document = parse(query);
      assert.deepEqual(validate(schemas.public, document), []);
      const expected = await execute({
        schema: schemas.public,
        document,
        rootValue: {},
        contextValue: contextOf(),
        variableValues: variables,
        operationName,
      });
      for (const round of [1, 2]) {
        const result = await executor.execute({ document, operationName, variables, context: contextOf() });
        assert.deepEqual(plain(result), plain(expected as ExecutionResult), `round ${round}`);
      }
    });

  test("hands out ids as text", async () => {
    const document = parse("{ box(id: 7) { id } }");
    const { data } = await executor.execute({ document, context: contextOf() });
    assert.deepEqual(JSON.parse(JSON.stringify(data)), { box: { id: ref("7").valueOf() } });
    assert.equal(typeof (data as { box: { id: unknown } }).box.id, "string");
  });

  test("never runs what a caller wrote", async () => {
    assert.equal(Reflect.get(globalThis, "pwned"), undefined);
  });

  test("keeps the original error for those who tell it", async () => {
    const { errors } = await executor.execute({ document: parse("{ clash }"), context: contextOf() });
    assert.equal(errors?.[0]?.originalError?.name, "ApiError");
    assert.equal(errors?.[0]?.nodes?.length, 1);
  });

  test("an unknown type of object is an error, not an end", async () => {
    const { data, errors } = await executor.execute({
      document: parse('{ thing(kind: "ghost") { id } greet }'),
      context: contextOf(),
    });
    assert.equal(errors?.length, 1);
    assert.deepEqual({ ...data }, { thing: null, greet: "hello" });
  });

  test("mutations run in order", async () => {
    seen.order.length = 0;
    const document = parse("mutation { a: add(number: 1) b: add(number: 2) }");
    await executor.execute({ document, context: contextOf() });
    assert.deepEqual(seen.order, [1, 2]);
  });

  test("ends soon after the signal although a resolver never does", async () => {
    const stop = new AbortController();
    const running = executor.execute({ document: parse("{ stubborn }"), context: contextOf(stop.signal) });
    stop.abort();
    const { data, errors } = await running;
    assert.equal(data, null);
    assert.equal(errors?.length, 1);
  });

  test("a subscription's source ends when the subscriber leaves while it waits", async () => {
    const released = seen.released;
    const results = await executor.subscribe({
      document: parse("subscription { counted(to: 0) { id } }"),
      context: contextOf(),
    });
    assert.ok(Symbol.asyncIterator in results);
    const waiting = results.next();
    await results.return?.();
    assert.equal((await waiting).done, true);
    assert.equal(seen.released, released + 1);
  });

  test("every event is executed for itself", async () => {
    const document = parse("subscription { counted(to: 3) { __typename name ... on Box { size } } }");
    const results = await executor.subscribe({ document, context: contextOf() });
    assert.ok(Symbol.asyncIterator in results);
    const sizes: unknown[] = [];
    for await (const { data } of results) sizes.push((data as { counted: { size: number } }).counted.size);
    assert.deepEqual(sizes, [1, 2, 3]);
  });
});

const plain = ({ data, errors }: ExecutionResult) => ({
  data: data === undefined ? undefined : JSON.parse(JSON.stringify(data)),
  errors: (errors ?? [])
    .map(({ message, path, locations, extensions, originalError }) => ({
      message,
      path,
      locations,
      extensions: { ...extensions },
      original: originalError?.name === "ApiError",
    }))
    .sort((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other))),
});
