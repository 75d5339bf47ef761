import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { type Import, importsOf, readSource, repository, sourceFiles, withoutComments } from "./support/repository.js";

/** The rooms of ARCHITECTURE.md by the beginning of a path; the first that fits. */
const ROOMS = [
  ["schema/", "vocabulary"],
  ["src/errors.ts", "vocabulary"],
  ["src/ids.ts", "vocabulary"],
  ["resolvers/", "resolvers"],
  ["src/connectors/connector.ts", "contract"],
  ["src/connectors/operations/", "contract"],
  ["src/connectors/index.ts", "connectors"],
  ["src/connectors/families/", "families"],
  ["src/connectors/", "service"],
  ["src/upstream/", "upstream"],
  ["src/auth/", "auth"],
  ["src/store/", "store"],
  ["src/tasks/", "tasks"],
  ["src/unified/", "unified"],
  ["src/worker/", "worker"],
  ["src/server/", "server"],
  ["src/cli/", "cli"],
  ["src/config.ts", "configuration"],
  ["src/secret.ts", "configuration"],
  ["src/main.ts", "program"],
  ["src/externalMemory.ts", "program"],
  ["src/", "composition"],
] as const;
type Room = (typeof ROOMS)[number][1];

/** Which rooms a room may import, `any` at run time and `types` by `import type` alone; itself and the vocabulary always. */
const ARROWS: Readonly<Record<Room, { any: readonly Room[]; types: readonly Room[] }>> = {
  vocabulary: { any: [], types: [] },
  configuration: { any: [], types: [] },
  store: { any: [], types: [] },
  // The embedded queue lives in the store's SQLite file.
  tasks: { any: ["store"], types: [] },
  upstream: { any: [], types: ["auth"] },
  auth: { any: ["store", "upstream"], types: [] },
  contract: { any: [], types: ["auth", "upstream"] },
  families: { any: ["contract"], types: ["auth", "upstream"] },
  service: { any: ["contract", "families"], types: ["auth", "upstream"] },
  connectors: { any: ["contract", "service"], types: [] },
  unified: { any: ["contract", "auth", "store", "tasks", "upstream"], types: [] },
  worker: { any: ["unified", "tasks"], types: ["store"] },
  resolvers: { any: ["unified", "contract", "tasks"], types: ["auth", "store", "upstream"] },
  server: { any: ["resolvers", "unified", "contract", "auth", "tasks"], types: ["store", "upstream"] },
  composition: {
    any: [
      "configuration",
      "connectors",
      "service",
      "auth",
      "store",
      "tasks",
      "upstream",
      "unified",
      "worker",
      "resolvers",
      "server",
    ],
    types: ["contract"],
  },
  cli: { any: ["composition", "configuration", "resolvers", "unified", "auth", "store", "tasks"], types: ["contract"] },
  program: { any: ["cli"], types: [] },
};

/** Vocabulary that connectors and the outgoing client know as types only. */
const TYPES_OF_SCHEMA: readonly Room[] = ["contract", "families", "service", "upstream"];

const roomOf = (path: string): Room => {
  const found = ROOMS.find(([beginning]) => path.startsWith(beginning));
  assert.ok(found, `${path} is in no room`);
  return found[1];
};

const serviceOf = (path: string): string => path.split("/")[2] as string;

const files = sourceFiles("src", "schema", "resolvers");
const imports = files.flatMap(importsOf);

const printed = (found: readonly Import[], why: (one: Import) => string): string[] =>
  found.map((one) => `${one.from} → ${one.to}: ${why(one)}`);

