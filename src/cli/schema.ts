import type { Command } from "commander";
import { action } from "./output.js";

export const schemaCommand = (program: Command): void => {
  program
    .command("schema")
    .description("print the graph's schema (SDL)")
    .action(
      action(async () => {
        const { printedSchema } = await import("../../resolvers/printed.js");
        console.log(await printedSchema());
      }),
    );
};
