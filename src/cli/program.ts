import { Command } from "commander";
import { accountsCommand } from "./accounts.js";
import { appCommand } from "./app.js";
import { auditCommand } from "./audit.js";
import { connectCommand } from "./connect.js";
import { doctorCommand } from "./doctor.js";
import { keysCommand } from "./keys.js";
import { queryCommand } from "./query.js";
import { schemaCommand } from "./schema.js";
import { serveCommand } from "./serve.js";
import { webhooksCommand } from "./webhooks.js";

export const createProgram = (): Command => {
  const program = new Command("unigraph")
    .description("One GraphQL graph over the unified APIs.")
    .addHelpText(
      "after",
      "\nSettings come from the environment; see .env.example. Exit codes: 0 done, 1 failed, 2 called or configured wrongly.",
    );
  for (const add of [
    serveCommand,
    doctorCommand,
    connectCommand,
    accountsCommand,
    queryCommand,
    schemaCommand,
    keysCommand,
    appCommand,
    webhooksCommand,
    auditCommand,
  ])
    add(program);
  return program;
};
