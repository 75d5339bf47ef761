import { z } from "zod";
import type { JsonSchema } from "./description.js";

/** A zod schema as JSON Schema: `input` is what clients may send, `output` what they are answered. */
export const jsonSchemaOf = (schema: z.ZodType, io: "input" | "output"): JsonSchema => {
  const { $schema: _, ...described } = z.toJSONSchema(schema, {
    io,
    override({ zodSchema, jsonSchema }) {
      const { type, format } = z.globalRegistry.get(zodSchema) ?? {};
      // What says its own type is read more generously than it is described.
      if (type !== undefined) {
        for (const keyword of ["enum", "anyOf", "pattern"] as const) delete jsonSchema[keyword];
        Object.assign(jsonSchema, { type, format });
        if (format === undefined) delete jsonSchema.format;
      }
      // Unknown attributes are passed over, and may come with a later version.
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      delete jsonSchema.propertyNames;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return described;
};

/** Of a schema whose value may be null as well. */
export const nullable = (schema: JsonSchema): JsonSchema => {
  if (Object.keys(schema).length === 0) return schema;
  if (typeof schema.type === "string" && !("enum" in schema)) return { ...schema, type: [schema.type, "null"] };
  return { anyOf: [schema, { type: "null" }] };
};

/** An object that always has all of these but the optional ones. */
export const objectOf = (
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema => ({
  type: "object",
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});
