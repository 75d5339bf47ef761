import "../../src/externalMemory.js";
import { once } from "node:events";
import type { Fields } from "../../src/connectors/connector.js";
import { testCore } from "../../test/support/core.js";
import type { Figures } from "./figures.js";
import { type Place, TASKS, type TaskName } from "./tasks.js";

/** What the process is to do, once. */
export interface Order {
  connector: string;
  fields: Fields;
  task: TaskName;
  place: Place;
}

const [order] = (await once(process, "message")) as [Order];
const core = await testCore();
const { storage } = await core.connect(order.connector, order.fields);
const began = performance.now();
await TASKS[order.task].ours(storage, order.place);
const seconds = (performance.now() - began) / 1000;
await core.close();
const figures: Figures = { seconds, mebibytes: process.resourceUsage().maxRSS / 1024 };
process.send?.(figures);
process.disconnect();
