import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { z } from "zod";
import { postmanCollection } from "../../src/postman.js";
import { ENDPOINTS } from "../../src/server/rest/endpoints/index.js";
import { Components } from "../../src/server/rest/openapi/components.js";
import type { Description, Operation } from "../../src/server/rest/openapi/description.js";
import { readSource, repository } from "../support/repository.js";
import { type RestServing, restForTest } from "./support.js";

describe("REST: the description", () => {
  let api: RestServing;
  let description: Description;
  before(async () => {
    api = await restForTest();
    description = await (await fetch(`${api.url}/v1/openapi.json`)).json();
  });
  after(() => api.closeCore());

  const operations = (): Operation[] =>
    Object.values(description.paths).flatMap((methods) => Object.values(methods) as Operation[]);

  test("anybody may read it, and it is the committed one", async () => {
    const answer = await fetch(`${api.url}/v1/openapi.json`);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-type"), "application/json");
    assert.deepEqual(await answer.json(), JSON.parse(readSource("docs/openapi.json")));
  });

  test("every endpoint that ever answers is in it, under a name of its own", () => {
    const described = ENDPOINTS.filter(({ answers }) => Object.keys(answers).length > 0);
    assert.equal(operations().length, described.length);
    assert.equal(new Set(operations().map(({ operationId }) => operationId)).size, described.length);
  });

  test("every reference leads somewhere", () => {
    const references = [...JSON.stringify(description).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, path]) => path as string,
    );
    assert.ok(references.length > operations().length);
    const missing = references.filter(
      (path) =>
        path.split("/").reduce<unknown>((inner, name) => (inner as Record<string, unknown>)?.[name], description) ===
        undefined,
    );
    assert.deepEqual(missing, []);
  });

  test("an object has what the graph says, under the reference's names", () => {
    const contact = description.components.schemas.Contact as {
      properties: Record<string, unknown>;
      required: string[];
    };
    assert.deepEqual(contact.properties.first_name, { type: ["string", "null"] });
    assert.deepEqual(contact.properties.account, {
      type: ["string", "null"],
      description: "The id of the CrmAccount.",
    });
    assert.ok(!("company" in contact.properties) && !("company_id" in contact.properties));
    assert.ok(contact.required.includes("account") && !contact.required.includes("raw"));
  });

  test("who may do what: a token for all, none where nobody is asked", () => {
    assert.deepEqual(description.security, [{ APIKey: [] }, { Bearer: [] }]);
    const open = operations().filter(({ security }) => security?.length === 0);
    assert.equal(open.length, ENDPOINTS.filter(({ right }) => right === null).length);
  });

  test("two schemas cannot have one name", () => {
    const components = new Components();
    components.schema(z.object({ a: z.string() }).meta({ id: "Same" }), "output");
    components.schema(z.object({ a: z.string() }).meta({ id: "Same" }), "output");
    assert.throws(
      () => components.schema(z.object({ b: z.string() }).meta({ id: "Same" }), "output"),
      /two schemas are called Same/,
    );
  });

  test("as a Postman collection it is the committed one, at each call", async () => {
    const committed = (await postmanCollection(description)) === readSource("docs/postman.json");
    assert.ok(committed, "`npm run generate` makes another one");
  });

  const findings = (t: TestContext, changed: object): string[] => {
    const folder = mkdtempSync(join(tmpdir(), "unigraph-openapi-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "openapi.json");
    writeFileSync(file, JSON.stringify(changed));
    const spectral = join(repository, "node_modules/@stoplight/spectral-cli/dist/index.js");
    const options = ["--quiet", "--format", "json", "--ruleset", join(repository, ".spectral.yaml")];
    const { stdout } = spawnSync(process.execPath, [spectral, "lint", ...options, file], { encoding: "utf8" });
    return (JSON.parse(stdout) as { code: string }[]).map(({ code }) => code);
  };

  test("Spectral finds nothing in it", (t) => assert.deepEqual(findings(t, description), []));

  test("and would: an operation without a name, a reference to nothing", (t) => {
    const [path, methods] = Object.entries(description.paths)[0] as [string, Record<string, Operation>];
    const [method, { operationId: _, ...nameless }] = Object.entries(methods)[0] as [string, Operation];
    const broken = { ...nameless, parameters: [{ $ref: "#/components/parameters/nothing" }] };
    const paths = { ...description.paths, [path]: { ...methods, [method]: broken } };
    assert.deepEqual(
      new Set(findings(t, { ...description, paths })),
      new Set(["operation-operationId", "invalid-ref"]),
    );
  });
});
