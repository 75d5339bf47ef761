import type { Described, Endpoint, Item } from "../endpoint.js";
import type { Content, JsonSchema, Response } from "./description.js";
import { objectOf } from "./jsonSchema.js";
import type { Objects } from "./objects.js";

const MEANINGS = {
  200: "It is done.",
  201: "It is made.",
  202: "It runs in the background.",
  204: "It is done; there is nothing to tell.",
} as const satisfies Record<keyof Endpoint["answers"], string>;

export const answerOf = (objects: Objects, status: keyof typeof MEANINGS, described: Described | null): Response => ({
  description: MEANINGS[status],
  ...(described === null ? {} : { content: contentOf(objects, described) }),
});

export const BYTES: Content = { "*/*": { schema: { type: "string", format: "binary" } } };

const contentOf = (objects: Objects, described: Described): Content =>
  described === "bytes" ? BYTES : { "application/json": { schema: schemaOf(objects, described) } };

const schemaOf = (objects: Objects, described: Exclude<Described, "bytes">): JsonSchema => {
  if (typeof described === "object" && "list" in described) return listOf(objects, described);
  return oneOf(objects, Array.isArray(described) ? described : [described as Item]);
};

const oneOf = (objects: Objects, items: readonly Item[]): JsonSchema => {
  const [only, ...others] = items.map((item) =>
    typeof item === "string" ? objects.refer(item) : objects.components.schema(item, "output"),
  );
  return others.length === 0 ? (only as JsonSchema) : { anyOf: [only, ...others] };
};

/** Source: the unified API, "Lists and pagination". */
const listOf = (
  objects: Objects,
  { list, style }: { list: readonly Item[]; style: "cursor" | "counted" },
): JsonSchema => {
  const page = style === "counted" ? "integer" : "string";
  const items = oneOf(objects, list);
  const schema = (): JsonSchema =>
    objectOf({
      ...(style === "counted" ? { total: { type: "integer", description: "On all pages." } } : {}),
      count: { type: "integer", description: "On this page." },
      page: { type: page, description: "This one." },
      next_page: { type: [page, "null"], description: "The `page` to ask for next; null at the end." },
      objects: { type: "array", items },
      type: { type: "string", const: "object_list" },
      api: { type: "string" },
    });
  const name = nameOf(items);
  return name === null ? schema() : objects.components.refer(`${name}${style === "counted" ? "Page" : "List"}`, schema);
};

/** `File`, `FileOrFolder`; null for what has no name, or too many. */
const nameOf = ({ $ref, anyOf = [] }: { $ref?: string; anyOf?: readonly { $ref?: string }[] }): string | null => {
  if ($ref !== undefined) return $ref.slice($ref.lastIndexOf("/") + 1);
  const names = anyOf.map(nameOf);
  return names.length === 2 && !names.includes(null) ? names.join("Or") : null;
};
