import type { z } from "zod";
import { ApiError } from "../../errors.js";
import { type Context, ofRecordId, type Page, type Paging, type RecordDraft } from "../connector.js";
import { toBody } from "./map.js";
import { ask, askPage, at, PAGE } from "./requests.js";

/** Objects of any type of the service's own. Every request names the type. */
export const recordsOf = <Schema extends z.ZodType, Item>(
  api: "crm" | "itsm",
  record: Schema,
  toItem: (context: Context, wire: z.output<Schema>) => Item,
) => {
  const place = (context: Context, native: string) => {
    const { rawType, id } = ofRecordId(native);
    if (rawType === "") throw new ApiError("not_found", "There is no such object.");
    return { path: at(context, api, "objects", id), query: { raw_type: rawType } };
  };
  return {
    traits: { pageSize: PAGE },
    async list(context: Context, { rawType, ...paging }: { rawType: string } & Paging): Promise<Page<Item>> {
      const request = { path: at(context, api, "objects"), query: { raw_type: rawType } };
      return askPage(context, record, toItem, request, paging);
    },
    async get(context: Context, native: string): Promise<Item> {
      return toItem(context, await ask(context, record, place(context, native)));
    },
    async create(context: Context, { rawType, ...draft }: RecordDraft): Promise<Item> {
      const query = { raw_type: rawType };
      const request = { method: "POST", path: at(context, api, "objects"), query, body: toBody(draft) };
      return toItem(context, await ask(context, record, request));
    },
    async update(context: Context, native: string, { rawType: _, ...change }: RecordDraft): Promise<Item> {
      const request = { method: "PATCH", ...place(context, native), body: toBody(change) };
      return toItem(context, await ask(context, record, request));
    },
    async delete(context: Context, native: string): Promise<void> {
      await context.upstream.text({ method: "DELETE", ...place(context, native) });
    },
  };
};
