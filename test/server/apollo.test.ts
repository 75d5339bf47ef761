import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HeaderMap } from "@apollo/server";
import { createApollo } from "../../src/server/graphql/apollo.js";
import type { ServerContext } from "../../src/server/graphql/context.js";
import { Documents } from "../../src/server/graphql/documents.js";
import { Executor } from "../../src/server/graphql/executor.js";
import { Metrics } from "../../src/server/metrics.js";
import { createTestSchema, typeOf } from "./support/schema.js";
import { contextOf, silent } from "./support/start.js";

const ask = (query: string) => ({
  method: "POST",
  headers: new HeaderMap([["content-type", "application/json"]]),
  search: "",
  body: { query },
});

describe("Apollo Server's plugins", () => {
  test("one that watches every field sees every field, and later requests are fast again", async (t) => {
    const schemas = { public: await createTestSchema(), fast: await createTestSchema() };
    const executor = new Executor<ServerContext>(schemas, { typeOf, warmUp: 0 });
    const documents = new Documents(schemas.public, "everyone");
    const { server } = createApollo({ executor, documents, landing: "none", log: silent, metrics: new Metrics() });
    const fields: string[] = [];
    let watching = true;
    server.addPlugin({
      requestDidStart: async () => ({
        executionDidStart: async () =>
          watching
            ? {
                willResolveField: ({ info }) => {
                  fields.push(`${info.parentType.name}.${info.fieldName}`);
                },
              }
            : {},
      }),
    });
    await server.start();
    t.after(() => server.stop());
    const asked = async (query: string) => {
      const context = contextOf();
      const answer = await server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: ask(query),
        context: async () => ({ context, began: performance.now() }),
      });
      assert.equal(answer.body.kind, "complete");
      return JSON.parse(answer.body.kind === "complete" ? answer.body.string : "");
    };
    const query = '{ greet thing(kind: "box") { name ... on Box { parent { size } } } }';
    const traced = await asked(query);
    assert.deepEqual(fields, ["Query.greet", "Query.thing", "Box.name", "Box.parent", "Box.size"]);
    watching = false;
    const fast = await asked(query);
    assert.deepEqual(fast, traced);
    assert.equal(fields.length, 5);
  });

  test("resolvers share the one context that was made, private parts included", async (t) => {
    class Private implements ServerContext {
      readonly #name = "private";
      caller = { ...contextOf().caller };
      requestId = "1";
      signal = new AbortController().signal;
      warnings = [];
      books() {
        this.caller.name = this.#name;
        return [];
      }
    }
    const schemas = { public: await createTestSchema(), fast: await createTestSchema() };
    const executor = new Executor<ServerContext>(schemas, { typeOf });
    const documents = new Documents(schemas.public, "everyone");
    const { server } = createApollo({ executor, documents, landing: "none", log: silent, metrics: new Metrics() });
    await server.start();
    t.after(() => server.stop());
    const context = new Private();
    await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: ask("{ whoami }"),
      context: async () => ({ context, began: performance.now() }),
    });
    assert.equal(context.caller.name, "private");
  });
});
