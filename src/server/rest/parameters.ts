import { z } from "zod";

/** Booleans of a query: clients write them in three ways. Source: the unified API, "Behaviour real clients depend on", 17. */
export const flag = z
  .enum(["true", "True", "1", "false", "False", "0"], "must be true or false")
  .transform((text) => text === "true" || text === "True" || text === "1")
  .meta({ type: "boolean" });

export const pageSize = (standard: number) =>
  z.coerce
    .number("must be from 1 to 1000")
    .int("must be from 1 to 1000")
    .min(1, "must be from 1 to 1000")
    .max(1000, "must be from 1 to 1000")
    .default(standard)
    .describe("Advisory: a service may give fewer.");

/** Of a list that a service pages: `next_page` of the page before. */
export const cursorPaging = (standard = 100) => ({
  page: z.string().optional().describe("`next_page` of the page before; absent or `1` for the first."),
  page_size: pageSize(standard),
});

/** Of a list that we keep ourselves. */
export const countedPaging = (standard = 100) => ({
  page: z.coerce.number("must be 1 or more").int("must be 1 or more").min(1, "must be 1 or more").default(1),
  page_size: pageSize(standard),
});

/** ISO 8601; without a zone it is UTC. Given as it was, with the zone added. */
export const time = z
  .string()
  .transform((text) => (/[zZ]$|[+-]\d\d:?\d\d$|^\d{4}-\d\d-\d\d$/.test(text) ? text : `${text}Z`))
  .refine((text) => /^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text)), "must be a time in ISO 8601")
  .meta({ type: "string", format: "date-time" });

/** The same as services are asked with it: in UTC. */
export const moment = time
  .transform((text) => new Date(text).toISOString())
  .meta({ type: "string", format: "date-time" });

/** Numbers, which some clients write as text. */
export const numeric = z
  .union([z.number(), z.string().regex(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/, "must be a number")])
  .transform(Number)
  .meta({ type: "number" });

export const text = z.string();
/** Null clears. */
export const optionalText = z.string().nullish();

/** The service's own fields, laid over the unified ones. Source: the unified API, "Raw data in and out". */
export const rawFields = {
  raw: z.object({ object: z.record(z.string(), z.unknown()) }).nullish(),
};
