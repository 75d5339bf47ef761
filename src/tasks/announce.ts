import { type EventBus, topics } from "./bus.js";
import type { Task } from "./queue.js";

/** Tells a task's readers, and those of its account's tasks, how it stands. The checkpoint is the workers' own affair. */
export const announce = async (bus: EventBus, task: Task): Promise<void> => {
  const told: Task = { ...task, checkpoint: null };
  await Promise.all([bus.publish(topics.task(task.id), told), bus.publish(topics.tasks(task.account), told)]);
};
