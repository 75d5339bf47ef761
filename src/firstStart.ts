import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Callers } from "./auth/callers.js";
import type { Config } from "./config.js";
import { RIGHTS, type Store } from "./store/store.js";
import { connectAccount } from "./unified/accounts.js";
import type { UnifiedApi } from "./unified/api.js";
import type { Audit } from "./unified/auditLog.js";

/** The application of a new data folder, with its API key. `key` is told only when it has just been made. */
export const firstApplication = async (
  { application, apiKey }: Pick<Config, "application" | "apiKey">,
  store: Store,
  callers: Callers,
  audit: Audit,
): Promise<{ id: string; key: string | null; fresh: boolean }> => {
  const there =
    application === undefined ? await store.applications.first() : await store.applications.get(application);
  const { id } =
    there ??
    (await store.applications.create({
      id: application ?? randomBytes(33).toString("base64url"),
      name: "First application",
      recentEnabled: true,
      eventsEnabled: true,
    }));
  const before = await store.keys.list(id);
  if (apiKey !== undefined) {
    const { id: key } = await callers.adoptKey(id, apiKey);
    if (!before.some(({ id: one }) => one === key))
      await audit.record({ application: id, name: "configuration" }, "key.created", `key ${key}`);
  }
  const keys = await store.keys.list(id);
  // Opening one proves that the secret is the one that sealed what is stored.
  if (keys[0]) callers.reveal(keys[0]);
  if (keys.length > 0) return { id, key: null, fresh: !there };
  const { key, record } = await callers.createKey(id, { name: "First key", rights: RIGHTS });
  await audit.record({ application: id, name: "first start" }, "key.created", `key ${record.id}`);
  return { id, key, fresh: !there };
};

/** A sandbox account and a local one, so that the first query has something to answer. */
export const firstAccounts = async (unified: UnifiedApi, application: string, folder: string): Promise<void> => {
  const session = unified.internal(application, new AbortController().signal);
  await connectAccount(session, { service: "sandbox", fields: { seed: "demo", size: "small" }, endUser: "demo" });
  await connectAccount(session, { service: "local", fields: { folder }, endUser: "demo" });
};

/** The folder of the first local account, with a few real documents when it is made: one that was emptied stays empty. */
export const firstFiles = async (folder: string, documents: boolean): Promise<void> => {
  const made = await mkdir(folder, { recursive: true });
  if (!documents || made === undefined) return;
  for (const [path, content] of Object.entries(DOCUMENTS)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), content);
  }
};

const DOCUMENTS: Readonly<Record<string, string>> = {
  "Welcome.md": `# Welcome to Unigraph

These are real files in a folder of this machine. Ask for them:

    { account(id: "2") { name storage { root { contents { nodes { name type } } } } } }

Change one with any editor, and ask again.
`,
  "Reports/2026/budget.csv": `department,quarter,planned,spent
engineering,Q1,120000,118400
engineering,Q2,125000,127950
sales,Q1,80000,76210
sales,Q2,82000,81300
`,
  "Reports/2026/summary.md": `# Half-year summary

Engineering spent 1.0 % more than planned in the second quarter; sales stayed below plan in both.
`,
  "Contracts/terms.txt": `1. Scope. This agreement covers the services named in the order.
2. Term. It begins when both parties have signed and runs for twelve months.
`,
  "Notes/Ideen für später.txt": "Umlaute im Namen sind kein Problem. 🎉\n",
};
