import { cancel, isCancel, password, select, text } from "@clack/prompts";
import type { Command } from "commander";
import type { Connector } from "../connectors/connector.js";
import { ApiError } from "../errors.js";
import { connectAccount } from "../unified/accounts.js";
import { withCore } from "./core.js";
import { action, type OutputOptions, print } from "./output.js";

interface ConnectOptions extends OutputOptions {
  field: Record<string, string>;
  endUser?: string;
}

export const connectCommand = (program: Command): void => {
  program
    .command("connect")
    .argument("[service]", "webdav, local, sandbox …; asked for when absent")
    .option("--field <name=value>", "one field of the service's form; may be given several times", collect, {})
    .option("--end-user <name>", "your own name for the person behind the account")
    .option("--json", "one JSON document; asks nothing")
    .description("connect an account, asking for what the service needs")
    .action(
      action((service: string | undefined, options: ConnectOptions) =>
        withCore(async ({ unified }, session) => {
          const asks = process.stdin.isTTY && !options.json;
          const connector = unified.connectors.get(service ?? (asks ? await choose(unified.connectors) : ""));
          if (!connector)
            throw new ApiError("not_found", `Name a service: ${[...unified.connectors.keys()].join(", ")}.`);
          const fields = asks ? await ask(connector, options.field) : options.field;
          const { account, token } = await connectAccount(session, {
            service: connector.service,
            fields,
            endUser: options.endUser,
          });
          print(
            [
              {
                number: account.account,
                name: account.record.name,
                token,
                ...(options.json ? { id: String(account.id) } : {}),
              },
            ],
            options,
          );
        }),
      ),
    );
};

const collect = (entry: string, fields: Record<string, string>): Record<string, string> => {
  const at = entry.indexOf("=");
  if (at < 1) throw new ApiError("invalid_parameters", `--field takes name=value, not ${JSON.stringify(entry)}.`);
  return { ...fields, [entry.slice(0, at)]: entry.slice(at + 1) };
};

const choose = async (connectors: ReadonlyMap<string, Connector>): Promise<string> =>
  answered(
    await select({
      message: "Which service?",
      options: [...connectors.values()].map(({ service, title }) => ({ value: service, label: title })),
    }),
  );

const ask = async (connector: Connector, given: Record<string, string>): Promise<Record<string, string>> => {
  const fields = { ...given };
  for (const { name, title, secret, required, hint } of connector.auth.fields) {
    if (fields[name] !== undefined) continue;
    const message = hint ? `${title} (${hint})` : title;
    const validate = (value: string | undefined) => (required && !value ? "This one is needed." : undefined);
    const value = answered(secret ? await password({ message, validate }) : await text({ message, validate }));
    if (value) fields[name] = value;
  }
  return fields;
};

const answered = (value: string | symbol): string => {
  if (!isCancel(value)) return String(value);
  cancel("Nothing was connected.");
  throw new ApiError("request_failed", "Cancelled.");
};
