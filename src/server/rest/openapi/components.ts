import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import type { JsonSchema } from "./description.js";
import { jsonSchemaOf } from "./jsonSchema.js";

/** Schemas that others refer to, each made when it is first referred to. */
export class Components {
  readonly #schemas = new Map<string, JsonSchema>();

  refer(name: string, make: () => JsonSchema): { $ref: string } {
    if (!this.#schemas.has(name)) {
      this.#schemas.set(name, {}); // One that holds itself finds its name taken.
      this.#schemas.set(name, make());
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  /** A zod schema: `input` is what clients may send, `output` what they are answered. Parts with a `meta` id are components. */
  schema(of: z.ZodType, io: "input" | "output"): JsonSchema {
    const { $defs = {}, ...schema } = JSON.parse(
      JSON.stringify(jsonSchemaOf(of, io)).replaceAll('"#/$defs/', '"#/components/schemas/'),
    ) as { $defs?: Record<string, { id?: string }> };
    for (const [name, { id: _, ...part }] of Object.entries($defs)) {
      this.refer(name, () => part);
      if (!isDeepStrictEqual(this.#schemas.get(name), part)) throw new TypeError(`two schemas are called ${name}`);
    }
    return schema;
  }

  /** By name, in the order of the alphabet. */
  get schemas(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries([...this.#schemas].sort(([one], [other]) => (one < other ? -1 : 1)));
  }
}
