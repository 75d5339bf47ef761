import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { after, before, describe, test } from "node:test";
import { getIntrospectionQuery } from "graphql";
import { refused } from "./support/refused.js";
import { ref, seen } from "./support/schema.js";
import { type Started, startServer, until } from "./support/start.js";

const deepJson = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

describe("GraphQL over HTTP", () => {
  let server: Started;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  test("answers by POST and by GET", async () => {
    assert.deepEqual((await server.post("{ greet }")).body, { data: { greet: "hello" } });
    const response = await fetch(`${server.url}/graphql?query={greet}`, {
      headers: { authorization: "key", "apollo-require-preflight": "1" },
    });
    assert.deepEqual(await response.json(), { data: { greet: "hello" } });
  });

  test("hands out ids as text", async () => {
    const { body } = await server.post("{ box(id: 7) { id } }");
    assert.equal(body.data.box.id, ref("7").valueOf());
  });

  test("tells an error of the unified API in full, and nothing of its cause", async () => {
    const { status, body } = await server.post("{ greet clash }");
    assert.equal(status, 200);
    assert.equal(body.data.greet, "hello");
    const [{ message, path, extensions }] = body.errors;
    const { requestId, ...told } = extensions;
    assert.equal(message, "A file of that name exists.");
    assert.deepEqual(path, ["clash"]);
    assert.deepEqual(told, {
      code: "NAMING_CONFLICT",
      errorCode: "naming_conflict",
      statusCode: 409,
      service: "sandbox",
      account: "acc",
      operation: "storage.upload",
      conflictingResourceId: ref("other").valueOf(),
    });
    assert.match(requestId, /-/);
  });

  test("passes on when another try makes sense", async () => {
    const { body } = await server.post("{ throttled }");
    assert.equal(body.errors[0].extensions.retryAfter, 7);
    assert.equal(body.errors[0].extensions.statusCode, 429);
  });

  test("is closed to those who are not known", async () => {
    for (const query of ["{ __typename }", getIntrospectionQuery(), "{ nonsense", "{ a: greet }"])
      for (const headers of [{ authorization: "wrong" }, { authorization: "" }]) {
        const { status, body, headers: answered } = await server.post(query, { headers });
        assert.equal(status, 401);
        assert.equal(answered.get("www-authenticate"), "Bearer");
        assert.equal(body.errors[0].extensions.statusCode, 401);
        assert.equal(body.data, undefined);
      }
    const bare = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"query":"{greet}"}',
    });
    assert.equal(bare.status, 401);
    const { errors } = (await bare.json()) as { errors: { extensions: { code: string } }[] };
    assert.equal(errors[0]?.extensions.code, "AUTHENTICATION_REQUIRED");
  });

  test("G8: misspelt words tell nothing of the schema", async () => {
    for (const query of [
      "{ gret }",
      "{ bom }",
      "{ box(id: 1, kid: 2) { id } }",
      "{ box(id: 1) { nme } }",
      "{ box(id: 1) { ... on Bx { id } } }",
    ]) {
      const { status, body } = await server.post(query);
      assert.equal(status, 400);
      for (const { message } of body.errors)
        assert.doesNotMatch(message, /did you mean|greet|boom|kind|name"|"Box"\?/i);
    }
  });

  test("G10: forms and plain text are refused, as is a GET that a page could make", async () => {
    for (const type of ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"]) {
      const response = await fetch(`${server.url}/graphql`, {
        method: "POST",
        headers: { "content-type": type, authorization: "key" },
        body: '{"query":"{greet}"}',
      });
      assert.equal(response.status, 400);
      assert.match(await response.text(), /Cross-Site Request Forgery/);
    }
    const get = await fetch(`${server.url}/graphql?query={greet}`, { headers: { authorization: "key" } });
    assert.equal(get.status, 400);
  });

  test("G11: a GET changes nothing", async () => {
    const response = await fetch(`${server.url}/graphql?query=mutation{add(number:1)}`, {
      headers: { authorization: "key", "apollo-require-preflight": "1" },
    });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), "POST");
  });

  test("G12: a stranger's error is masked, and logged under its id", async () => {
    for (const field of ["boom", "boomLater", "tooBig", "requiredBox { id }"]) {
      const { status, body } = await server.post(`{ ${field} }`);
      assert.equal(status, 200);
      assert.equal(body.errors[0].message, "Internal error");
      const { requestId, ...told } = body.errors[0].extensions;
      assert.deepEqual(told, { code: "INTERNAL_SERVER_ERROR", errorCode: "internal_error", statusCode: 500 });
      assert.doesNotMatch(JSON.stringify(body), /10\.0\.0\.1/);
      const line = server.lines.find((one) => one.includes(requestId) && one.includes('"level":"error"'));
      assert.ok(line, "it is in the log");
      if (field.startsWith("boom")) assert.match(line, /10\.0\.0\.1/);
    }
  });

  test("G13: keys that reach a prototype", async () => {
    for (const text of [
      '{"query":"{greet}","variables":{"__proto__":{"x":1}}}',
      '{"query":"{greet}","variables":{"a":[{"\\u005f_proto__":1}]}}',
      '{"query":"{greet}","extensions":{"constructor":{"prototype":{"x":1}}}}',
      '{"query":"{ echo(json: { __proto__: { x: 1 } }) }"}',
      '{"query":"{ __proto__: greet }"}',
    ]) {
      const response = await fetch(`${server.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: "key" },
        body: text,
      });
      assert.equal(response.status, 400, text);
    }
    assert.equal(({} as { x?: number }).x, undefined);
  });

  test("G14: JSON too deep", async () => {
    for (const depth of [65, 20_000]) {
      const response = await fetch(`${server.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: "key" },
        body: `{"query":"{greet}","variables":${deepJson(depth)}}`,
      });
      assert.equal(response.status, 400);
      assert.match(await response.text(), /64 levels/);
    }
  });

  test("G15: a body too large, said at once or found out", async () => {
    const { status, body } = await server.post("{ greet }", { variables: { text: "x".repeat(2 ** 20) } });
    assert.equal(status, 413);
    assert.equal(body.errors[0].extensions.errorCode, "entity_too_large");
    const streamed = await new Promise<number>((resolve) => {
      const upload = httpRequest(`${server.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: "key" },
      });
      upload.on("error", () => undefined);
      upload.on("response", (response) => {
        resolve(response.statusCode ?? 0);
        upload.destroy();
      });
      for (let sent = 0; sent < 64; sent++) upload.write("x".repeat(65_536));
    });
    assert.equal(streamed, 413);
  });

  test("bad JSON and unknown encodings are the caller's faults", async () => {
    for (const [headers, body] of [
      [{}, "{"],
      [{ "content-encoding": "gzip" }, "{}"],
      [{ "content-type": "application/json; charset=utf-16" }, "{}"],
    ] as const) {
      const response = await fetch(`${server.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: "key", ...headers },
        body,
      });
      assert.equal(response.status, 400);
    }
  });

  test("variables that do not fit, and unknown operations", async () => {
    const variable = await server.post("query ($number: Int) { echo(number: $number) }", {
      variables: { number: "x" },
    });
    refused(variable, "BAD_USER_INPUT");
    refused(await server.post("query A { greet }", { operationName: "B" }), "OPERATION_RESOLUTION_FAILURE");
    refused(await server.post("{ greet"), "GRAPHQL_PARSE_FAILED");
    const two = await server.post("{ nope nada }");
    assert.equal(two.status, 400);
    assert.equal(two.body.errors.length, 2);
    assert.equal(two.body.errors[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
    const argument = await server.post("query ($flag: Boolean) { echo(flag: $flag) }", { variables: { flag: null } });
    assert.equal(argument.body.errors[0].extensions.code, "BAD_USER_INPUT");
  });

  test("a string that looks like generated code stays a string", async () => {
    const text = "__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d(globalThis.pwned = 1)";
    for (let round = 0; round < 3; round++) {
      const { body } = await server.post(`{ echo(text: "${text}") }`);
      assert.equal(body.data.echo.text, text);
    }
    assert.equal(Reflect.get(globalThis, "pwned"), undefined);
  });

  test("tells what it cost upstream when asked", async () => {
    const { body } = await server.post("{ greet }", { headers: { "x-unigraph-explain": "true" } });
    assert.deepEqual(body.extensions.upstream, {
      calls: 2,
      joined: 1,
      waitedMs: 3,
      ms: 11,
      byAccount: [{ account: "acc", service: "sandbox", calls: 2, joined: 1, waitedMs: 3 }],
    });
    assert.equal((await server.post("{ greet }")).body.extensions, undefined);
  });

  test("echoes a sane request id and makes one otherwise", async () => {
    const sane = await server.post("{ boom }", { headers: { "x-request-id": "abc-12345.z" } });
    assert.equal(sane.headers.get("x-request-id"), "abc-12345.z");
    assert.equal(sane.body.errors[0].extensions.requestId, "abc-12345.z");
    const odd = await server.post("{ greet }", { headers: { "x-request-id": "a b<script>" } });
    assert.match(odd.headers.get("x-request-id") ?? "", /^[\da-f-]{36}$/);
  });

  test("any page may ask with a token of its own, and no browser adds one", async () => {
    const preflight = await fetch(`${server.url}/graphql`, {
      method: "OPTIONS",
      headers: {
        origin: "https://app.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
      },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
    assert.equal(preflight.headers.get("access-control-allow-headers"), "authorization,content-type");
    assert.equal(preflight.headers.get("access-control-allow-credentials"), null);
    const { headers } = await server.post("{ greet }", { headers: { origin: "https://app.example" } });
    assert.equal(headers.get("access-control-allow-origin"), "*");
  });

  test("F20: a client that leaves stops what it asked for", async () => {
    const { aborted } = seen;
    const leaving = new AbortController();
    const asked = fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "key" },
      body: '{"query":"{slow}"}',
      signal: leaving.signal,
    });
    const contexts = server.contexts();
    await until(() => server.contexts() > contexts, "the operation runs");
    await new Promise((resolve) => setTimeout(resolve, 20));
    leaving.abort();
    await assert.rejects(asked);
    await until(() => seen.aborted > aborted, "the resolver's signal fires");
  });
});

