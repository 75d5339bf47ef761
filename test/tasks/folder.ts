import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "../../src/store/database.js";
import { openEmbeddedQueue } from "../../src/tasks/embedded/queue.js";
import type { TaskQueue } from "../../src/tasks/queue.js";
import type { QueuePlace } from "../conformance/queue.js";

/** The database's file in a data folder. */
export const databaseIn = (folder: string): string => join(folder, "tasks.sqlite");

/** A new data folder with a queue, removed in the end. */
export const openPlace = async (now?: () => number): Promise<QueuePlace & { folder: string }> => {
  const folder = await mkdtemp(join(tmpdir(), "unigraph-tasks-"));
  const queues: TaskQueue[] = [];
  return {
    folder,
    async connect() {
      const queue = openEmbeddedQueue({ database: openDatabase(databaseIn(folder)), ...(now && { now }) });
      queues.push(queue);
      return queue;
    },
    async close() {
      for (const queue of queues) await queue.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
