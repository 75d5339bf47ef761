import { type Command, Option } from "commander";
import { rotate } from "../auth/rotation.js";
import { ApiError } from "../errors.js";
import { RIGHTS, type Right } from "../store/store.js";
import { createApiKey, revokeApiKey } from "../unified/applications/apiKeys.js";
import { withCore } from "./core.js";
import { action, type OutputOptions, print } from "./output.js";

export const keysCommand = (program: Command): void => {
  const keys = program.command("keys").description("list, create or revoke API keys");

  keys
    .command("list", { isDefault: true })
    .description("every API key of the application, without its text")
    .option("--json", "one JSON document")
    .action(
      action((options: OutputOptions) =>
        withCore(async ({ unified, application }) => {
          const all = await unified.store.keys.list(application);
          print(
            all.map(({ id, name, prefix, rights, created, expires }) => ({
              id,
              name,
              begins: `${prefix}…`,
              rights,
              created,
              expires: expires ?? "never",
            })),
            options,
          );
        }),
      ),
    );

  keys
    .command("create")
    .argument("<name>", "what it is for")
    .addOption(
      new Option("--rights <rights...>", "what it may do").choices([...RIGHTS]).default(["read", "write", "raw"]),
    )
    .option("--expires <time>", "ISO 8601")
    .description("make an API key; it is shown this once")
    .action(
      action((name: string, { rights, expires }: { rights: Right[]; expires?: string }) =>
        withCore(async ({ application }, session) => {
          const time = expires === undefined ? null : Date.parse(expires);
          if (time !== null && !(time > Date.now()))
            throw new ApiError("invalid_parameters", "--expires must be an ISO 8601 time in the future.");
          const { key } = await createApiKey(session, application, {
            name,
            rights,
            expires: time === null ? null : new Date(time).toISOString(),
          });
          console.log(key);
        }),
      ),
    );

  keys
    .command("revoke")
    .argument("<id>", "as `keys` lists it", Number)
    .description("make an API key worthless within half a minute")
    .action(
      action((id: number) =>
        withCore(async ({ application }, session) => {
          await revokeApiKey(session, application, id);
          console.log(`key ${id} is revoked`);
        }),
      ),
    );

  keys
    .command("rotate")
    .description(
      "wrap all that other secrets have sealed under UNIGRAPH_SECRET; may be stopped and run again, beside running servers",
    )
    .action(
      action(() =>
        withCore(async ({ unified: { store }, vault }) => {
          console.log(`${await rotate({ store, vault })} sealed values are under the newest secret now`);
        }),
      ),
    );
};
