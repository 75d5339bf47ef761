import { z } from "zod";
import { ofRecordId, recordId } from "../../../connectors/connector.js";
import { ApiError } from "../../../errors.js";
import type { Call } from "../call.js";
import type { Endpoint } from "../endpoint.js";
import { optionalText, rawFields, text } from "../parameters.js";
import { collectionEndpoints } from "./collection.js";

const RAW_TYPE = {
  raw_type: text
    .regex(/^\P{Cc}{1,255}$/u, "must be the name of a type")
    .describe("As the service calls it: `Invoice__c`."),
};

/** Objects of any type that the service knows, with attributes of its own. Source: the unified API, "CRM API", Generic objects. */
export const objectEndpoints = (api: "crm" | "itsm"): Endpoint[] =>
  collectionEndpoints({
    api,
    type: "object",
    path: `${api}/objects`,
    title: "an object of any type of the service",
    titles: "objects of one type of the service",
    collection: (apis) => apis[api].objects,
    raw: true,
    always: RAW_TYPE,
    queryOf: ({ raw_type }) => ({ rawType: raw_type }),
    nativeOf: (call) => nativeOf(api, call),
    complete: (_, call) => ({ rawType: rawTypeOf(call) }),
    draft: z.object({ name: optionalText, description: optionalText, ...rawFields }),
  });

const rawTypeOf = ({ query }: Call): string => query.raw_type as string;

/** By an id of ours, by `raw.id`, or as the service itself names it. */
const nativeOf = (api: "crm" | "itsm", call: Call): string => {
  const id = call.param("id");
  const rawType = rawTypeOf(call);
  const isOurs = call.account.ids.tryDecode(call.account.application, id) !== null;
  const raw = id.startsWith(recordId(rawType, "")) ? id : recordId(rawType, id);
  const native = isOurs ? call.ref(id, api, "object").native : raw;
  if (native === recordId(rawType, ofRecordId(native).id)) return native;
  throw new ApiError("not_found", `There is no such object of the type ${JSON.stringify(rawType)}.`);
};
