import type {
  ArticleDraft,
  AssetDraft,
  ChangeRequestDraft,
  IncidentDraft,
  ItsmOperations,
  ItsmQuery,
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

/** Source: the unified API, "ITSM API". */
export const itsm: ItsmOperations = {
  incidents: collection<typeof wire.incident, ReturnType<typeof toIncident>, TicketQuery, IncidentDraft>({
    path: ["itsm", "incidents"],
    wire: wire.incident,
    toItem: toIncident,
    toQuery,
  }),
  problems: collection<typeof wire.problem, ReturnType<typeof toProblem>, TicketQuery, ProblemDraft>({
    path: ["itsm", "problems"],
    wire: wire.problem,
    toItem: toProblem,
    toQuery,
  }),
  changes: collection<typeof wire.change, ReturnType<typeof toChangeRequest>, TicketQuery, ChangeRequestDraft>({
    path: ["itsm", "changes"],
    wire: wire.change,
    toItem: toChangeRequest,
    toQuery,
  }),
  articles: collection<typeof wire.article, ReturnType<typeof toArticle>, ItsmQuery, ArticleDraft>({
    path: ["itsm", "articles"],
    wire: wire.article,
    toItem: toArticle,
    toQuery,
  }),
  assets: collection<typeof wire.asset, ReturnType<typeof toAsset>, ItsmQuery, AssetDraft>({
    path: ["itsm", "assets"],
    wire: wire.asset,
    toItem: toAsset,
    toQuery,
  }),
  objects: recordsOf("itsm", wire.record, toRecord),
};
