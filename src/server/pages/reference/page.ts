import type { Description } from "../../rest/openapi/description.js";
import { escapeHtml } from "../html.js";
import { KEY_BAR, KEY_SCRIPT } from "../keyBar.js";
import type { Page } from "../page.js";
import { operationPart } from "./operation.js";
import { prose } from "./prose.js";
import { attributesOf } from "./schema.js";
import { SCRIPT } from "./script.js";
import { STYLE } from "./style.js";

/** The description as one page: operations by tag, then the schemas they speak of. */
export const referencePage = (description: Description): Page => {
  const { info, tags } = description;
  const sections = tags.map(({ name }) => name);
  return {
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(info.title)}</title>
<style>${STYLE}</style>
</head>
<body>
${KEY_BAR}
<main>
<h1>${escapeHtml(info.title)} v${escapeHtml(info.version)}</h1>
${prose(info.description)}
<p>The same as <a href="/v1/openapi.json">OpenAPI 3.1</a>.</p>
<nav aria-label="Sections"><ul>
${[...sections, "Schemas"].map((name) => `<li><a href="#${sectionId(name)}">${escapeHtml(name)}</a></li>`).join("\n")}
</ul></nav>
${tags.map(({ name, description: about }) => tagPart(description, name, about)).join("\n")}
<h2 id="${sectionId("Schemas")}">Schemas</h2>
${Object.entries(description.components.schemas)
  .map(
    ([name, schema]) => `<details id="${name}"><summary><code>${name}</code></summary>
${typeof schema.description === "string" ? prose(schema.description) : ""}
${attributesOf(schema)}
</details>`,
  )
  .join("\n")}
</main>
<script>${KEY_SCRIPT}</script>
<script>${SCRIPT}</script>
</body>
</html>
`,
    scripts: [KEY_SCRIPT, SCRIPT],
  };
};

const sectionId = (name: string): string => `section-${name.toLowerCase()}`;

const tagPart = (description: Description, tag: string, about: string): string => {
  const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      operation?.tags[0] === tag ? [operationPart(description, method, path, operation)] : [],
    ),
  );
  return `<h2 id="${sectionId(tag)}">${escapeHtml(tag)}</h2>
${prose(about)}
${operations.join("\n")}`;
};
