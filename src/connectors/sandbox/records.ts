import { ApiError } from "../../errors.js";
import { type Collection, type Context, ofRecordId, type RecordDraft } from "../connector.js";
import { collection, PAGE } from "./collection.js";
import { checkId } from "./requests.js";

/** Objects of any type: each type has a collection of its own below `base`. */
export const records = <Wire, Item>(
  base: string,
  toItem: (context: Context, rawType: string, wire: Wire) => Item,
): Collection<Item, { rawType: string }, RecordDraft> => {
  const of = (rawType: string) =>
    collection<Wire, Item, { rawType: string }, RecordDraft>({
      path: `${base}/${checkId(rawType)}`,
      toItem: (context, wire) => toItem(context, rawType, wire),
      toQuery: () => ({}),
      toBody: ({ rawType: _, raw, ...named }) => ({ ...named, ...raw }),
    }) as Required<Collection<Item, { rawType: string }, RecordDraft>>;
  const at = (native: string) => {
    const { rawType, id } = ofRecordId(native);
    return { of: of(rawType), id };
  };
  return {
    traits: { pageSize: PAGE, getMany: 200 },
    list: (context, query) => of(query.rawType).list(context, query),
    get: (context, native) => at(native).of.get(context, at(native).id),
    /** One call for each type among them. */
    async getMany(context, natives) {
      const results: (Item | Error)[] = new Array(natives.length);
      const byType = Map.groupBy(natives.keys(), (place) => ofRecordId(natives[place] as string).rawType);
      for (const [rawType, places] of byType) {
        const ids = places.map((place) => ofRecordId(natives[place] as string).id);
        // A type that is not there fails its own objects alone.
        const read = async () => of(rawType).getMany(context, ids);
        const items = await read().catch((error: Error) => ids.map(() => error));
        places.forEach((place, index) => {
          results[place] = items[index] as Item | Error;
        });
      }
      return results;
    },
    async create(context, draft) {
      if (draft.rawType === undefined) throw new ApiError("invalid_parameters", "`rawType` says what to make.");
      return of(draft.rawType).create(context, draft);
    },
    update: (context, native, change) => at(native).of.update(context, at(native).id, change),
    delete: (context, native, how) => at(native).of.delete(context, at(native).id, how),
  };
};
