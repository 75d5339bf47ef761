import type { JsonSchema } from "../../rest/openapi/description.js";
import { escapeHtml } from "../html.js";
import { line } from "./prose.js";

/** What a value is, in a few words, with links to the schemas that have a name. */
export const typeOf = (schema: JsonSchema): string => {
  const {
    $ref,
    anyOf,
    enum: values,
    type,
    items,
    format,
  } = schema as {
    $ref?: string;
    anyOf?: readonly JsonSchema[];
    enum?: readonly unknown[];
    type?: string | readonly string[];
    items?: JsonSchema;
    format?: string;
  };
  if ($ref !== undefined) return link($ref);
  if (anyOf) return anyOf.map(typeOf).join(" or ");
  if (values) return values.map(code).join(" or ");
  if ("const" in schema) return code(schema.const);
  if (type === "array" && items) return `list of ${typeOf(items)}`;
  if (type === undefined) return "anything";
  return `${[type].flat().join(" or ")}${format === undefined ? "" : ` (${escapeHtml(format)})`}`;
};

/** The attributes of an object, those within them below; nothing of what has none. */
export const attributesOf = (schema: JsonSchema): string => {
  const { properties, required = [] } = innermost(schema) as {
    properties?: Readonly<Record<string, JsonSchema>>;
    required?: readonly string[];
  };
  if (!properties) return "";
  const rows = Object.entries(properties).map(
    ([name, attribute]) => `<dt><code>${escapeHtml(name)}</code> <span>${typeOf(attribute)}${
      required.includes(name) ? "" : ", optional"
    }</span></dt>
<dd>${typeof attribute.description === "string" ? line(attribute.description) : ""}${attributesOf(attribute)}</dd>`,
  );
  return `<dl>${rows.join("\n")}</dl>`;
};

/** The object in a list, or beside null. */
const innermost = (schema: JsonSchema): JsonSchema => {
  const { anyOf, items } = schema as { anyOf?: readonly JsonSchema[]; items?: JsonSchema };
  const [only, ...others] = (anyOf ?? []).filter(({ type }) => type !== "null");
  if (only && others.length === 0) return innermost(only);
  return items ? innermost(items) : schema;
};

const link = ($ref: string): string => {
  const name = escapeHtml($ref.slice($ref.lastIndexOf("/") + 1));
  return `<a href="#${name}">${name}</a>`;
};

const code = (value: unknown): string => `<code>${escapeHtml(String(value))}</code>`;
