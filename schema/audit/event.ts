import { Field, ID } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { Resource } from "../common/resource.js";
import { DateTime } from "../common/scalars.js";

@ApiObject({ description: "Who or what did something." })
export class AuditActor {
  @Field(() => ID, { nullable: true, description: "Global, as all ids are." })
  id!: Ref | null;
  @Field(() => String, { nullable: true })
  name!: string | null;
  @Field(() => String, { nullable: true })
  email!: string | null;
  @Field(() => String, { nullable: true, description: "user, service …" })
  type!: string | null;
}

@ApiObject({ description: "What something was done to." })
export class AuditTarget {
  @Field(() => ID, { nullable: true, description: "Global, as all ids are." })
  id!: Ref | null;
  @Field(() => String, { nullable: true })
  name!: string | null;
  @Field(() => String, { nullable: true, description: "As the service calls it: iam_user …" })
  type!: string | null;
}

@ApiObject({ implements: Resource, description: "An entry of an audit trail." })
export class AuditEvent extends Resource {
  declare api: "audit";
  declare type: "audit_event";
  @Field(() => String, { description: "As the service calls it: ConsoleLogin …" })
  action!: string;
  @Field(() => String, { nullable: true, description: "authentication, configuration …" })
  category!: string | null;
  @Field(() => String, { nullable: true, description: "success or failure." })
  outcome!: string | null;
  @Field(() => DateTime)
  occurred!: string;
  @Field(() => AuditActor, { nullable: true })
  actor!: AuditActor | null;
  @Field(() => [AuditTarget])
  targets!: AuditTarget[];
  @Field(() => String, { nullable: true })
  ip!: string | null;
  @Field(() => String, { nullable: true })
  userAgent!: string | null;
  @Field(() => String, { nullable: true })
  region!: string | null;
  @Field(() => String, { nullable: true, description: "The part of the service that told it." })
  source!: string | null;
  @Field(() => String, { nullable: true })
  description!: string | null;
  @Field(() => DateTime, { nullable: true })
  created!: string | null;
  @Field(() => DateTime, { nullable: true })
  modified!: string | null;
}
registerType("audit.audit_event", "AuditEvent");

export const AuditEventConnection = connectionOf<AuditEvent>("AuditEvent", () => AuditEvent);
