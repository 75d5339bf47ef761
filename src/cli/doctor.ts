import type { Command } from "commander";
import colors from "picocolors";
import { CHECKS, type Finding, type Setting } from "./checks.js";
import { action, type OutputOptions } from "./output.js";

export const doctorCommand = (program: Command): void => {
  program
    .command("doctor")
    .option("--json", "one JSON document")
    .description("look for everything that could keep the server from starting or serving, and say how to mend it")
    .action(
      action(async (options: OutputOptions) => {
        const findings = await examine(process.env);
        if (options.json) console.log(JSON.stringify(findings, null, 2));
        else for (const finding of findings) console.log(line(finding));
        if (findings.some(({ state }) => state === "wrong")) process.exitCode = 1;
      }),
    );
};

/** Runs the checks in their order. What an earlier one could not get at, later ones leave out. */
export const examine = async (environment: Setting["environment"]): Promise<Finding[]> => {
  const setting: Setting = { environment };
  const findings: Finding[] = [];
  for (const { name, run } of CHECKS) {
    const outcome = await run(setting).catch((error: Error) => ({ state: "wrong" as const, says: error.message }));
    if (outcome) findings.push({ name, ...outcome });
  }
  setting.close?.();
  return findings;
};

const MARKS = { well: colors.green("✓"), doubtful: colors.yellow("!"), wrong: colors.red("✗") } as const;

const line = ({ name, state, says, mend }: Finding): string =>
  `${MARKS[state]} ${name}: ${says}${mend ? `\n    → ${mend}` : ""}`;
