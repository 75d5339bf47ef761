import type { Article } from "../../../../schema/itsm/article.js";
import type { Asset } from "../../../../schema/itsm/asset.js";
import type { ChangeRequest } from "../../../../schema/itsm/change.js";
import type { Incident } from "../../../../schema/itsm/incident.js";
import type { Problem } from "../../../../schema/itsm/problem.js";
import type { ItsmRecord } from "../../../../schema/itsm/record.js";
import { type Context, recordId } from "../../connector.js";
import { common, named, refOf } from "../map.js";
import type { WireArticle, WireAsset, WireChange, WireIncident, WireProblem, WireRecord } from "./wire.js";

export const toIncident = (
  context: Context,
  { requester, assignee, change, problem, responder, ...wire }: WireIncident,
): Incident => ({
  ...named(wire),
  ...common(context, "itsm", "incident", wire),
  requesterId: refOf(context, "user", requester),
  assigneeId: refOf(context, "user", assignee),
  responderId: refOf(context, "user", responder),
  changeId: refOf(context, "change", change),
  problemId: refOf(context, "problem", problem),
});

export const toProblem = (context: Context, { requester, assignee, change, ...wire }: WireProblem): Problem => ({
  ...named(wire),
  ...common(context, "itsm", "problem", wire),
  requesterId: refOf(context, "user", requester),
  assigneeId: refOf(context, "user", assignee),
  changeId: refOf(context, "change", change),
});

export const toChangeRequest = (context: Context, { requester, assignee, ...wire }: WireChange): ChangeRequest => ({
  ...named(wire),
  ...common(context, "itsm", "change", wire),
  requesterId: refOf(context, "user", requester),
  assigneeId: refOf(context, "user", assignee),
});

export const toArticle = (context: Context, { author, ...wire }: WireArticle): Article => ({
  ...named(wire),
  ...common(context, "itsm", "article", wire),
  authorId: refOf(context, "user", author),
});

export const toAsset = (context: Context, { assignee, owner, ...wire }: WireAsset): Asset => ({
  ...named(wire),
  ...common(context, "itsm", "asset", wire),
  assigneeId: refOf(context, "user", assignee),
  ownerId: refOf(context, "user", owner),
});

/** The reference keeps its attributes in the raw object, and its type. */
export const toRecord = (context: Context, wire: WireRecord): ItsmRecord => ({
  ...named(wire),
  ...common(context, "itsm", "object", { ...wire, id: recordId(wire.raw.type, wire.id) }),
  rawType: wire.raw.type,
  values: wire.raw.object,
});
