import { z } from "zod";
import { taskInfo } from "../../tasks/info.js";
import type { Task } from "../../tasks/queue.js";
import type { Answer } from "./endpoint.js";

/** Of a task that has not ended. */
export const taskSchema = z
  .object({
    id: z.string(),
    status: z.enum(["STARTED", "UNKNOWN"]),
    info: z
      .object({
        time_elapsed: z.number().describe("Seconds."),
        time_remaining: z.number().nullable().describe("Seconds, as far as it can be told."),
        percent_completed: z.number(),
      })
      .nullable(),
  })
  .meta({ id: "Task", description: "Work in the background." });

/** Work that goes on after the answer. */
export const accepted = (task: Task): Answer => ({ status: 202, body: renderTask(task) });

/**
 * A task that waits or runs; what has ended is answered by its result instead. `UNKNOWN`: queued, or forgotten. Source: the unified API,
 * "Asynchronous requests and tasks".
 */
export const renderTask = (task: Task): z.output<typeof taskSchema> => {
  const { timeElapsed, timeRemaining, percentCompleted } = taskInfo(task, Date.now());
  return {
    id: task.id,
    status: task.status === "STARTED" ? "STARTED" : "UNKNOWN",
    info:
      timeElapsed === null
        ? null
        : { time_elapsed: timeElapsed, time_remaining: timeRemaining, percent_completed: percentCompleted ?? 0 },
  };
};

/** Never seen, another account's, or forgotten. */
export const unknownTask = (id: string) => ({ id, status: "UNKNOWN", info: null });
