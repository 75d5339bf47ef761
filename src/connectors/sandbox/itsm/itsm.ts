import { ApiError } from "../../../errors.js";
import {
  type ArticleDraft,
  type AssetDraft,
  type AssetQuery,
  type ChangeRequestDraft,
  type IncidentDraft,
  type ItsmKey,
  type ItsmOperations,
  type ItsmQuery,
  ofRecordId,
  type ProblemDraft,
  type TicketQuery,
} from "../../connector.js";
import { collection, PAGE, paging, toBody, toPage } from "../collection.js";
import { records } from "../records.js";
import { checkId, orError } from "../requests.js";
import type { WireListing, WirePerson, WireResults } from "../wire.js";
import { toArticle, toAsset, toChangeRequest, toComment, toIncident, toItsmUser, toProblem, toRecord } from "./map.js";
import type { WireComment } from "./wire.js";

const toQuery = ({ query, modifiedSince, status }: ItsmQuery) => ({ q: query, modified_since: modifiedSince, status });
const toAssetQuery = ({ assignee, ...rest }: AssetQuery) => ({ ...toQuery(rest), assignee_id: assignee });
const toTicketQuery = ({ active, priority, ...rest }: TicketQuery) => ({ ...toAssetQuery(rest), active, priority });

/** What is a reference in the unified model ends in `_id` here. */
const TICKET = { requester: "requester_id", assignee: "assignee_id" } as const;

const PATHS = {
  incident: "/itsm/incidents",
  problem: "/itsm/problems",
  change: "/itsm/changes",
  article: "/itsm/articles",
  asset: "/itsm/assets",
} as const;
const TABLES = "/itsm/tables";

/** Comments of each record in one answer for many. */
const FIRST_COMMENTS = 200;

/** A record as a row of its table. */
const tableOf = ({ type, id }: ItsmKey): { table: string; id: string } => {
  if (type !== "object") return { table: type, id };
  const { rawType, id: row } = ofRecordId(id);
  return { table: rawType, id: row };
};

const commentsPath = ({ type, id }: ItsmKey): string => {
  if (type !== "object") return `${PATHS[type]}/${checkId(id)}/comments`;
  const { table, id: row } = tableOf({ type, id });
  return `${TABLES}/${checkId(table)}/${checkId(row)}/comments`;
};

export const itsm: ItsmOperations = {
  incidents: collection({
    path: PATHS.incident,
    toItem: toIncident,
    toQuery: toTicketQuery,
    toBody: toBody<IncidentDraft>({
      ...TICKET,
      change: "change_id",
      problem: "problem_id",
      responder: "responder_id",
    }),
  }),
  problems: collection({
    path: PATHS.problem,
    toItem: toProblem,
    toQuery: toTicketQuery,
    toBody: toBody<ProblemDraft>({ ...TICKET, change: "change_id" }),
  }),
  changes: collection({
    path: PATHS.change,
    toItem: toChangeRequest,
    toQuery: toTicketQuery,
    toBody: toBody<ChangeRequestDraft>(TICKET),
  }),
  articles: collection({
    path: PATHS.article,
    toItem: toArticle,
    toQuery,
    toBody: toBody<ArticleDraft>({ author: "author_id" }),
  }),
  assets: collection({
    path: PATHS.asset,
    toItem: toAsset,
    toQuery: toAssetQuery,
    toBody: toBody<AssetDraft>({ assignee: "assignee_id", owner: "owner_id" }),
  }),
  objects: records(TABLES, toRecord),

  users: {
    traits: { pageSize: PAGE, getMany: PAGE },
    async list(context, page) {
      const request = { path: "/itsm/users", query: paging(page) };
      return toPage(context, await context.upstream.json<WireListing<WirePerson>>(request), toItsmUser);
    },
    async get(context, id) {
      return toItsmUser(context, await context.upstream.json<WirePerson>({ path: `/itsm/users/${checkId(id)}` }));
    },
    /** There are few: one list has them all. */
    async getMany(context, ids) {
      const request = { path: "/itsm/users", query: { limit: PAGE } };
      const { entries } = await context.upstream.json<WireListing<WirePerson>>(request);
      const byId = new Map(entries.map((user) => [user.id, user]));
      return ids.map((id) => {
        const user = byId.get(id);
        return user ? toItsmUser(context, user) : new ApiError("not_found", "There is no such user.");
      });
    },
  },

  async comments(context, record, page) {
    const request = { path: commentsPath(record), query: paging(page) };
    const listing = await context.upstream.json<WireListing<WireComment>>(request);
    return toPage(context, listing, (_, wire) => toComment(context, record, wire));
  },

  async commentsMany(context, records, limit) {
    const body = { records: records.map(tableOf), limit: Math.min(limit, FIRST_COMMENTS) };
    const request = { method: "POST", path: "/itsm/comments/lists", body, repeatable: true };
    const { results } = await context.upstream.json<WireResults<WireListing<WireComment>>>(request);
    return records.map((record, index) =>
      orError(results[index], (listing) =>
        toPage(context, listing, (_, wire: WireComment) => toComment(context, record, wire)),
      ),
    );
  },

  async addComment(context, record, { text, internal }) {
    const request = { method: "POST", path: commentsPath(record), body: { text, internal } };
    return toComment(context, record, await context.upstream.json<WireComment>(request));
  },
};
