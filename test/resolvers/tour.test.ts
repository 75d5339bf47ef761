import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parse, validate } from "graphql";
import { createSchema } from "../../resolvers/schema.js";
import { TOUR } from "../../src/server/pages/tour.js";

describe("the tour", async () => {
  const schema = await createSchema();
  for (const { title, query } of TOUR)
    test(`${title} is valid`, () => assert.deepEqual(validate(schema, parse(query)), []));
});
