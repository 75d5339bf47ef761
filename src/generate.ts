import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { printedSchema } from "../resolvers/printed.js";
import { createSchema } from "../resolvers/schema.js";
import { SETTINGS } from "./config.js";
import { createConnectors } from "./connectors/index.js";
import { ERRORS } from "./errors.js";
import { postmanCollection } from "./postman.js";
import { ENDPOINTS } from "./server/rest/endpoints/index.js";
import { describeApi } from "./server/rest/openapi/describe.js";
import { capabilitiesOf } from "./unified/capabilities.js";

/** Writes what the code already says: the schema, the settings, the errors, the capabilities and the REST API. CI fails when it had not been done. */
const generated = async (): Promise<Record<string, string>> => {
  const description = describeApi(ENDPOINTS, await createSchema());
  return {
    "schema/schema.graphql": await printedSchema(),
    ".env.example": environmentExample(),
    "docs/configuration.md": configurationPage(),
    "docs/errors.md": errorsPage(),
    "docs/capabilities.md": capabilitiesPage(),
    "docs/openapi.json": `${JSON.stringify(description, null, 2)}\n`,
    "docs/postman.json": await postmanCollection(description),
  };
};

const settings = Object.values(SETTINGS) as { environment: string; default?: string; description: string }[];

const environmentExample = (): string =>
  `# Every setting, with its default. Made by \`npm run generate\` from src/config.ts.\n${settings
    .map(
      (setting) =>
        `\n# ${setting.description}\n${setting.default === undefined ? `# ${setting.environment}=` : `${setting.environment}=${setting.default}`}\n`,
    )
    .join("")}`;

const configurationPage = (): string => `# Configuration

Settings come from the environment; a JSON file named by \`UNIGRAPH_CONFIG\` may hold them too, under the same names, and loses
against the environment. \`NAME_FILE\` reads one setting from a file of its own, as containers hand out secrets. A wrong value
is told in one sentence that names it, and the process ends with code 2; \`unigraph doctor\` looks at all of them.

| setting | default | what it does |
| --- | --- | --- |
${settings
  .map(
    (setting) =>
      `| \`${setting.environment}\` | ${setting.default ? `\`${setting.default}\`` : ""} | ${setting.description.replaceAll("|", "\\|")} |`,
  )
  .join("\n")}

<!-- Made by \`npm run generate\` from src/config.ts. -->
`;

const errorsPage = (): string => `# Errors

Every failure is one row of this table. GraphQL tells it in \`errors[].extensions\`: \`code\` in upper case (\`NOT_FOUND\`), \`errorCode\`
as below, \`statusCode\`, and where it is known \`service\`, \`account\`, \`operation\`, \`requestId\`, \`retryAfter\` (seconds) and
\`conflictingResourceId\`. A field that crosses into a service is nullable: its failure leaves the rest of the answer standing.

| errorCode | status | when |
| --- | --- | --- |
${ERRORS.map(([code, status, when]) => `| \`${code}\` | ${status} | ${when} |`).join("\n")}

<!-- Made by \`npm run generate\` from src/errors.ts. -->
`;

const capabilitiesPage = (): string => {
  const connectors = [...createConnectors({ localFolders: [] }).values()];
  const rows = [...new Set(connectors.flatMap((connector) => capabilitiesOf(connector)))].sort();
  return `# Capabilities

What each connector can do. An operation that is absent answers \`not_implemented\` before any request; \`Account.capabilities\` says
the same of one account.

| capability | ${connectors.map(({ title }) => title).join(" | ")} |
| --- | ${connectors.map(() => ":-:").join(" | ")} |
${rows
  .map(
    (row) =>
      `| \`${row}\` | ${connectors.map((connector) => (capabilitiesOf(connector).includes(row) ? "✓" : "")).join(" | ")} |`,
  )
  .join("\n")}

<!-- Made by \`npm run generate\` from src/connectors. -->
`;
};

const root = fileURLToPath(new URL("../..", import.meta.url)); // beside dist/
for (const [path, content] of Object.entries(await generated())) writeFileSync(`${root}/${path}`, content);
