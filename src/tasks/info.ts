import type { Task } from "./queue.js";

/** Seconds and per cent; null where it cannot be told. */
export interface TaskInfo {
  timeElapsed: number | null;
  /** As if the rest went as fast as what is done. */
  timeRemaining: number | null;
  percentCompleted: number | null;
}

/** How far a task is. `now` in milliseconds since 1970. */
export const taskInfo = ({ status, started, finished, progress }: Task, now: number): TaskInfo => {
  if (status === "UNKNOWN" || started === null)
    return { timeElapsed: null, timeRemaining: null, percentCompleted: null };
  const end = finished === null ? now : Date.parse(finished);
  const timeElapsed = Math.max(0, end - Date.parse(started)) / 1000;
  if (status === "SUCCEEDED") return { timeElapsed, timeRemaining: 0, percentCompleted: 100 };
  const part = partDone(progress);
  return {
    timeElapsed,
    timeRemaining: status === "STARTED" && part ? Math.round((timeElapsed / part - timeElapsed) * 1000) / 1000 : null,
    // Rounded down: 100 is for what has succeeded, or has nothing left but its end.
    percentCompleted: part === null ? null : Math.floor(part * 1000) / 10,
  };
};

/** 0 to 1. A total that grows while folders are read may stand below what is done. */
const partDone = (progress: Task["progress"]): number | null =>
  progress?.total ? Math.min(1, Math.max(0, progress.done / progress.total)) : null;
