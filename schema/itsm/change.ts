import { Field } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { DateTime } from "../common/scalars.js";
import { ItsmResource } from "./itsmResource.js";

@ApiObject({ implements: ItsmResource, description: "A change that is planned, or done." })
export class ChangeRequest extends ItsmResource {
  declare api: "itsm";
  declare type: "change";
  @Field(() => String, { nullable: true })
  subject!: string | null;
  @Field(() => Boolean, { nullable: true })
  active!: boolean | null;
  @Field(() => String, { nullable: true })
  category!: string | null;
  @Field(() => String, { nullable: true })
  status!: string | null;
  @Field(() => String, { nullable: true, description: "standard, normal or emergency." })
  changeType!: string | null;
  @Field(() => String, { nullable: true })
  risk!: string | null;
  @Field(() => DateTime, { nullable: true })
  start!: string | null;
  @Field(() => DateTime, { nullable: true })
  end!: string | null;
  @Field(() => String, { nullable: true, description: "low, medium or high: the effect on business." })
  impact!: string | null;
  @Field(() => String, { nullable: true, description: "low, medium, high or critical." })
  priority!: string | null;
  @Field(() => String, { nullable: true, description: "low, medium or high: how long it can wait." })
  urgency!: string | null;
  /** Not exposed: `requester` follows it. */
  requesterId!: Ref | null;
  /** Not exposed: `assignee` follows it. */
  assigneeId!: Ref | null;
}
registerType("itsm.change", "ChangeRequest");

export const ChangeRequestConnection = connectionOf<ChangeRequest>("ChangeRequest", () => ChangeRequest);
