import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "./config.js";

/** The operator's secret, or the one made at the first start and kept in the data folder, readable by us alone. */
export const readSecret = (data: string, given: string | undefined): string => {
  if (given !== undefined) return given;
  const file = join(data, "secret");
  try {
    // Fails when the file is there: of two processes that start at once, one writes and both read.
    writeFileSync(file, `${randomBytes(32).toString("base64url")}\n`, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST")
      throw new ConfigError(`UNIGRAPH_DATA must be a folder that can be written: ${data}.`, { cause: error });
  }
  const secret = readFileSync(file, "utf8").trim();
  if (secret.length < 32) throw new ConfigError(`The secret in ${file} is too short; put the lost one back.`);
  return secret;
};
