import "./externalMemory.js";
import { createProgram } from "./cli/program.js";

// node:sqlite still announces itself as new at each start; every other warning is shown.
process.removeAllListeners("warning");
process.on("warning", (warning) => {
  if (warning.name !== "ExperimentalWarning" || !/SQLite/.test(warning.message)) console.error(String(warning));
});

await createProgram().parseAsync();
