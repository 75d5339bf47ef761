import type { Raw } from "../../../../schema/common/raw.js";
import type { Article } from "../../../../schema/itsm/article.js";
import type { Asset } from "../../../../schema/itsm/asset.js";
import type { ChangeRequest } from "../../../../schema/itsm/change.js";
import type { Comment } from "../../../../schema/itsm/comment.js";
import type { Incident } from "../../../../schema/itsm/incident.js";
import type { Problem } from "../../../../schema/itsm/problem.js";
import type { ItsmRecord } from "../../../../schema/itsm/record.js";
import type { ItsmUser } from "../../../../schema/itsm/user.js";
import type { Ref } from "../../../ids.js";
import { type Context, commentId, type ItsmKey, recordId } from "../../connector.js";
import { toPerson } from "../map.js";
import type { WirePerson } from "../wire.js";
import type {
  WireArticle,
  WireAsset,
  WireChangeRequest,
  WireComment,
  WireDeskRecord,
  WireIncident,
  WireProblem,
  WireRow,
} from "./wire.js";

/** What every record begins with. */
const common = (context: Context, type: string, wire: WireDeskRecord) => ({
  id: context.ref(type, wire.id),
  api: "itsm" as const,
  description: wire.description,
  created: wire.created_at,
  modified: wire.modified_at,
  raw: rawOf(context, type, wire),
});

/** What is worked on. */
const ticket = (context: Context, wire: WireIncident | WireProblem | WireChangeRequest) => ({
  subject: wire.subject,
  active: wire.active,
  category: wire.category,
  status: wire.status,
  impact: wire.impact,
  priority: wire.priority,
  urgency: wire.urgency,
  requesterId: refOf(context, "user", wire.requester_id),
  assigneeId: refOf(context, "user", wire.assignee_id),
});

export const toIncident = (context: Context, wire: WireIncident): Incident => ({
  ...common(context, "incident", wire),
  type: "incident",
  ...ticket(context, wire),
  dueDate: wire.due_date,
  escalation: wire.escalation,
  changeId: refOf(context, "change", wire.change_id),
  problemId: refOf(context, "problem", wire.problem_id),
  responderId: refOf(context, "user", wire.responder_id),
});

export const toProblem = (context: Context, wire: WireProblem): Problem => ({
  ...common(context, "problem", wire),
  type: "problem",
  ...ticket(context, wire),
  dueDate: wire.due_date,
  escalation: wire.escalation,
  knownError: wire.known_error,
  workaround: wire.workaround,
  changeId: refOf(context, "change", wire.change_id),
});

export const toChangeRequest = (context: Context, wire: WireChangeRequest): ChangeRequest => ({
  ...common(context, "change", wire),
  type: "change",
  ...ticket(context, wire),
  changeType: wire.change_type,
  risk: wire.risk,
  start: wire.start,
  end: wire.end,
});

export const toArticle = (context: Context, wire: WireArticle): Article => ({
  ...common(context, "article", wire),
  type: "article",
  title: wire.title,
  body: wire.body,
  category: wire.category,
  knowledgeBase: wire.knowledge_base,
  status: wire.status,
  published: wire.published,
  views: wire.views,
  authorId: refOf(context, "user", wire.author_id),
});

export const toAsset = (context: Context, wire: WireAsset): Asset => ({
  ...common(context, "asset", wire),
  type: "asset",
  name: wire.name,
  assetTag: wire.asset_tag,
  serialNumber: wire.serial_number,
  model: wire.model,
  category: wire.category,
  location: wire.location,
  status: wire.status,
  cost: wire.cost,
  purchaseDate: wire.purchase_date,
  warrantyExpiration: wire.warranty_expiration,
  assigneeId: refOf(context, "user", wire.assignee_id),
  ownerId: refOf(context, "user", wire.owner_id),
});

/** A record of any table, its own fields as they are. */
export const toRecord = (context: Context, rawType: string, wire: WireRow): ItsmRecord => {
  const { id, created_at: _, modified_at: __, ...values } = wire;
  return {
    ...common(context, "object", { ...wire, id: recordId(rawType, id) }),
    type: "object",
    rawType,
    name: wire.name ?? wire.subject ?? wire.title ?? null,
    values,
    raw: rawOf(context, rawType, wire),
  };
};

export const toItsmUser = (context: Context, wire: WirePerson): ItsmUser => ({
  id: context.ref("user", wire.id),
  api: "itsm",
  type: "user",
  name: wire.name,
  email: wire.email,
  raw: rawOf(context, "user", wire),
});

export const toComment = (context: Context, record: ItsmKey, wire: WireComment): Comment => ({
  id: context.ref("comment", commentId(record, wire.id)),
  api: "itsm",
  type: "comment",
  author: wire.author && toPerson(context, wire.author),
  text: wire.text,
  internal: wire.internal,
  created: wire.created_at,
  raw: rawOf(context, "comment", wire),
});

const refOf = (context: Context, type: string, id: string | null): Ref | null =>
  id === null ? null : context.ref(type, id);

const rawOf = ({ raw }: Context, type: string, wire: { id: string }): Raw | undefined =>
  raw ? { id: wire.id, type, object: wire, headers: null } : undefined;
