import { z } from "zod";

/**
 * What the REST API v1 says; only the attributes that are read, each checked. What is absent is null, and so is a value that its
 * service may have got wrong; an object without what makes it one is refused. Source: the unified API, "Common attributes of objects".
 */

/** Opaque; never longer than this by the reference. */
export const id = z.string().min(1).max(8192);
export const reference = id.nullish().transform((said) => said ?? null);
export const text = z
  .string()
  .nullish()
  .transform((said) => said ?? null);
export const flag = z
  .boolean()
  .nullish()
  .transform((said) => said ?? null);
/** Some installations write numbers as text. */
export const number = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((said) => (said == null || said === "" || Number.isNaN(Number(said)) ? null : Number(said)));
/** ISO 8601; without a zone it is UTC. */
export const moment = z.string().refine(isMoment, "is no time in ISO 8601").transform(zoned);
export const time = text.transform((said) => (said !== null && isMoment(said) ? zoned(said) : null));
export const list = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform((said) => said ?? []);

/** The service's own object, where it was asked for and the far server has it. */
export const raw = z.object({ id: text, type: text, object: z.unknown() }).nullish();
export const resource = { id, raw };

export const person = z
  .object({ id: reference, name: text, email: text })
  .nullish()
  .transform((said) => said ?? null);

export type WireRaw = z.output<typeof raw>;
export type WirePerson = z.output<typeof person>;

/** Both kinds of lists. Source: the unified API, "Lists and pagination". */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    objects: z.array(item),
    next_page: z.union([z.string(), z.number()]).nullish(),
    total: z.number().int().nonnegative().nullish(),
  });
export interface WireList<Item> {
  objects: Item[];
  next_page?: string | number | null | undefined;
  total?: number | null | undefined;
}

/** Every refusal. Source: the unified API, "Errors". */
export const refusal = z.object({
  error_code: z.string(),
  message: z.string().optional(),
  conflicting_resource_id: id.optional(),
});
export type WireRefusal = z.output<typeof refusal>;

/** A connected account of the far server. */
export const account = z.object({
  id: z.union([z.number().int().positive(), z.string().regex(/^\d{1,15}$/)]),
  account: z.string(),
  service_name: text,
  admin: flag,
  apis: list(z.string()),
});

function isMoment(said: string): boolean {
  return /^\d{4}-\d\d-\d\d/.test(said) && !Number.isNaN(Date.parse(said));
}
function zoned(said: string): string {
  if (said.length === 10) return `${said}T00:00:00Z`;
  return /([zZ]|[+-]\d\d:?\d\d)$/.test(said) ? said : `${said}Z`;
}
