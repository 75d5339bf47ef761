import { ApiError } from "../../../errors.js";
import type {
  ArticleDraft,
  AssetDraft,
  ChangeRequestDraft,
  Context,
  IncidentDraft,
  ItsmOperations,
  ItsmQuery,
  Page,
  Paging,
  ProblemDraft,
  TicketQuery,
} from "../../connector.js";
import { collection } from "../collection.js";
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

type Listing<Item, Query> = (context: Context, query: Query & Paging) => Promise<Page<Item>>;

/** Nobody works on what somebody unknown is asked for; the REST API refuses the id. */
const orNone = <Item, Query extends object, Made extends { list: Listing<Item, Query> }>(made: Made): Made => ({
  ...made,
  async list(context: Context, query: Query & Paging) {
    try {
      return await made.list(context, query);
    } catch (error) {
      if (!("assignee" in query) || !(error instanceof ApiError) || error.code !== "not_found") throw error;
      return { items: [], next: null };
    }
  },
});

/** Source: the unified API, "ITSM API". */
export const itsm: ItsmOperations = {
  incidents: orNone(
    collection<typeof wire.incident, ReturnType<typeof toIncident>, TicketQuery, IncidentDraft>({
      path: ["itsm", "incidents"],
      wire: wire.incident,
      toItem: toIncident,
      toQuery,
    }),
  ),
  problems: orNone(
    collection<typeof wire.problem, ReturnType<typeof toProblem>, TicketQuery, ProblemDraft>({
      path: ["itsm", "problems"],
      wire: wire.problem,
      toItem: toProblem,
      toQuery,
    }),
  ),
  changes: orNone(
    collection<typeof wire.change, ReturnType<typeof toChangeRequest>, TicketQuery, ChangeRequestDraft>({
      path: ["itsm", "changes"],
      wire: wire.change,
      toItem: toChangeRequest,
      toQuery,
    }),
  ),
  articles: collection<typeof wire.article, ReturnType<typeof toArticle>, ItsmQuery, ArticleDraft>({
    path: ["itsm", "articles"],
    wire: wire.article,
    toItem: toArticle,
    toQuery,
  }),
  assets: orNone(
    collection<typeof wire.asset, ReturnType<typeof toAsset>, ItsmQuery, AssetDraft>({
      path: ["itsm", "assets"],
      wire: wire.asset,
      toItem: toAsset,
      toQuery,
    }),
  ),
  objects: recordsOf("itsm", wire.record, toRecord),
};
