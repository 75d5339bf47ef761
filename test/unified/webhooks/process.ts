/** A process that tells webhooks until it is killed: `process.js <data folder>`, with the settings of its environment. */
import { openCore } from "../../../src/app.js";
import { readConfig } from "../../../src/config.js";
import { Deliverer } from "../../../src/unified/webhooks/deliverer.js";

const core = await openCore(readConfig(process.env), () => "http://unigraph.test");
const deliverer = new Deliverer(core.unified, (error) => {
  throw error;
});
process.once("message", () => void deliverer.look());
process.on("disconnect", () => process.exit());
process.send?.("open");
