import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Recipe } from "./server.js";

/** Storage accounts that azurite plays, each with its key. */
export const AZURITE_ACCOUNTS = {
  first: { account: "devstoreaccount1", key: Buffer.alloc(64, "first").toString("base64") },
  second: { account: "secondaccount", key: Buffer.alloc(64, "second").toString("base64") },
} as const;

/** Microsoft's own emulator of Blob Storage: it checks SharedKey and SAS signatures, and the rules of names. */
export const azurite: Recipe = {
  name: "azurite",
  packages: {},
  // A package of ours may lie where nobody else may look.
  keepsRights: true,
  prepare: async ({ files, port }) => ({
    command: "/usr/bin/env",
    arguments: [
      `AZURITE_ACCOUNTS=${Object.values(AZURITE_ACCOUNTS)
        .map(({ account, key }) => `${account}:${key}`)
        .join(";")}`,
      ...[process.execPath, join(dirname(fileURLToPath(import.meta.resolve("azurite/package.json"))), PROGRAM)],
      ...["--blobHost", "127.0.0.1", "--blobPort", String(port), "--location", files],
      ...["--disableTelemetry", "--skipApiVersionCheck", "--silent"],
    ],
    path: `/${AZURITE_ACCOUNTS.first.account}`,
  }),
};

const PROGRAM = "dist/src/blob/main.js";
