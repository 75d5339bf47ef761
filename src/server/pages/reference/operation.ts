import type {
  Content,
  Description,
  Operation,
  Parameter,
  Reference,
  Response,
} from "../../rest/openapi/description.js";
import { escapeHtml } from "../html.js";
import { line, prose } from "./prose.js";
import { attributesOf, typeOf } from "./schema.js";

/** One operation: what it takes as a form that sends it, what it answers, and the same request for a shell. */
export const operationPart = (description: Description, method: string, path: string, operation: Operation): string => {
  const { operationId, summary, parameters = [], requestBody, responses } = operation;
  const everywhere = parameters.filter((one) => "$ref" in one && resolved<Parameter>(description, one).in !== "path");
  const fields = (some: Operation["parameters"] & object): string =>
    some.map((one) => field(operationId, resolved(description, one))).join("\n");
  return `<details class="operation" id="${operationId}">
<summary><span class="method ${method}">${method.toUpperCase()}</span> <code>${escapeHtml(path)}</code> <span>${line(summary)}</span></summary>
${prose(operation.description)}
<form data-method="${method.toUpperCase()}" data-path="${escapeHtml(path)}">
${parameters.length === 0 ? "" : `<h4>Parameters</h4>\n${fields(parameters.filter((one) => !everywhere.includes(one)))}`}
${everywhere.length === 0 ? "" : `<details><summary>Those of every account's operations</summary>\n${fields(everywhere)}\n</details>`}
${requestBody ? bodyPart(operationId, requestBody.content) : ""}
<p><button>Send it</button></p>
<output aria-live="polite"></output>
</form>
<h4>In a shell</h4>
<pre class="curl" tabindex="0">${escapeHtml(`curl -X ${method.toUpperCase()} "$UNIGRAPH/v1${path}" -H "Authorization: APIKey $UNIGRAPH_API_KEY"`)}</pre>
<h4>Answers</h4>
<dl>
${Object.entries(responses)
  .map(([status, response]) => answerPart(status, resolved(description, response)))
  .join("\n")}
</dl>
</details>`;
};

const resolved = <Part extends Parameter | Response>({ components }: Description, part: Part | Reference): Part => {
  if (!("$ref" in part)) return part;
  const [, , kind, name] = part.$ref.split("/") as [string, string, "parameters" | "responses", string];
  return components[kind][name] as Part;
};

const field = (operationId: string, parameter: Parameter): string => {
  const { name, in: place, required, description = "", schema, content } = parameter;
  const id = `${operationId}-${place}-${name}`;
  return `<p class="field"><label for="${id}"><code>${escapeHtml(name)}</code></label>
<input id="${id}" name="${escapeHtml(name)}" data-in="${place}"${required ? " required" : ""} autocomplete="off" spellcheck="false" aria-describedby="${id}-about">
<small id="${id}-about">${place}, ${schema ? typeOf(schema) : "JSON"}${required ? "" : ", optional"}. ${line(description)}</small></p>${
    content ? attributesOf(content["application/json"]?.schema ?? {}) : ""
  }`;
};

const bodyPart = (operationId: string, content: Content): string => {
  const schema = content["application/json"]?.schema;
  return `<h4>Body</h4>
${
  content["application/octet-stream"]
    ? `<p class="field"><label for="${operationId}-bytes">Bytes</label> <input type="file" id="${operationId}-bytes" name="bytes"></p>`
    : ""
}
${
  schema
    ? `<p class="field"><label for="${operationId}-json">JSON</label>
<textarea id="${operationId}-json" name="json" rows="5" spellcheck="false"></textarea> <small>${typeOf(schema)}</small></p>${attributesOf(schema)}`
    : ""
}`;
};

const answerPart = (status: string, { description, content = {} }: Response): string => {
  const schema = Object.values(content)[0]?.schema;
  const told = schema === undefined ? "" : ` ${typeOf(schema)}`;
  return `<dt><code>${status}</code>${told}</dt><dd>${prose(description)}${schema ? attributesOf(schema) : ""}</dd>`;
};
