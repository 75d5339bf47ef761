import type { Command } from "commander";
import { pino } from "pino";
import { readConfig } from "../config.js";
import { serve } from "../serve.js";
import { createLog } from "../server/log.js";
import { shutDownOnSignals } from "../server/shutdown.js";
import { fail } from "./output.js";

/** The log goes to standard error: standard output says what a person or a script waits for. */
const STANDARD_ERROR = 2;

export const serveCommand = (program: Command): void => {
  program
    .command("serve", { isDefault: true })
    .description("run the server (the default)")
    .action(async () => {
      try {
        const config = readConfig(process.env);
        const log = createLog({ level: config.logLevel, destination: pino.destination({ dest: STANDARD_ERROR, sync: true }) });
        const serving = await serve(config, log);
        if (serving.core.firstKey !== null) console.log(`API key ${serving.core.firstKey} (shown this once; keep it)`);
        console.log(`ready ${serving.url}`);
        shutDownOnSignals({ log, server: serving, after: [() => serving.closeCore()] });
      } catch (error) {
        fail(error);
        // Whatever was opened before the failure would keep the process.
        process.exit();
      }
    });
};
