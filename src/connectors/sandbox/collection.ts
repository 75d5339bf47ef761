import type { Collection, Context, Page, Paging } from "../connector.js";
import { checkId, orError } from "./requests.js";
import type { WireListing, WireResults } from "./wire.js";

export const PAGE = 1000; // objects

/** One collection of the service: where it is, and how its wire and ours become each other. */
interface Declaration<Wire, Item, Query extends object, Draft extends object> {
  /** `/crm/contacts` */
  path: string;
  toItem(context: Context, wire: Wire): Item;
  /** Absent members are not sent. */
  toQuery(query: Query): Readonly<Record<string, string | number | boolean | undefined>>;
  /** `undefined` members are not sent. Absent: nothing can be written. */
  toBody?(draft: Draft): object;
}

/** Every collection of the service works alike, and so do its bulk reads. */
export const collection = <Wire, Item, Query extends object = object, Draft extends object = object>({
  path,
  toItem,
  toQuery,
  toBody,
}: Declaration<Wire, Item, Query, Draft>) => {
  const at = (id: string): string => `${path}/${checkId(id)}`;
  const reading = {
    traits: { pageSize: PAGE, getMany: 200, listMany: 50 },
    async list(context: Context, query: Query & Paging): Promise<Page<Item>> {
      const request = { path, query: { ...toQuery(query), ...paging(query) } };
      return toPage(context, await context.upstream.json<WireListing<Wire>>(request), toItem);
    },
    async listMany(context: Context, queries: readonly Query[], limit: number): Promise<(Page<Item> | Error)[]> {
      const body = { queries: queries.map(toQuery), limit: Math.min(limit, PAGE) };
      const request = { method: "POST", path: `${path}/lists`, body, repeatable: true };
      const { results } = await context.upstream.json<WireResults<WireListing<Wire>>>(request);
      return queries.map((_, index) => orError(results[index], (wire) => toPage(context, wire, toItem)));
    },
    async get(context: Context, id: string): Promise<Item> {
      return toItem(context, await context.upstream.json<Wire>({ path: at(id) }));
    },
    async getMany(context: Context, ids: readonly string[]): Promise<(Item | Error)[]> {
      const request = { method: "POST", path: `${path}/batch`, body: { ids }, repeatable: true };
      const { results } = await context.upstream.json<WireResults<Wire & object>>(request);
      return ids.map((_, index) => orError(results[index], (wire) => toItem(context, wire as Wire)));
    },
  } satisfies Collection<Item, Query>;
  if (!toBody) return reading;
  return {
    ...reading,
    async create(context: Context, draft: Draft): Promise<Item> {
      return toItem(context, await context.upstream.json<Wire>({ method: "POST", path, body: toBody(draft) }));
    },
    async update(context: Context, id: string, change: Draft): Promise<Item> {
      const request = { method: "PATCH", path: at(id), body: toBody(change) };
      return toItem(context, await context.upstream.json<Wire>(request));
    },
    async delete(context: Context, id: string): Promise<void> {
      await context.upstream.text({ method: "DELETE", path: at(id) });
    },
  } satisfies Collection<Item, Query, Draft>;
};

export const paging = ({ cursor, limit }: Paging) => ({ cursor: cursor ?? undefined, limit: Math.min(limit, PAGE) });

export const toPage = <Wire, Item>(
  context: Context,
  { entries, cursor, total }: WireListing<Wire>,
  toItem: (context: Context, wire: Wire) => Item,
): Page<Item> => ({
  items: entries.map((entry) => toItem(context, entry)),
  next: cursor,
  ...(total === null ? {} : { total }),
});

/** Every attribute under the service's name for it; its own fields over them. */
export const toBody =
  <Draft extends object>(names: Readonly<Partial<Record<keyof Draft, string>>>) =>
  ({ raw, ...draft }: Draft & { raw?: Readonly<Record<string, unknown>> }): object => {
    const named = Object.entries(draft).map(([name, value]) => [
      names[name as keyof Draft] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]);
    return { ...Object.fromEntries(named), ...raw };
  };
