import type { Command } from "commander";
import { ApiError } from "../errors.js";
import { readAudit } from "../unified/auditLog.js";
import { checkAudit } from "../unified/auditLogCheck.js";
import { withCore } from "./core.js";
import { action, type OutputOptions, print } from "./output.js";

/** Rows that one listing shows at most. */
const MAXIMUM = 1000;

export const auditCommand = (program: Command): void => {
  const audit = program.command("audit").description("who did what: list it, or verify that nothing of it was changed");

  audit
    .command("list", { isDefault: true })
    .description(`the newest ${MAXIMUM} rows of the application's audit log`)
    .option("--json", "one JSON document")
    .action(
      action((options: OutputOptions) =>
        withCore(async (_core, session) => {
          const rows = await readAudit(session, MAXIMUM);
          print(
            rows.map(({ number, time, actor, action: done, subject, details, hash }) => ({
              number,
              time,
              actor,
              action: done,
              subject,
              details: options.json ? details : JSON.stringify(details),
              ...(options.json ? { hash } : {}),
            })),
            options,
          );
        }),
      ),
    );

  audit
    .command("verify")
    .argument("[head]", "as an earlier `audit verify` printed it: is it still in the chain?")
    .description("find a row that was removed, changed or moved")
    .action(
      action((head: string | undefined) =>
        withCore(async ({ unified }) => {
          const { rows, head: newest, fault } = await checkAudit(unified.store, head);
          if (fault !== null) throw new ApiError("data_conflict", `The audit log is broken. ${fault}`);
          console.log(`${rows} rows are as they were written; head ${newest ?? "none"}`);
        }),
      ),
    );
};
