import { type ExecutionResult, execute, parse } from "graphql";
import { createContext } from "../resolvers/context.js";
import { createSchema } from "../resolvers/schema.js";
import { typeName } from "../schema/common/node.js";
import type { Resource } from "../schema/common/resource.js";
import { ROOT } from "../src/connectors/connector.js";
import { Executor } from "../src/server/graphql/executor.js";
import { testCore } from "../test/support/core.js";

/**
 * The compiled executor beside graphql-js on the same schema and the same 1,000 files in memory, JSON included, in one
 * interleaved run: read the ratios, not the times.
 */
const ROUNDS = 7;
const RUNS = 60;

const core = await testCore();
const account = await core.connect("sandbox", { size: "large" });
const page = await account.storage.list(ROOT, { cursor: null, limit: 1000, recursive: true });
const schemas = { public: await createSchema(), fast: await createSchema() };
const executor = new Executor(schemas, { typeOf: (value) => typeName(value as Resource) });

const contextOf = () => {
  const context = createContext(core.session, core.urls, "bench");
  // Execution alone: what the service would have said is here already.
  context.loaders.contents = () =>
    ({ load: async () => page }) as unknown as ReturnType<typeof context.loaders.contents>;
  return context;
};

const documents = {
  "1,000 files × 8 plain fields": "name type path created modified ... on File { size mimeType downloadable }",
  "1,000 files × 8 plain fields and their ids":
    "id name type path created modified ... on File { size mimeType downloadable }",
  "1,000 files × name and download URL": "name ... on File { downloadUrl }",
};

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

const table: Record<string, Record<string, string>> = {};
for (const [name, selection] of Object.entries(documents)) {
  const document = parse(
    `{ account(id: "${account.id}") { storage { root { contents(first: 1000) { nodes { ${selection} } } } } } }`,
  );
  const engines: Record<string, () => Promise<ExecutionResult>> = {
    "graphql-js": async () => execute({ schema: schemas.public, document, contextValue: contextOf() }),
    compiled: () => executor.execute({ document, context: contextOf() }),
  };
  const times: Record<string, number[]> = { "graphql-js": [], compiled: [] };
  let texts = new Set<string>();
  for (let round = 0; round <= ROUNDS; round++)
    for (const [engine, run] of Object.entries(engines)) {
      const began = performance.now();
      for (let count = 0; count < RUNS; count++) texts.add(JSON.stringify(await run()));
      if (round > 0) times[engine]?.push((performance.now() - began) / RUNS);
      if (texts.size > 1) throw new Error("the two answers differ");
      texts = new Set([...texts].slice(0, 1));
    }
  const [slow, fast] = [median(times["graphql-js"] ?? []), median(times.compiled ?? [])];
  table[name] = {
    "graphql-js, ms": slow.toFixed(2),
    "compiled, ms": fast.toFixed(2),
    "times as fast": (slow / fast).toFixed(1),
  };
}
console.table(table);
await core.close();
