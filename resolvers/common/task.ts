import {
  Arg,
  Args,
  ArgsType,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from "type-graphql";
import { NodeInput } from "../../schema/common/inputs.js";
import { TaskPayload } from "../../schema/common/payloads.js";
import { Resource } from "../../schema/common/resource.js";
import { Task } from "../../schema/common/task.js";
import { ApiError } from "../../src/errors.js";
import { topics } from "../../src/tasks/bus.js";
import { taskInfo } from "../../src/tasks/info.js";
import type { Task as StoredTask } from "../../src/tasks/queue.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import { followTask } from "../../src/unified/tasks/follow.js";
import { accountOf } from "../../src/unified/tasks/job.js";
import { cancelTask, findTask } from "../../src/unified/tasks/start.js";
import { type Context, renew } from "../context.js";
import { merge, stream } from "../streams.js";
import { openAccount } from "./account.js";
import { IdArguments } from "./arguments.js";
import { readRef } from "./node.js";

@ArgsType()
class TasksArguments {
  @Field(() => [ID], { nullable: true, description: "Absent: all that the caller may see." })
  accounts?: string[] | null;
}

@Resolver(() => Task)
export class TaskResolver {
  @Authorized("read")
  @Query(() => Task, { nullable: true, description: "A task by its id, as it stands." })
  async task(@Arg("id", () => ID) id: string, @Ctx() context: Context): Promise<Task> {
    return readTask(context, (await context.session.resolveAs(id, "meta", ["task"])).native);
  }

  @FieldResolver(() => Resource, {
    nullable: true,
    description: "The outcome, kept for ten minutes after the end; then the status is UNKNOWN.",
  })
  async result(@Root() { outcome }: Task, @Ctx() context: Context): Promise<Resource | null> {
    if (!outcome) return null;
    const account = await accountOf(context.session, outcome);
    return readRef(context, account.ref(outcome.api as "storage", outcome.type, outcome.id), false);
  }

  @Authorized("write")
  @Mutation(() => TaskPayload, { description: "Stops a task. One that has ended stays as it is." })
  async cancelTask(
    @Arg("input", () => NodeInput) { id }: NodeInput,
    @Ctx() { session }: Context,
  ): Promise<TaskPayload> {
    const { native, scope } = await session.resolveAs(id, "meta", ["task"]);
    return { task: toTask(scope, await cancelTask(session, native)) };
  }

  @Authorized("read")
  @Subscription(() => Task, {
    name: "task",
    description: "The task now, then at every change, until it ends. A slow reader is told the newest progress.",
    subscribe: ({ args, context }) => watchTask(context as Context, (args as IdArguments).id),
  })
  followTask(@Args(() => IdArguments) _: IdArguments, @Root() task: Task): Task {
    return task;
  }

  @Authorized("read")
  @Subscription(() => Task, {
    name: "tasks",
    description: "Every change of the tasks of these accounts.",
    subscribe: ({ args, context }) => watchTasks(context as Context, (args as TasksArguments).accounts ?? null),
  })
  followTasks(@Args(() => TasksArguments) _: TasksArguments, @Root() task: Task): Task {
    return task;
  }
}

/** Here too the permission is looked at anew with each event. */
export const watchTask = async (context: Context, id: string): Promise<AsyncIterableIterator<Task>> => {
  const { native } = await context.session.resolveAs(id, "meta", ["task"]);
  await findTask(context.session, native);
  return stream(context.signal, async (signal) => {
    const tasks = followTask(context.session.unified, native, signal);
    return (async function* () {
      for await (const task of tasks) {
        renew(context);
        yield toTask(await accountOf(context.session, task), task);
      }
    })();
  });
};

/** Accounts that one subscription follows at most. */
const MAXIMUM = 1000;

const watchTasks = async (context: Context, ids: string[] | null): Promise<AsyncIterableIterator<Task>> => {
  if (ids && ids.length > MAXIMUM)
    throw new ApiError("invalid_parameters", `At most ${MAXIMUM} accounts can be followed at once.`);
  const accounts = ids
    ? await Promise.all(ids.map((id) => openAccount(context, id)))
    : await context.session.accounts({}, { after: 0, limit: MAXIMUM });
  const numbers = new Set(accounts.map(({ account }) => account));
  return stream(context.signal, async (signal) => {
    const { bus } = context.session.unified;
    const readers = [...numbers].map((number) => bus.subscribe(topics.tasks(number), { signal }));
    return (async function* () {
      for await (const { data } of merge(readers)) {
        const task = data as StoredTask | null;
        renew(context);
        const account = task && (await stillVisible(context, task));
        if (account) yield toTask(account, task);
      }
    })();
  });
};

/** The task's account, unless it has been taken from this caller meanwhile. */
const stillVisible = ({ session }: Context, task: StoredTask): Promise<ConnectedAccount | null> =>
  accountOf(session, task).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === "not_found") return null;
    throw error;
  });

export const readTask = async ({ session }: Context, id: string): Promise<Task> => {
  const task = await findTask(session, id);
  return toTask(await accountOf(session, task), task);
};

export const toTask = (account: ConnectedAccount, task: StoredTask): Task => ({
  id: account.ref("meta", "task", task.id),
  api: "meta",
  type: "task",
  operation: task.operation,
  status: task.status,
  info: taskInfo(task, Date.now()),
  attempt: task.attempt,
  error: task.error && {
    code: task.error.code.toUpperCase(),
    message: task.error.message,
    statusCode: task.error.status,
  },
  created: task.created,
  started: task.started,
  finished: task.finished,
  expires: task.expires,
  raw: null,
  outcome: task.result,
});
