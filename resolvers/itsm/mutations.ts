import { Arg, Authorized, Ctx, Mutation, Resolver } from "type-graphql";
import type { Comment } from "../../schema/itsm/comment.js";
import {
  AddCommentInput,
  CreateArticleInput,
  CreateAssetInput,
  CreateChangeRequestInput,
  CreateIncidentInput,
  CreateItsmRecordInput,
  CreateProblemInput,
  UpdateArticleInput,
  UpdateAssetInput,
  UpdateChangeRequestInput,
  UpdateIncidentInput,
  UpdateItsmRecordInput,
  UpdateProblemInput,
} from "../../schema/itsm/inputs.js";
import {
  ArticlePayload,
  AssetPayload,
  ChangeRequestPayload,
  CommentPayload,
  IncidentPayload,
  ItsmRecordPayload,
  ProblemPayload,
} from "../../schema/itsm/payloads.js";
import type { ItsmKey } from "../../src/connectors/connector.js";
import { ApiError } from "../../src/errors.js";
import { type Context, forgetReads } from "../context.js";
import { writing } from "../write.js";

const TICKET = { requester: "itsm.user", assignee: "itsm.user" } as const;
const RECORDS: readonly ItsmKey["type"][] = ["incident", "problem", "change", "article", "asset", "object"];

@Resolver()
class CommentMutations {
  @Authorized("write")
  @Mutation(() => CommentPayload, { description: "Writes beneath a record." })
  async addComment(
    @Arg("input", () => AddCommentInput) { id, text, internal }: AddCommentInput,
    @Ctx() context: Context,
  ): Promise<{ comment: Comment }> {
    if (text.trim() === "") throw new ApiError("invalid_parameters", "`text` must not be empty.");
    const { scope, type, native } = await context.session.resolveAs(id, "itsm", RECORDS);
    const record = { type: type as ItsmKey["type"], id: native };
    const comment = await scope.apis(false).itsm.addComment(record, { text, internal: internal ?? false });
    forgetReads(context);
    return { comment };
  }
}

export const ItsmMutations = [
  CommentMutations,
  writing({
    name: "Incident",
    title: "an incident",
    field: "incident",
    api: "itsm",
    type: "incident",
    collection: (account) => account.apis(false).itsm.incidents,
    payload: IncidentPayload,
    createInput: CreateIncidentInput,
    updateInput: UpdateIncidentInput,
    references: { ...TICKET, responder: "itsm.user", problem: "itsm.problem", change: "itsm.change" },
  }),
  writing({
    name: "Problem",
    title: "a problem",
    field: "problem",
    api: "itsm",
    type: "problem",
    collection: (account) => account.apis(false).itsm.problems,
    payload: ProblemPayload,
    createInput: CreateProblemInput,
    updateInput: UpdateProblemInput,
    references: { ...TICKET, change: "itsm.change" },
  }),
  writing({
    name: "ChangeRequest",
    title: "a change",
    field: "changeRequest",
    api: "itsm",
    type: "change",
    collection: (account) => account.apis(false).itsm.changes,
    payload: ChangeRequestPayload,
    createInput: CreateChangeRequestInput,
    updateInput: UpdateChangeRequestInput,
    references: TICKET,
  }),
  writing({
    name: "Article",
    title: "an article",
    field: "article",
    api: "itsm",
    type: "article",
    collection: (account) => account.apis(false).itsm.articles,
    payload: ArticlePayload,
    createInput: CreateArticleInput,
    updateInput: UpdateArticleInput,
    references: { author: "itsm.user" },
  }),
  writing({
    name: "Asset",
    title: "an asset",
    field: "asset",
    api: "itsm",
    type: "asset",
    collection: (account) => account.apis(false).itsm.assets,
    payload: AssetPayload,
    createInput: CreateAssetInput,
    updateInput: UpdateAssetInput,
    references: { assignee: "itsm.user", owner: "itsm.user" },
  }),
  writing({
    name: "ItsmRecord",
    title: "a record of any table",
    field: "itsmRecord",
    api: "itsm",
    type: "object",
    collection: (account) => account.apis(false).itsm.objects,
    payload: ItsmRecordPayload,
    createInput: CreateItsmRecordInput,
    updateInput: UpdateItsmRecordInput,
    references: {},
  }),
];
