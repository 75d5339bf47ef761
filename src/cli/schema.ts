import type { Command } from "commander";
import { printedSchema } from "../../resolvers/printed.js";
import { action } from "./output.js";

export const schemaCommand = (program: Command): void => {
  program
    .command("schema")
    .description("print the graph's schema (SDL)")
    .action(action(async () => console.log(await printedSchema())));
};
