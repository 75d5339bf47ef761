import type { Command } from "commander";
import { readConfig } from "../config.js";
import { fail } from "./output.js";

export const serveCommand = (program: Command): void => {
  program
    .command("serve", { isDefault: true })
    .description("run the server (the default)")
    .action(async () => {
      try {
        const config = readConfig(process.env);
        const { serveProcess } = await import("../serve.js");
        await serveProcess(config);
      } catch (error) {
        fail(error);
        // Whatever was opened before the failure would keep the process.
        process.exit();
      }
    });
};
