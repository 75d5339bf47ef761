import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
} from "graphql";
import { typeName, unifiedType } from "../../../../schema/common/node.js";
import type { Resource } from "../../../../schema/common/resource.js";
import type { UnifiedType } from "../endpoint.js";
import { EXCEPTIONS, type Exception } from "../render/exceptions.js";
import { snake } from "../render/render.js";
import type { Components } from "./components.js";
import type { JsonSchema } from "./description.js";
import { nullable, objectOf } from "./jsonSchema.js";

/**
 * The unified objects as `render` spells them. What they have is read from the graph: a field without a resolver is an attribute of the
 * object itself, and one that follows an id to another object stands for that id. `EXCEPTIONS` says the rest, as it does for `render`.
 */
export class Objects {
  constructor(
    readonly graph: GraphQLSchema,
    readonly components: Components,
  ) {}

  refer(type: UnifiedType): { $ref: string } {
    const [api, kind] = type.split(".") as [Resource["api"], string];
    const named = this.graph.getType(typeName({ api, type: kind }) ?? "");
    if (!isObjectType(named)) throw new TypeError(`${type} is no type of the graph`);
    return this.components.refer(named.name, () => this.#resource(named, api, kind));
  }

  #resource(graphType: GraphQLObjectType, api: string, type: string): JsonSchema {
    const exception = EXCEPTIONS[`${api}.${type}` as keyof typeof EXCEPTIONS] as Exception<Resource> | undefined;
    const attributes: Record<string, JsonSchema> = {};
    for (const [name, schema] of [...this.#own(graphType), ...followed(graphType)]) {
      const renamed = exception?.names?.[name as never] as string | null | undefined;
      const spelt = renamed ?? snake(name);
      if (COMMON.has(name) || renamed === null || exception?.more?.[spelt]) continue;
      attributes[spelt] = exception?.lower?.includes(name as never) ? lowered(schema()) : schema();
    }
    for (const [name, { schema }] of Object.entries(exception?.more ?? {}))
      attributes[name] = this.components.schema(schema, "output");
    return {
      ...describedBy(graphType),
      ...objectOf(
        {
          id: { type: "string" },
          ...attributes,
          type: { type: "string", const: type },
          api: { type: "string", const: api },
          ...(exception?.path ? { href: { type: "string", format: "uri", description: "Where it can be read." } } : {}),
          raw_id: { type: "string", description: "The older name of `raw.id`." },
          raw: this.components.refer("Raw", rawSchema),
        },
        ["raw_id", "raw"],
      ),
    };
  }

  #own(type: GraphQLObjectType): Named[] {
    return Object.values(type.getFields())
      .filter(({ resolve }) => resolve === undefined)
      .map((field) => [field.name, () => ({ ...this.#typeSchema(field.type), ...describedBy(field) })]);
  }

  #typeSchema(type: GraphQLOutputType): JsonSchema {
    return isNonNullType(type) ? this.#innerSchema(type.ofType) : nullable(this.#innerSchema(type));
  }

  #innerSchema(type: GraphQLOutputType): JsonSchema {
    if (isListType(type)) return { type: "array", items: this.#typeSchema(type.ofType) };
    if (isScalarType(type)) return scalar(type.name);
    if (isEnumType(type)) return { type: "string", enum: type.getValues().map(({ value }) => value) };
    if (!isObjectType(type)) throw new TypeError(`nothing says how ${type} is rendered`);
    const unified = unifiedType(type.name) as UnifiedType | undefined;
    return unified === undefined ? this.components.refer(type.name, () => this.#plain(type)) : this.refer(unified);
  }

  #plain(type: GraphQLObjectType): JsonSchema {
    const attributes = this.#own(type).map(([name, schema]) => [snake(name), schema()]);
    return { ...describedBy(type), ...objectOf(Object.fromEntries(attributes)) };
  }
}

/** Every object has these, whichever its fields. `account` is the way back to the account, `raw` to the service's own object. */
const COMMON = new Set(["api", "type", "account", "raw"]);

/** Made only where it is of use: a type that nothing refers to stays out. */
type Named = [name: string, schema: () => JsonSchema];

/** `company` follows `companyId`. */
const followed = (type: GraphQLObjectType): Named[] =>
  Object.values(type.getFields())
    .filter(({ name, resolve, type: other }) => resolve && !COMMON.has(name) && isResource(other))
    .map((field) => [
      `${field.name}Id`,
      () => ({ type: ["string", "null"], description: `The id of the ${field.type}.` }),
    ]);

const isResource = (type: GraphQLOutputType): boolean =>
  isObjectType(type) && type.getInterfaces().some(({ name }) => name === "Resource");

const SCALARS: Readonly<Record<string, JsonSchema>> = {
  ID: { type: "string" },
  String: { type: "string" },
  Int: { type: "integer" },
  Float: { type: "number" },
  Boolean: { type: "boolean" },
  DateTime: { type: "string", format: "date-time" },
  ByteCount: { type: "integer" },
  URL: { type: "string", format: "uri" },
  JSON: {},
  JSONObject: { type: "object" },
};

const scalar = (name: string): JsonSchema => {
  const schema = SCALARS[name];
  if (!schema) throw new TypeError(`nothing says how the scalar ${name} is rendered`);
  return schema;
};

const lowered = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema), (key, value) =>
    key === "enum" ? (value as string[]).map((one) => one.toLowerCase()) : value,
  ) as JsonSchema;

const describedBy = ({ description }: { description?: string | null | undefined }): { description?: string } =>
  description ? { description } : {};

const rawSchema = (): JsonSchema => ({
  description: "What the service itself said.",
  ...objectOf(
    {
      id: { type: "string", description: "The service's own id." },
      type: { type: "string", description: "The service's own type." },
      object: { description: "The service's own object." },
    },
    ["type"],
  ),
});