describe("GraphQL over HTTP, with other settings", () => {
  test("G8, G9: the schema is for API keys alone", async (t) => {
    const server = await startServer({ introspection: "keys" });
    t.after(() => server.close());
    for (const query of [
      getIntrospectionQuery(),
      '{ __type(name: "Box") { name } }',
      "{ ...S } fragment S on Query { __schema { types { name } } }",
    ]) {
      refused(await server.post(query, { headers: { authorization: "Bearer token" } }), "INTROSPECTION_DISABLED");
      assert.equal((await server.post(query, { headers: { authorization: "key" } })).status, 200);
      refused(await server.post(query, { headers: { authorization: "Bearer token" } }), "INTROSPECTION_DISABLED");
    }
    const name = await server.post("{ __typename }", { headers: { authorization: "Bearer token" } });
    assert.deepEqual(name.body, { data: { __typename: "Query" } });
  });

  test("G17: an operation ends at its deadline, whether its resolvers listen or not", async (t) => {
    const server = await startServer({ bounds: { deadlineMs: 200 } });
    t.after(() => server.close());
    const { aborted } = seen;
    const listening = await server.post("{ greet slow }");
    assert.equal(listening.status, 200);
    assert.equal(listening.body.data.greet, "hello");
    assert.equal(listening.body.errors[0].extensions.code, "GATEWAY_TIMEOUT");
    assert.equal(seen.aborted, aborted + 1);
    const deaf = await server.post("{ greet stubborn }");
    assert.equal(deaf.status, 504);
    assert.equal(deaf.body.errors[0].extensions.code, "GATEWAY_TIMEOUT");
  });

  test("a browser is led to the explorer, or to nothing", async (t) => {
    const explorer = await startServer({ landing: "explorer" });
    t.after(() => explorer.close());
    const led = await fetch(`${explorer.url}/graphql`, { headers: { accept: "text/html" }, redirect: "manual" });
    assert.equal(led.status, 302);
    assert.equal(led.headers.get("location"), "/explorer");
    const sandbox = await startServer({ landing: "sandbox" });
    t.after(() => sandbox.close());
    const page = await fetch(`${sandbox.url}/graphql`, { headers: { accept: "text/html" } });
    assert.match(page.headers.get("content-type") ?? "", /text\/html/);
    assert.match(await page.text(), /embeddable-sandbox|apollographql/);
    const none = await startServer({ landing: "none" });
    t.after(() => none.close());
    assert.equal((await fetch(`${none.url}/graphql`, { headers: { accept: "text/html" } })).status, 400);
  });

  test("counts operations and what they cost", async (t) => {
    const server = await startServer();
    t.after(() => server.close());
    await server.post("{ greet }");
    await server.post("{ boom }");
    const text = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(text, /unigraph_graphql_operations_total\{kind="query",outcome="ok"\} 1/);
    assert.match(text, /unigraph_graphql_operations_total\{kind="query",outcome="failed"\} 1/);
    assert.match(text, /unigraph_upstream_calls_total\{service="sandbox"\} 4/);
    assert.match(text, /unigraph_http_requests_total\{route="graphql",method="POST",status="200"\} 2/);
  });
});
