import { payloadOf } from "../common/payloadOf.js";
import { Article } from "./article.js";
import { Asset } from "./asset.js";
import { ChangeRequest } from "./change.js";
import { Comment } from "./comment.js";
import { Incident } from "./incident.js";
import { Problem } from "./problem.js";
import { ItsmRecord } from "./record.js";

export const IncidentPayload = payloadOf("Incident", "incident", () => Incident);
export const ProblemPayload = payloadOf("Problem", "problem", () => Problem);
export const ChangeRequestPayload = payloadOf("ChangeRequest", "changeRequest", () => ChangeRequest);
export const ArticlePayload = payloadOf("Article", "article", () => Article);
export const AssetPayload = payloadOf("Asset", "asset", () => Asset);
export const ItsmRecordPayload = payloadOf("ItsmRecord", "itsmRecord", () => ItsmRecord);
export const CommentPayload = payloadOf("Comment", "comment", () => Comment);
