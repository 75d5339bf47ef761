import type { Article } from "../../../schema/itsm/article.js";
import type { Asset } from "../../../schema/itsm/asset.js";
import type { ChangeRequest } from "../../../schema/itsm/change.js";
import type { Comment } from "../../../schema/itsm/comment.js";
import type { Incident } from "../../../schema/itsm/incident.js";
import type { Problem } from "../../../schema/itsm/problem.js";
import type { ItsmRecord } from "../../../schema/itsm/record.js";
import type { ItsmUser } from "../../../schema/itsm/user.js";
import type { Collection, RawFields, Text } from "./collection.js";
import type { Context, Page, Paging } from "./context.js";
import type { RecordDraft } from "./crm.js";

export type ItsmItem = Incident | Problem | ChangeRequest | Article | Asset | ItsmRecord;

export interface ItsmQuery {
  query?: string | undefined;
  /** ISO 8601; changed at or after it. */
  modifiedSince?: string | undefined;
  status?: string | undefined;
}
export interface AssetQuery extends ItsmQuery {
  assignee?: string | undefined;
}
/** Of what is worked on: incidents, problems, changes. */
export interface TicketQuery extends AssetQuery {
  active?: boolean | undefined;
  priority?: string | undefined;
}

interface TicketDraft extends RawFields {
  subject?: Text;
  description?: Text;
  requester?: Text;
  assignee?: Text;
  active?: boolean;
  category?: Text;
  /** low, medium or high. */
  impact?: Text;
  /** low, medium, high or critical; absent in a new one: what impact and urgency add up to. */
  priority?: Text;
  status?: Text;
  /** low, medium or high. */
  urgency?: Text;
}
export interface IncidentDraft extends TicketDraft {
  change?: Text;
  problem?: Text;
  responder?: Text;
  dueDate?: Text;
  escalation?: Text;
}
export interface ProblemDraft extends TicketDraft {
  change?: Text;
  dueDate?: Text;
  escalation?: Text;
  knownError?: boolean;
  workaround?: Text;
}
export interface ChangeRequestDraft extends TicketDraft {
  changeType?: Text;
  risk?: Text;
  start?: Text;
  end?: Text;
}
export interface ArticleDraft extends RawFields {
  title?: string;
  body?: Text;
  description?: Text;
  author?: Text;
  category?: Text;
  knowledgeBase?: Text;
  status?: Text;
}
export interface AssetDraft extends RawFields {
  name?: string;
  description?: Text;
  assetTag?: Text;
  serialNumber?: Text;
  model?: Text;
  category?: Text;
  assignee?: Text;
  owner?: Text;
  location?: Text;
  status?: Text;
  cost?: number | null;
  purchaseDate?: Text;
  warrantyExpiration?: Text;
}

/** What comments can be written beneath. */
export interface ItsmKey {
  type: ItsmItem["type"];
  /** Native. */
  id: string;
}

/** The native id of a comment: services find it through its record. */
export const commentId = ({ type, id }: ItsmKey, comment: string): string => `${type}\n${comment}\n${id}`;
export const ofCommentId = (native: string): ItsmKey => {
  const [type = "", , ...id] = native.split("\n");
  return { type: type as ItsmKey["type"], id: id.join("\n") };
};

/** Source: the unified API, "ITSM API". */
export interface ItsmOperations {
  readonly incidents?: Collection<Incident, TicketQuery, IncidentDraft>;
  readonly problems?: Collection<Problem, TicketQuery, ProblemDraft>;
  readonly changes?: Collection<ChangeRequest, TicketQuery, ChangeRequestDraft>;
  readonly articles?: Collection<Article, ItsmQuery, ArticleDraft>;
  readonly assets?: Collection<Asset, AssetQuery, AssetDraft>;
  /** Native ids are made by `recordId`. */
  readonly objects?: Collection<ItsmRecord, { rawType: string }, RecordDraft>;
  readonly users?: Collection<ItsmUser>;
  /** Oldest first. */
  comments?(context: Context, record: ItsmKey, paging: Paging): Promise<Page<Comment>>;
  /** First pages for 50 records at most; aligned, an `Error` for each that failed. One call upstream. Absent: `comments` is asked for each. */
  commentsMany?(context: Context, records: readonly ItsmKey[], limit: number): Promise<(Page<Comment> | Error)[]>;
  addComment?(context: Context, record: ItsmKey, comment: { text: string; internal: boolean }): Promise<Comment>;
}
