import type { z } from "zod";
import type { Collection, Context, Page, Paging } from "../connector.js";
import { toBody } from "./map.js";
import { ask, askPage, at, PAGE, type Query as WireQuery } from "./requests.js";

/** One collection of the REST API: where it is, and how its wire and ours become each other. */
export interface Declaration<Schema extends z.ZodType, Item, Query extends object> {
  /** `["crm", "contacts"]` */
  path: readonly string[];
  wire: Schema;
  toItem(context: Context, wire: z.output<Schema>): Item;
  /** Throws `not_implemented` for what the REST API cannot be asked. */
  toQuery?(query: Query): WireQuery;
  /** The reference's names of a draft's attributes, where they are not the same in snake case. */
  names?: Readonly<Record<string, string>>;
}

/** What can be read of it. */
export const reading = <Schema extends z.ZodType, Item, Query extends object = object>({
  path,
  wire,
  toItem,
  toQuery = () => ({}),
}: Declaration<Schema, Item, Query>) => ({
  traits: { pageSize: PAGE },
  list: (context: Context, query: Query & Paging): Promise<Page<Item>> =>
    askPage(context, wire, toItem, { path: at(context, ...path), query: toQuery(query) }, query),
  get: async (context: Context, id: string): Promise<Item> =>
    toItem(context, await ask(context, wire, { path: at(context, ...path, id) })),
});

/** Every collection works alike. */
export const collection = <Schema extends z.ZodType, Item, Query extends object = object>(
  declaration: Declaration<Schema, Item, Query>,
) => {
  const { path, wire, toItem, names } = declaration;
  return {
    ...reading(declaration),
    async create(context: Context, draft: object): Promise<Item> {
      const request = { method: "POST", path: at(context, ...path), body: toBody(draft, names) };
      return toItem(context, await ask(context, wire, request));
    },
    async update(context: Context, id: string, change: object): Promise<Item> {
      const request = { method: "PATCH", path: at(context, ...path, id), body: toBody(change, names) };
      return toItem(context, await ask(context, wire, request));
    },
    async delete(context: Context, id: string, { permanent }: { permanent: boolean }): Promise<void> {
      await context.upstream.text({ method: "DELETE", path: at(context, ...path, id), query: { permanent } });
    },
  } satisfies Collection<Item, Query, object>;
};
