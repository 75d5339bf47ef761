import { ApiError } from "../../../errors.js";
import { type CrmOperations, ofRecordId } from "../../connector.js";
import { toBody } from "../map.js";
import { ask, askPage, at, PAGE } from "../requests.js";
import { toRecord } from "./map.js";
import { record } from "./wire.js";

const PATH = ["crm", "objects"] as const;

/** Objects of any type. Every request names the type. */
export const objects: NonNullable<CrmOperations["objects"]> = {
  traits: { pageSize: PAGE },
  list: (context, { rawType, ...paging }) =>
    askPage(context, record, toRecord, { path: at(context, ...PATH), query: { raw_type: rawType } }, paging),
  async get(context, native) {
    const { rawType, id } = named(native);
    return toRecord(
      context,
      await ask(context, record, { path: at(context, ...PATH, id), query: { raw_type: rawType } }),
    );
  },
  async create(context, { rawType, ...draft }) {
    const request = { method: "POST", path: at(context, ...PATH), query: { raw_type: rawType }, body: toBody(draft) };
    return toRecord(context, await ask(context, record, request));
  },
  async update(context, native, { rawType: _, ...change }) {
    const { rawType, id } = named(native);
    const path = at(context, ...PATH, id);
    const request = { method: "PATCH", path, query: { raw_type: rawType }, body: toBody(change) };
    return toRecord(context, await ask(context, record, request));
  },
  async delete(context, native) {
    const { rawType, id } = named(native);
    await context.upstream.text({
      method: "DELETE",
      path: at(context, ...PATH, id),
      query: { raw_type: rawType },
    });
  },
};

const named = (native: string) => {
  const { rawType, id } = ofRecordId(native);
  if (rawType === "" || id === "") throw new ApiError("not_found", "There is no such object.");
  return { rawType, id };
};
