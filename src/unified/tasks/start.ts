import { ApiError } from "../../errors.js";
import { topics } from "../../tasks/bus.js";
import type { OnWorkerLoss, Task } from "../../tasks/queue.js";
import type { ConnectedAccount } from "../account.js";
import type { Session } from "../session.js";

/** Queues work in an account's name. What can be refused at once has been refused before. */
export const startTask = async (
  { session, record, user }: ConnectedAccount,
  operation: string,
  input: Record<string, unknown>,
  onWorkerLoss: OnWorkerLoss,
): Promise<Task> => {
  const task = await session.unified.queue.add({
    application: record.application,
    account: record.id,
    user: user ?? null,
    operation,
    input,
    onWorkerLoss,
  });
  await publish(session, task);
  return task;
};

/** A task that this caller may see: one of its accounts'. */
export const findTask = async (session: Session, id: string): Promise<Task> => {
  const task = await session.unified.queue.get(id);
  if (!task) throw noTask();
  await session.account(task.account).catch(() => {
    throw noTask();
  });
  return task;
};

export const cancelTask = async (session: Session, id: string): Promise<Task> => {
  await findTask(session, id);
  const task = await session.unified.queue.cancel(id);
  if (!task) throw noTask();
  await publish(session, task);
  return task;
};

const publish = async ({ unified: { bus } }: Session, task: Task): Promise<void> => {
  await Promise.all([bus.publish(topics.task(task.id), task), bus.publish(topics.tasks(task.account), task)]);
};

const noTask = () => new ApiError("not_found", "There is no such task.");
