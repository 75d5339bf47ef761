/**
 * A worker in a process of its own, to be killed: `process.js <data folder> <lease seconds>`. Each step is a line in the folder's
 * `steps` before it is a checkpoint, as a copied file is.
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { openDatabase } from "../../src/store/database.js";
import { openEmbeddedBus } from "../../src/tasks/embedded/bus.js";
import { openEmbeddedQueue } from "../../src/tasks/embedded/queue.js";
import { type Job, startWorker } from "../../src/worker/worker.js";
import { databaseIn } from "./folder.js";

const [folder, leaseSeconds] = process.argv.slice(2);
if (!folder) throw new Error("a data folder is needed");

const steps: Job = async ({ id, attempt, input, checkpoint }, { progress }) => {
  const total = input.steps as number;
  for (let step = Number(checkpoint?.step ?? 0) + 1; step <= total; step++) {
    appendFileSync(join(folder, "steps"), `${id} ${attempt} ${step}\n`);
    await progress(step, total, { step });
    await wait(1);
  }
  return null;
};

const poison: Job = async ({ id, attempt }) => {
  appendFileSync(join(folder, "steps"), `${id} ${attempt} 0\n`);
  await wait(50); // those beside it have begun
  process.exit(7);
};

startWorker({
  queue: openEmbeddedQueue({ database: openDatabase(databaseIn(folder)) }),
  bus: openEmbeddedBus(),
  jobs: new Map([
    ["steps", steps],
    ["poison", poison],
  ]),
  leaseSeconds: Number(leaseSeconds),
  log: console,
});
process.send?.("started");
process.on("disconnect", () => process.exit());
