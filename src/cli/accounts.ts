import type { Command } from "commander";
import { createToken, disconnectAccount } from "../unified/accounts.js";
import { withCore } from "./core.js";
import { action, type OutputOptions, print } from "./output.js";

/** Rows that one listing shows at most. */
const MAXIMUM = 1000;

export const accountsCommand = (program: Command): void => {
  const accounts = program.command("accounts").description("list, disconnect, or make a bearer token for one");

  accounts
    .command("list", { isDefault: true })
    .description("every connected account")
    .option("--json", "one JSON document")
    .action(
      action((options: OutputOptions) =>
        withCore(async (_core, session) => {
          const all = await session.accounts({}, { after: 0, limit: MAXIMUM });
          print(
            all.map(({ record, id }) => ({
              number: record.id,
              service: record.service,
              name: record.name,
              endUser: record.endUser ?? "",
              state: record.enabled ? (record.active ? "active" : "needs reconnecting") : "disabled",
              ...(options.json ? { id: String(id) } : {}),
            })),
            options,
          );
        }),
      ),
    );

  accounts
    .command("disconnect")
    .argument("<number>", "as `accounts` lists it", Number)
    .description("forget an account and its credential; nothing in the service changes")
    .action(
      action((number: number) =>
        withCore(async (_core, session) => {
          await disconnectAccount(await session.account(number));
          console.log(`account ${number} is disconnected`);
        }),
      ),
    );

  accounts
    .command("token")
    .argument("<number>", "as `accounts` lists it", Number)
    .description("make a bearer token for one account; it is shown this once")
    .action(
      action((number: number) =>
        withCore(async (_core, session) => {
          console.log(await createToken(await session.account(number)));
        }),
      ),
    );
};
