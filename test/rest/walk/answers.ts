import { z } from "zod";
import type { Description, JsonSchema, Response } from "../../../src/server/rest/openapi/description.js";
import type { RestAnswer } from "../support.js";
import type { Step } from "./requests.js";

/** Says what about an answer is not as its operation declares it; null: nothing. */
export class Answers {
  readonly #schemas: Record<string, unknown>;
  readonly #checks = new Map<unknown, z.ZodType>();
  constructor(readonly description: Description) {
    this.#schemas = Object.fromEntries(
      Object.entries(description.components.schemas).map(([name, schema]) => [name, closed(schema)]),
    );
  }

  wrong({ operation }: Pick<Step, "operation">, { status, headers, body }: RestAnswer): string | null {
    if (status === 500) return "500";
    const { responses } = operation;
    // What a service said of a raw request is its own affair.
    if (status === 405 && !responses.default) return "the method is declared";
    const response = responses[status] ?? responses[`${Math.floor(status / 100)}XX`] ?? responses.default;
    if (!response) return `the status ${status} is not declared`;
    const { content } = this.#resolved(response);
    const type = headers.get("content-type");
    if (!content) return body === "" ? null : "a body is not declared";
    const declared = content["application/json"];
    if (!declared) return null;
    if (type !== "application/json") return `the content type is ${type}`;
    if (status >= 400 && body.status_code !== status) return "the status of the error is another";
    const { success, error } = this.#check(declared.schema).safeParse(body);
    return success ? null : told(error.issues);
  }

  #resolved(response: Response | { $ref: string }): Response {
    if (!("$ref" in response)) return response;
    return this.description.components.responses[response.$ref.slice(response.$ref.lastIndexOf("/") + 1)] as Response;
  }

  #check(schema: JsonSchema): z.ZodType {
    let check = this.#checks.get(schema);
    if (!check) {
      check = z.fromJSONSchema({ ...(closed(schema) as object), $defs: this.#schemas } as never);
      this.#checks.set(schema, check);
    }
    return check;
  }
}

/** The first thing that is wrong; of several kinds that a value may have, about the one that is nearest. */
const told = (issues: readonly z.core.$ZodIssue[], inside: readonly PropertyKey[] = []): string => {
  const [first] = issues as [z.core.$ZodIssue];
  const path = [...inside, ...first.path];
  if (first.code !== "invalid_union") return `${first.message} at ${path.join(".")}`;
  const nearest =
    first.errors.toSorted((one, other) => depth(other) - depth(one) || one.length - other.length)[0] ?? [];
  return nearest.length === 0 ? `${first.message} at ${path.join(".")}` : told(nearest, path);
};

const depth = (issues: readonly z.core.$ZodIssue[]): number => Math.max(...issues.map(({ path }) => path.length));

/** With no attribute allowed but the described ones: a client may meet others, we may not send them. */
const closed = (schema: JsonSchema): unknown =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', '"#/$defs/'), (_, value) =>
    value?.type === "object" && value.properties && value.additionalProperties === undefined
      ? { ...value, additionalProperties: false }
      : value,
  );
