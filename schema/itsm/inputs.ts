import { Field, Float, ID, InputType } from "type-graphql";
import { DateTime, JsonObject } from "../common/scalars.js";

@InputType()
abstract class RecordFields {
  @Field(() => String, { nullable: true })
  description?: string | null;
  @Field(() => String, { nullable: true })
  category?: string | null;
  @Field(() => String, { nullable: true, description: "As the service calls it." })
  status?: string | null;
  @Field(() => JsonObject, { nullable: true, description: "Fields of the service's own, laid over the others." })
  raw?: Record<string, unknown> | null;
}

@InputType()
abstract class TicketFields extends RecordFields {
  @Field(() => String, { nullable: true })
  subject?: string | null;
  @Field(() => ID, { nullable: true, description: "An ItsmUser." })
  requester?: string | null;
  @Field(() => ID, { nullable: true, description: "An ItsmUser." })
  assignee?: string | null;
  @Field(() => Boolean, { nullable: true })
  active?: boolean | null;
  @Field(() => String, { nullable: true, description: "low, medium or high: the effect on business." })
  impact?: string | null;
  @Field(() => String, { nullable: true, description: "low, medium or high: how long it can wait." })
  urgency?: string | null;
  @Field(() => String, {
    nullable: true,
    description:
      "low, medium, high or critical. A new one's is what impact and urgency add up to, when it is not said.",
  })
  priority?: string | null;
}

@InputType()
abstract class IncidentFields extends TicketFields {
  @Field(() => ID, { nullable: true, description: "Its cause." })
  problem?: string | null;
  @Field(() => ID, { nullable: true, description: "A ChangeRequest." })
  change?: string | null;
  @Field(() => ID, { nullable: true, description: "An ItsmUser." })
  responder?: string | null;
  @Field(() => DateTime, { nullable: true })
  dueDate?: string | null;
  @Field(() => String, { nullable: true })
  escalation?: string | null;
}

@InputType({ description: "Makes an incident." })
export class CreateIncidentInput extends IncidentFields {
  @Field(() => ID, { description: "The connected account to make it in." })
  account!: string;
  @Field(() => String)
  override subject!: string;
}
@InputType({ description: "Absent fields stay as they are; null clears." })
export class UpdateIncidentInput extends IncidentFields {
  @Field(() => ID)
  id!: string;
}

@InputType()
abstract class ProblemFields extends TicketFields {
  @Field(() => ID, { nullable: true, description: "A ChangeRequest." })
  change?: string | null;
  @Field(() => DateTime, { nullable: true })
  dueDate?: string | null;
  @Field(() => String, { nullable: true })
  escalation?: string | null;
  @Field(() => Boolean, { nullable: true })
  knownError?: boolean | null;
  @Field(() => String, { nullable: true })
  workaround?: string | null;
}

@InputType({ description: "Makes a problem." })
export class CreateProblemInput extends ProblemFields {
  @Field(() => ID, { description: "The connected account to make it in." })
  account!: string;
  @Field(() => String)
  override subject!: string;
}
@InputType({ description: "Absent fields stay as they are; null clears." })
export class UpdateProblemInput extends ProblemFields {
  @Field(() => ID)
  id!: string;
}

@InputType()
abstract class ChangeRequestFields extends TicketFields {
  @Field(() => String, { nullable: true, description: "standard, normal or emergency." })
  changeType?: string | null;
  @Field(() => String, { nullable: true })
  risk?: string | null;
  @Field(() => DateTime, { nullable: true })
  start?: string | null;
  @Field(() => DateTime, { nullable: true })
  end?: string | null;
}

@InputType({ description: "Makes a change." })
export class CreateChangeRequestInput extends ChangeRequestFields {
  @Field(() => ID, { description: "The connected account to make it in." })
  account!: string;
  @Field(() => String)
  override subject!: string;
}
@InputType({ description: "Absent fields stay as they are; null clears." })
export class UpdateChangeRequestInput extends ChangeRequestFields {
  @Field(() => ID)
  id!: string;
}

@InputType()
abstract class ArticleFields extends RecordFields {
  @Field(() => String, { nullable: true })
  title?: string | null;
  @Field(() => String, { nullable: true })
  body?: string | null;
  @Field(() => ID, { nullable: true, description: "An ItsmUser." })
  author?: string | null;
  @Field(() => String, { nullable: true })
  knowledgeBase?: string | null;
}

@InputType({ description: "Makes an article." })
export class CreateArticleInput extends ArticleFields {
  @Field(() => ID, { description: "The connected account to make it in." })
  account!: string;
  @Field(() => String)
  override title!: string;
}
@InputType({ description: "Absent fields stay as they are; null clears." })
export class UpdateArticleInput extends ArticleFields {
  @Field(() => ID)
  id!: string;
}

@InputType()
abstract class AssetFields extends RecordFields {
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => String, { nullable: true })
  assetTag?: string | null;
  @Field(() => String, { nullable: true })
  serialNumber?: string | null;
  @Field(() => String, { nullable: true })
  model?: string | null;
  @Field(() => String, { nullable: true })
  location?: string | null;
  @Field(() => ID, { nullable: true, description: "An ItsmUser: who uses it." })
  assignee?: string | null;
  @Field(() => ID, { nullable: true, description: "An ItsmUser: who answers for it." })
  owner?: string | null;
  @Field(() => Float, { nullable: true })
  cost?: number | null;
  @Field(() => DateTime, { nullable: true })
  purchaseDate?: string | null;
  @Field(() => DateTime, { nullable: true })
  warrantyExpiration?: string | null;
}

@InputType({ description: "Makes an asset." })
export class CreateAssetInput extends AssetFields {
  @Field(() => ID, { description: "The connected account to make it in." })
  account!: string;
  @Field(() => String)
  override name!: string;
}
@InputType({ description: "Absent fields stay as they are; null clears." })
export class UpdateAssetInput extends AssetFields {
  @Field(() => ID)
  id!: string;
}

@InputType({ description: "Makes a record of any table of the service." })
export class CreateItsmRecordInput {
  @Field(() => ID, { description: "The connected account to make it in." })
  account!: string;
  @Field(() => String, { description: "The service's own table: u_visit_c …" })
  rawType!: string;
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => String, { nullable: true })
  description?: string | null;
  @Field(() => JsonObject, { nullable: true, description: "Fields of the service's own, laid over the others." })
  raw?: Record<string, unknown> | null;
}
@InputType({ description: "Absent fields stay as they are; null clears." })
export class UpdateItsmRecordInput {
  @Field(() => ID)
  id!: string;
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => String, { nullable: true })
  description?: string | null;
  @Field(() => JsonObject, { nullable: true, description: "Fields of the service's own, laid over the others." })
  raw?: Record<string, unknown> | null;
}

@InputType({ description: "Writes beneath a record." })
export class AddCommentInput {
  @Field(() => ID, { description: "The incident, problem, change, article, asset or record." })
  id!: string;
  @Field(() => String)
  text!: string;
  @Field(() => Boolean, { nullable: true, defaultValue: false, description: "Hidden from who asked for help." })
  internal!: boolean | null;
}