describe("architecture", () => {
  test("imports are found at all, and lead to files", () => {
    assert.ok(imports.length > files.length, `${imports.length} imports in ${files.length} files`);
    const broken = imports.filter(({ to }) => !existsSync(join(repository, to)));
    assert.deepEqual(
      printed(broken, () => "no such file"),
      [],
    );
  });

  test("rooms import only what the arrows allow", () => {
    const violations = imports.filter(({ from, to, typeOnly }) => {
      const [here, there] = [roomOf(from), roomOf(to)];
      if (here === there || there === "vocabulary") return false;
      return !(ARROWS[here].any.includes(there) || (typeOnly && ARROWS[here].types.includes(there)));
    });
    const why = ({ from, to }: Import) =>
      ARROWS[roomOf(from)].types.includes(roomOf(to))
        ? `${roomOf(from)} knows ${roomOf(to)} by \`import type\` only`
        : `${roomOf(from)} must not know ${roomOf(to)}`;
    assert.deepEqual(printed(violations, why), []);
  });

  test("connectors and the outgoing client know schema/ by `import type` only", () => {
    const violations = imports.filter(
      ({ from, to, typeOnly }) => !typeOnly && to.startsWith("schema/") && TYPES_OF_SCHEMA.includes(roomOf(from)),
    );
    assert.deepEqual(
      printed(violations, () => "a value of schema/"),
      [],
    );
  });

  test("a service knows no other service", () => {
    const violations = imports.filter(
      ({ from, to }) => roomOf(from) === "service" && roomOf(to) === "service" && serviceOf(from) !== serviceOf(to),
    );
    assert.deepEqual(
      printed(violations, ({ to }) => `it must not know ${serviceOf(to)}`),
      [],
    );
  });

  test("the outgoing client knows of auth/ the shape of a credential and no more", () => {
    const violations = imports.filter(
      ({ from, to }) => roomOf(from) === "upstream" && roomOf(to) === "auth" && to !== "src/auth/credential.ts",
    );
    assert.deepEqual(
      printed(violations, () => "only src/auth/credential.ts"),
      [],
    );
  });

  test("only src/app.ts names drivers and services; what is generated lists the connectors", () => {
    const driver = (path: string): boolean =>
      /^src\/tasks\/\w+\//.test(path) ||
      (roomOf(path) === "store" && path !== "src/store/store.ts") ||
      roomOf(path) === "service" ||
      roomOf(path) === "connectors";
    const allowed = ({ from, to }: Import): boolean =>
      roomOf(from) === roomOf(to) ||
      from === "src/app.ts" ||
      (from === "src/connectors/index.ts" && roomOf(to) === "service") ||
      (from === "src/generate.ts" && to === "src/connectors/index.ts") ||
      (/^src\/tasks\/\w+\//.test(from) && roomOf(to) === "store");
    const violations = imports.filter((one) => !one.typeOnly && driver(one.to) && !allowed(one));
    assert.deepEqual(
      printed(violations, () => "a driver is chosen in src/app.ts alone"),
      [],
    );
  });

  test("rooms have no cycles", () => {
    // The shape of a credential is a word that both sides share.
    const arrows = new Map<Room, Set<Room>>();
    for (const { from, to } of imports)
      if (to !== "src/auth/credential.ts" && roomOf(from) !== roomOf(to))
        arrows.set(roomOf(from), (arrows.get(roomOf(from)) ?? new Set()).add(roomOf(to)));
    const cycles: string[] = [];
    const walk = (path: readonly Room[]): void => {
      for (const next of arrows.get(path.at(-1) as Room) ?? [])
        if (next === path[0]) cycles.push([...path, next].join(" → "));
        else if (!path.includes(next) && (path[0] as Room) < next) walk([...path, next]);
    };
    for (const room of arrows.keys()) walk([room]);
    assert.deepEqual(cycles, []);
  });

  describe("a service's name stands in its folder and in connectors/index.ts", () => {
    /** Words of the language, and protocols of a family, as well: of these, only texts that stand for the service count. */
    const WORDS = new Set(["local", "sandbox", "unified", "box", "slack", "monday", "caldav"]);
    /** Texts that people read, and the accounts of the first start. */
    const EXAMPLES = new Set([
      "schema/common/service.ts",
      "src/app.ts",
      "src/firstStart.ts",
      "src/server/pages/tour.ts",
      "src/cli/connect.ts",
    ]);
    const services = readdirSync(join(repository, "src/connectors"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !["families", "operations"].includes(entry.name))
      .map(({ name }) => name);
    for (const service of services)
      test(service, () => {
        const pattern = WORDS.has(service)
          ? new RegExp(`service["']?\\s*(?:[!=]==?|:)\\s*["'\`]${service}["'\`]|case ["'\`]${service}["'\`]`)
          : new RegExp(`(?<![a-z])${service}(?![a-z])`, "i");
        const elsewhere = files.filter(
          (path) =>
            !path.startsWith(`src/connectors/${service}/`) &&
            !path.startsWith(`src/connectors/${service}_`) &&
            // A protocol that several services share may have the name of the first.
            !path.startsWith("src/connectors/families/") &&
            path !== "src/connectors/index.ts" &&
            !EXAMPLES.has(path) &&
            pattern.test(withoutComments(readSource(path)).replace(/"[./]+\/families\/[^"]*"/g, "")),
        );
        assert.deepEqual(elsewhere, []);
        const registered = withoutComments(readSource("src/connectors/index.ts"))
          .split("\n")
          .filter((line) => line.startsWith("import") && line.includes(`"./${service}/`));
        assert.equal(registered.length, 1, `one import of ./${service}/ in src/connectors/index.ts`);
      });
  });
});
