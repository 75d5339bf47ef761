import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "./config.js";

/** A secret and its number, by which what it has sealed names it. */
export interface NumberedSecret {
  number: number;
  secret: string;
}

/**
 * The operator's secret, after others that open what they have sealed and seal nothing more. A secret says its number before a colon,
 * `2:…`; without one it is the first.
 */
export const readSecrets = (
  data: string,
  given: string | undefined,
  others: readonly string[],
): [NumberedSecret, ...NumberedSecret[]] => {
  const secrets = [...others, readSecret(data, given)].map(numbered);
  if (new Set(secrets.map(({ number }) => number)).size < secrets.length)
    throw new ConfigError("UNIGRAPH_SECRET and UNIGRAPH_OTHER_SECRETS must have different numbers: 2:…");
  return secrets as [NumberedSecret, ...NumberedSecret[]];
};

const numbered = (text: string): NumberedSecret => {
  const [, number, secret] = /^(\d{1,3}):(.*)$/s.exec(text) ?? [];
  if (number === undefined || secret === undefined) return { number: 1, secret: text };
  if (Number(number) > 255 || secret.length < 32)
    throw new ConfigError("A secret with a number is 0 to 255, a colon, and at least 32 characters.");
  return { number: Number(number), secret };
};

/** The operator's secret, or the one made at the first start and kept in the data folder, readable by us alone. */
const readSecret = (data: string, given: string | undefined): string => {
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
