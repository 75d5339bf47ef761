import { z } from "zod";
import type { CrmSchema } from "../../../../../schema/crm/schema.js";
import { ApiError } from "../../../../errors.js";
import { ok } from "../../answers.js";
import type { Call } from "../../call.js";
import { type Endpoint, endpoint } from "../../endpoint.js";
import { cursorList, pagingOf } from "../../lists.js";
import { cursorPaging, text } from "../../parameters.js";

const path = "/accounts/:account/crm/schemas";

const schema = z
  .object({
    id: text,
    name: text,
    label: text,
    custom: z.boolean(),
    fields: z.array(
      z.object({
        name: text,
        label: text,
        data_type: text,
        required: z.boolean(),
        read_only: z.boolean(),
        options: z.array(text).nullable(),
        reference_to: z.array(text).nullable(),
      }),
    ),
    type: z.literal("schema"),
    api: z.literal("crm"),
    href: text,
    raw: z.object({ type: text, object: z.unknown() }),
  })
  .meta({ id: "CrmSchema", description: "What objects of a type have." });

/** Source: the unified API, "CRM API", Schemas. */
export const schemas: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path,
    title: "Lists the types of objects that the service knows.",
    right: "read",
    query: z.object(cursorPaging()),
    answers: { 200: { list: [schema], style: "cursor" } },
    async handle(call) {
      const { cursor, limit } = pagingOf(call.query);
      const start = cursor === null ? 0 : placeIn(cursor);
      // A service tells them all at once.
      const all = await call.account.apis(true).crm.schemas();
      const end = start + limit;
      const shown = all.slice(start, end).map((one) => renderSchema(call, one));
      return ok(cursorList("crm", call.query, { next: end < all.length ? String(end) : null }, shown));
    },
  }),
  endpoint({
    method: "GET",
    path: `${path}/:type`,
    title: "Reads the fields of a type.",
    right: "read",
    answers: { 200: schema },
    handle: async (call) => ok(renderSchema(call, await call.account.apis(true).crm.schema(call.param("type")))),
  }),
];

const placeIn = (cursor: string): number => {
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
  throw new ApiError("invalid_parameters", "`page` is not a `next_page` of this list.");
};

const renderSchema = (
  { account, base }: Pick<Call, "account" | "base">,
  { name, label, custom, fields, raw }: CrmSchema,
) => ({
  id: name,
  name,
  label,
  custom,
  fields: fields.map(({ dataType, readOnly, referenceTo, ...field }) => ({
    ...field,
    data_type: dataType,
    read_only: readOnly,
    reference_to: referenceTo,
  })),
  type: "schema",
  api: "crm",
  href: `${base}/v1/accounts/${account.account}/crm/schemas/${encodeURIComponent(name)}`,
  raw: { type: raw?.type ?? name, object: raw?.object ?? null },
});
