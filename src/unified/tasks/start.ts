import { ApiError } from "../../errors.js";
import { announce } from "../../tasks/announce.js";
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
  await announce(session.unified.bus, task);
  return task;
};

/** A task that this caller may see: one of its accounts'. */
export const findTask = async (session: Session, id: string): Promise<Task> => {
  const task = await session.unified.queue.get(id);
  if (!task) throw noTask();
  await session.account(task.account).catch((error: unknown) => {
    throw error instanceof ApiError && error.code === "not_found" ? noTask() : error;
  });
  return task;
};

export const cancelTask = async (session: Session, id: string): Promise<Task> => {
  await findTask(session, id);
  const task = await session.unified.queue.cancel(id);
  if (!task) throw noTask();
  await announce(session.unified.bus, task);
  return task;
};

const noTask = () => new ApiError("not_found", "There is no such task.");
