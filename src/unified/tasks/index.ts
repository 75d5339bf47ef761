import type { OnWorkerLoss } from "../../tasks/queue.js";
import { copy } from "./copy.js";
import { deleteItem } from "./delete.js";
import { importFile } from "./importFile.js";
import type { UnifiedJob } from "./job.js";

/** Every operation that runs in the background, and what a worker's death means for it. */
export const JOBS = {
  "storage.files.import": { run: importFile, onWorkerLoss: "resume" },
  "storage.copy": { run: copy, onWorkerLoss: "resume" },
  "storage.delete": { run: deleteItem, onWorkerLoss: "rerun" },
} as const satisfies Record<string, { run: UnifiedJob<never>; onWorkerLoss: OnWorkerLoss }>;
