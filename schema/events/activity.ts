import { Field, ID, registerEnumType } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { Person } from "../common/person.js";
import { Resource } from "../common/resource.js";
import { DateTime } from "../common/scalars.js";

export const ActivityKind = {
  ADD: "ADD",
  UPDATE: "UPDATE",
  DELETE: "DELETE",
  MOVE: "MOVE",
  RENAME: "RENAME",
  COPY: "COPY",
  RESTORE: "RESTORE",
  SHARE: "SHARE",
  DOWNLOAD: "DOWNLOAD",
  OTHER: "OTHER",
} as const;
registerEnumType(ActivityKind, {
  name: "ActivityKind",
  description: "What happened. Services that cannot tell a move or a new name from a new object say DELETE and ADD.",
});

@ApiObject({ implements: Resource, description: "Something happened to an object: the unified Events API." })
export class Activity extends Resource {
  declare api: "events";
  declare type: "activity";
  @Field(() => ActivityKind)
  kind!: keyof typeof ActivityKind;
  @Field(() => ID, { description: "The object's id, also when it is gone." })
  objectId!: Ref;
  @Field(() => Person, { nullable: true, description: "Who did it, where the service says." })
  user!: Person | null;
  @Field(() => String, { nullable: true })
  ip!: string | null;
  @Field(() => DateTime)
  occurred!: string;
  @Field(() => String, { description: "Resume from here with `after`." })
  cursor!: string;
}
registerType("events.activity", "Activity");

export const ActivityConnection = connectionOf<Activity>("Activity", () => Activity);
