import { Field } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { DateTime } from "../common/scalars.js";
import { ItsmResource } from "./itsmResource.js";

@ApiObject({ implements: ItsmResource, description: "The cause of incidents." })
export class Problem extends ItsmResource {
  declare api: "itsm";
  declare type: "problem";
  @Field(() => String, { nullable: true })
  subject!: string | null;
  @Field(() => Boolean, { nullable: true })
  active!: boolean | null;
  @Field(() => String, { nullable: true })
  category!: string | null;
  @Field(() => String, { nullable: true })
  status!: string | null;
  @Field(() => DateTime, { nullable: true })
  dueDate!: string | null;
  @Field(() => String, { nullable: true })
  escalation!: string | null;
  @Field(() => String, { nullable: true, description: "low, medium or high: the effect on business." })
  impact!: string | null;
  @Field(() => String, { nullable: true, description: "low, medium, high or critical." })
  priority!: string | null;
  @Field(() => String, { nullable: true, description: "low, medium or high: how long it can wait." })
  urgency!: string | null;
  @Field(() => Boolean, { nullable: true })
  knownError!: boolean | null;
  @Field(() => String, { nullable: true })
  workaround!: string | null;
  /** Not exposed: `change` follows it. */
  changeId!: Ref | null;
  /** Not exposed: `requester` follows it. */
  requesterId!: Ref | null;
  /** Not exposed: `assignee` follows it. */
  assigneeId!: Ref | null;
}
registerType("itsm.problem", "Problem");

export const ProblemConnection = connectionOf<Problem>("Problem", () => Problem);
