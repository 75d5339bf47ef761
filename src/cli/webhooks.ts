import type { Command } from "commander";
import {
  createWebhook,
  deleteWebhook,
  enableWebhook,
  listWebhooks,
  readWebhookSecret,
  rotateWebhookSecret,
} from "../unified/applications/webhooks.js";
import { withCore } from "./core.js";
import { action, type OutputOptions, print } from "./output.js";

export const webhooksCommand = (program: Command): void => {
  const webhooks = program
    .command("webhooks")
    .description("tell addresses of the application what happens in accounts");
  const one = (name: string, description: string, run: Parameters<typeof onWebhook>[0]): void => {
    webhooks
      .command(name)
      .argument("<id>", "as `webhooks` lists it", Number)
      .description(description)
      .action(onWebhook(run));
  };

  webhooks
    .command("list", { isDefault: true })
    .description("every webhook of the application")
    .option("--json", "one JSON document")
    .action(
      action((options: OutputOptions) =>
        withCore(async ({ application }, session) => {
          const all = await listWebhooks(session, application);
          print(
            all.map(({ id, url, active, failingSince, disabledReason, created }) => ({
              id,
              url,
              state: active ? (failingSince === null ? "active" : `failing since ${failingSince}`) : "disabled",
              reason: disabledReason ?? "",
              created,
            })),
            options,
          );
        }),
      ),
    );

  webhooks
    .command("create")
    .argument("<url>", "it must answer a test with 200 and the application's id")
    .description("add a webhook; prints the secret that signs for it")
    .action(
      action((url: string) =>
        withCore(async ({ application }, session) => {
          const { webhook, secret } = await createWebhook(session, application, url);
          console.log(`webhook ${webhook.id}\n${secret}`);
        }),
      ),
    );

  one("enable", "test the receiver again, then tell it all that it has missed", async (session, application, id) => {
    await enableWebhook(session, application, id);
    return `webhook ${id} is active`;
  });
  one("secret", "print the secret that signs for it", readWebhookSecret);
  one("rotate", "print a new secret; the one before it signs as well for a day", rotateWebhookSecret);
  one("delete", "forget a webhook and what waits for it", async (session, application, id) => {
    await deleteWebhook(session, application, id);
    return `webhook ${id} is deleted`;
  });
};

/** Prints what is done to one webhook. */
const onWebhook = (run: (...webhook: Parameters<typeof deleteWebhook>) => Promise<string>) =>
  action((id: number) =>
    withCore(async ({ application }, session) => {
      console.log(await run(session, application, id));
    }),
  );
