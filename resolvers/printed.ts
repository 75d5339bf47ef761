import { lexicographicSortSchema, printSchema } from "graphql";
import { createSchema } from "./schema.js";

/** The schema as `schema/schema.graphql` holds it: its diff is the API's diff. */
export const printedSchema = async (): Promise<string> => `${printSchema(lexicographicSortSchema(await createSchema()))}\n`;
