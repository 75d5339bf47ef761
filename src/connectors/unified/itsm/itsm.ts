import type { z } from "zod";
import { ApiError } from "../../../errors.js";
import type { Context, ItsmOperations, Page, Paging, TicketQuery } from "../../connector.js";
import { collection, type Declaration } from "../collection.js";
import { recordsOf } from "../records.js";
import { toArticle, toAsset, toChangeRequest, toIncident, toProblem, toRecord } from "./map.js";
import * as wire from "./wire.js";

const toQuery = ({ query, modifiedSince, status, active, priority, assignee }: TicketQuery) => ({
  q: query,
  modified_since: modifiedSince,
  status,
  active,
  priority,
  assignee,
});

/** A collection that can be asked for what somebody works on: nothing, of somebody unknown, whose id the REST API refuses. */
const assigned = <Schema extends z.ZodType, Item>(declaration: Declaration<Schema, Item, TicketQuery>) => {
  const made = collection({ ...declaration, toQuery });
  return {
    ...made,
    async list(context: Context, query: TicketQuery & Paging): Promise<Page<Item>> {
      try {
        return await made.list(context, query);
      } catch (error) {
        if (query.assignee === undefined || !(error instanceof ApiError) || error.code !== "not_found") throw error;
        return { items: [], next: null };
      }
    },
  };
};

/** Source: the unified API, "ITSM API". */
export const itsm: ItsmOperations = {
  incidents: assigned({ path: ["itsm", "incidents"], wire: wire.incident, toItem: toIncident }),
  problems: assigned({ path: ["itsm", "problems"], wire: wire.problem, toItem: toProblem }),
  changes: assigned({ path: ["itsm", "changes"], wire: wire.change, toItem: toChangeRequest }),
  articles: collection({ path: ["itsm", "articles"], wire: wire.article, toItem: toArticle, toQuery }),
  assets: assigned({ path: ["itsm", "assets"], wire: wire.asset, toItem: toAsset }),
  objects: recordsOf("itsm", wire.record, toRecord),
};
