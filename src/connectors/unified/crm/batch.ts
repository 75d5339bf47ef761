import { z } from "zod";
import { ApiError } from "../../../errors.js";
import type { Context } from "../../connector.js";
import { collection, type Declaration } from "../collection.js";
import { ask, at, PAGE, read, refused } from "../requests.js";
import { refusal } from "../wire.js";

/** Requests of one batch. Source: the unified API, "CRM API", Batch. */
const MOST = 25;

const part = z.object({ id: z.coerce.string(), status_code: z.number().int(), body: z.unknown() });
const answer = z.object({ responses: z.array(part), errors: z.array(part) });
type Part = z.output<typeof part>;

/** A collection of the CRM, many objects of which are read with one request. */
export const batched = <Schema extends z.ZodType, Item, Query extends object>(
  type: string,
  declaration: Declaration<Schema, Item, Query>,
) => {
  const { wire, toItem } = declaration;
  const made = collection(declaration);
  return {
    ...made,
    traits: { pageSize: PAGE, getMany: MOST },
    async getMany(context: Context, ids: readonly string[]): Promise<(Item | Error)[]> {
      const parts = await partsOf(context, type, ids);
      if (!parts) return Promise.all(ids.map((id) => made.get(context, id).catch((error: Error) => error)));
      return ids.map((_, index) => {
        const { status_code, body } = parts.get(String(index)) ?? LEFT_OUT;
        try {
          if (status_code >= 400) return refused(status_code, read(refusal, body));
          return toItem(context, read(wire, body));
        } catch (error) {
          return error as Error;
        }
      });
    },
  };
};

const LEFT_OUT: Pick<Part, "status_code" | "body"> = { status_code: 200, body: null };

/** By their ids, which count the requests; null where the far server has no batches. */
const partsOf = async (
  context: Context,
  type: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Part> | null> => {
  const requests = ids.map((id, index) => ({ id: String(index), method: "GET", url_data: { type, id } }));
  const request = { method: "POST", path: at(context, "crm", "batch"), body: { requests }, repeatable: true };
  try {
    const { responses, errors } = await ask(context, answer, request);
    return new Map([...responses, ...errors].map((one) => [one.id, one]));
  } catch (error) {
    if (error instanceof ApiError && UNKNOWN.has(error.code)) return null;
    throw error;
  }
};

const UNKNOWN: ReadonlySet<string> = new Set(["not_found", "method_not_allowed", "not_implemented"]);
