import { Field, Float, Int, registerEnumType } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { ApiObject } from "./apiObject.js";
import { registerType } from "./node.js";
import { Resource } from "./resource.js";
import { DateTime } from "./scalars.js";

export const TaskStatus = {
  UNKNOWN: "UNKNOWN",
  PENDING: "PENDING",
  STARTED: "STARTED",
  SUCCEEDED: "SUCCEEDED",
  FAILED: "FAILED",
  CANCELLED: "CANCELLED",
} as const;
registerEnumType(TaskStatus, {
  name: "TaskStatus",
  description:
    "How far a task is. SUCCEEDED, FAILED and CANCELLED are final; UNKNOWN is a task whose result is forgotten.",
});

@ApiObject({ description: "Seconds and per cent; null where it cannot be told." })
export class TaskInfo {
  @Field(() => Float, { nullable: true })
  timeElapsed!: number | null;
  @Field(() => Float, { nullable: true })
  timeRemaining!: number | null;
  @Field(() => Float, { nullable: true })
  percentCompleted!: number | null;
}

@ApiObject({ description: "Why a task failed, as an error would have said it." })
export class TaskError {
  @Field(() => String)
  code!: string;
  @Field(() => String)
  message!: string;
  @Field(() => Int)
  statusCode!: number;
}

@ApiObject({
  implements: Resource,
  description: "Work that goes on after the answer: an asynchronous request of the unified API.",
})
export class Task extends Resource {
  declare id: Ref;
  declare api: "meta";
  declare type: "task";
  @Field(() => String, { description: "storage.copy, storage.files.import …" })
  operation!: string;
  @Field(() => TaskStatus)
  status!: keyof typeof TaskStatus;
  @Field(() => TaskInfo, { nullable: true })
  info!: TaskInfo | null;
  @Field(() => Int, { description: "1 for the first worker; higher after a worker was lost." })
  attempt!: number;
  @Field(() => TaskError, { nullable: true })
  error!: TaskError | null;
  @Field(() => DateTime)
  created!: string;
  @Field(() => DateTime, { nullable: true })
  started!: string | null;
  @Field(() => DateTime, { nullable: true })
  finished!: string | null;
  @Field(() => DateTime, {
    nullable: true,
    description: "When the result is forgotten and the status becomes UNKNOWN.",
  })
  expires!: string | null;
  /** Not exposed: `result` follows it. */
  outcome!: { account: number; api: string; type: string; id: string } | null;
}
registerType("meta.task", "Task");
