import type { Command } from "commander";
import colors from "picocolors";
import { ConfigError } from "../config.js";
import { ApiError } from "../errors.js";

export interface OutputOptions {
  json?: boolean;
}

/** A table for people, one JSON document for scripts. */
export const print = (rows: readonly Record<string, unknown>[], { json }: OutputOptions): void => {
  if (json) {
    console.log(JSON.stringify(rows, null, 2));
    return;
  }
  if (rows.length === 0) {
    console.log("none");
    return;
  }
  const names = Object.keys(rows[0] as object);
  const cells = [names, ...rows.map((row) => names.map((name) => plain(row[name])))];
  const widths = names.map((_, column) => Math.max(...cells.map((row) => (row[column] as string).length)));
  cells.forEach((row, index) => {
    const line = row
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join("  ")
      .trimEnd();
    console.log(index === 0 ? colors.bold(line) : line);
  });
};

// What a service names itself must not move the cursor of a terminal.
const plain = (value: unknown): string =>
  (Array.isArray(value) ? value.join(" ") : String(value ?? "")).replace(/[\u0000-\u001f\u007f-\u009f]/g, "?");

/** Exit codes: 1 it failed, 2 it was called wrongly or configured wrongly. One sentence says why. */
export const fail = (error: unknown, { json }: OutputOptions = {}): void => {
  const known = error instanceof ConfigError || error instanceof ApiError;
  const message = known ? error.message : error instanceof Error ? error.message : String(error);
  if (json)
    console.log(JSON.stringify({ error: { code: error instanceof ApiError ? error.code : "failed", message } }));
  else console.error(`${colors.red("error")} ${message}`);
  process.exitCode = error instanceof ConfigError ? 2 : 1;
};

/** A command's action that ends with a sentence, never with a stack. */
export const action =
  <Parameters extends unknown[]>(run: (...parameters: Parameters) => Promise<void>) =>
  async (...parameters: Parameters): Promise<void> => {
    const command = parameters.at(-1) as unknown as Command;
    await run(...parameters).catch((error: unknown) => fail(error, command.opts<OutputOptions>()));
  };
