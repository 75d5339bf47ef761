import { ERRORS } from "../../../errors.js";
import type { ErrorBody } from "../../errorBody.js";
import type { JsonSchema, Response } from "./description.js";
import { objectOf } from "./jsonSchema.js";

/** The body of every error. */
export const errorSchema = (): JsonSchema => ({
  description: `Every failure.\n\n${ERRORS.map(([code, status, when]) => `- ${status} \`${code}\`: ${when}`).join("\n")}`,
  ...objectOf(
    {
      status_code: { type: "integer", enum: unique(ERRORS.map(([, status]) => status)) },
      error_code: { type: "string", enum: unique(ERRORS.map(([code]) => code)) },
      message: { type: "string", description: "For people." },
      id: { type: "string", description: "Of the request, as logs name it." },
      conflicting_resource_id: { type: "string", description: "What is in the way of a `naming_conflict`." },
    } satisfies Record<keyof ErrorBody, JsonSchema>,
    ["conflicting_resource_id"],
  ),
});

/** Every operation may fail in any way: the code says which. */
export const errorResponses = (error: { $ref: string }): Readonly<Record<"Refused" | "Failed", Response>> => ({
  Refused: {
    description: "The request is refused.",
    headers: { "Retry-After": { $ref: "#/components/headers/RetryAfter" } },
    content: { "application/json": { schema: error } },
  },
  Failed: { description: "We, or the service, failed.", content: { "application/json": { schema: error } } },
});

const unique = <Value>(values: readonly Value[]): Value[] => [...new Set(values)];
