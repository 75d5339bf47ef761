import { text as readText } from "node:stream/consumers";
import { isCancel, password } from "@clack/prompts";
import { Argument, type Command, Option } from "commander";
import { ApiError } from "../errors.js";
import { getApplication, updateApplication } from "../unified/applications/applications.js";
import { createRedirectUri, deleteRedirectUri, listRedirectUris } from "../unified/applications/redirectUris.js";
import {
  createServiceKey,
  deleteServiceKey,
  listServiceKeys,
  updateServiceKey,
} from "../unified/applications/serviceKeys.js";
import {
  createTrustedDomain,
  deleteTrustedDomain,
  listTrustedDomains,
} from "../unified/applications/trustedDomains.js";
import type { Session } from "../unified/session.js";
import { withCore } from "./core.js";
import { action, type OutputOptions, print } from "./output.js";

const SWITCHES = ["active", "implicitGrantEnabled", "recentEnabled", "eventsEnabled"] as const;

/** What an operator says once of the application: where its answers may go, and who it is at services. */
export const appCommand = (program: Command): void => {
  const app = program
    .command("app")
    .description("show or change the application: redirect URIs, domains, service keys");

  app
    .command("show", { isDefault: true })
    .description("all of it, without secrets")
    .option("--json", "one JSON document")
    .action(
      action((options: OutputOptions) => within(async (session, id) => print(await rowsOf(session, id), options))),
    );

  app
    .command("set")
    .addArgument(new Argument("<switch>").choices([...SWITCHES]))
    .addArgument(new Argument("<state>").choices(["on", "off"]))
    .description("switch it, or a part of it, on or off")
    .action(
      action((name: (typeof SWITCHES)[number], state: string) =>
        within(async (session, id) => {
          await updateApplication(session, id, { [name]: state === "on" });
          console.log(`${name} is ${state}`);
        }),
      ),
    );

  app
    .command("allow-redirect")
    .argument("<uri>", "where browsers may be sent back to")
    .description("register a redirect URI")
    .action(
      action((uri: string) =>
        within(async (session, id) => {
          await createRedirectUri(session, id, uri);
          console.log(`${uri} may be answered`);
        }),
      ),
    );
  app
    .command("forbid-redirect")
    .argument("<uri>", "as `app` shows it")
    .description("forget a redirect URI")
    .action(
      action((uri: string) =>
        within(async (session, id) => {
          const known = (await listRedirectUris(session, id)).find((one) => one.uri === uri);
          await deleteRedirectUri(session, id, known?.id ?? 0);
        }),
      ),
    );

  app
    .command("allow-domain")
    .argument("<host>", "app.example.com, localhost:8000")
    .description("trust the pages of a host with tokens")
    .action(
      action((host: string) =>
        within(async (session, id) => {
          const { domain } = await createTrustedDomain(session, id, host);
          console.log(`${domain} is trusted`);
        }),
      ),
    );
  app
    .command("forbid-domain")
    .argument("<host>", "as `app` shows it")
    .description("trust it no more")
    .action(
      action((host: string) =>
        within(async (session, id) => {
          const known = (await listTrustedDomains(session, id)).find(({ domain }) => domain === host);
          await deleteTrustedDomain(session, id, known?.id ?? 0);
        }),
      ),
    );

  app
    .command("service-key")
    .argument("<service>", "as the service directory names it")
    .argument("<client-id>", "as the service's developer console shows it")
    .addOption(new Option("--public", "a client without a secret"))
    .description(
      "tell the application's OAuth client at a service; the secret is asked for, or read from standard input",
    )
    .action(
      action((service: string, clientId: string, options: { public?: boolean }) =>
        within(async (session, id) => {
          const clientSecret = options.public ? null : await secret();
          const known = (await listServiceKeys(session, id)).find((one) => one.service === service);
          if (known) await updateServiceKey(session, id, known.id, { clientId, clientSecret });
          else await createServiceKey(session, id, { service, clientId, clientSecret });
          console.log(`${service} knows the application as ${clientId}`);
        }),
      ),
    );
  app
    .command("forget-service-key")
    .argument("<service>", "as `app` shows it")
    .description("forget the application's client at a service")
    .action(
      action((service: string) =>
        within(async (session, id) => {
          const known = (await listServiceKeys(session, id)).find((one) => one.service === service);
          await deleteServiceKey(session, id, known?.id ?? 0);
        }),
      ),
    );
};

const within = (run: (session: Session, application: string) => Promise<void>): Promise<void> =>
  withCore(({ application }, session) => run(session, application));

const rowsOf = async (session: Session, id: string) => {
  const application = await getApplication(session, id);
  const [uris, domains, keys] = await Promise.all([
    listRedirectUris(session, id),
    listTrustedDomains(session, id),
    listServiceKeys(session, id),
  ]);
  return [
    { what: "id", value: id },
    { what: "name", value: application.name },
    ...SWITCHES.map((name) => ({ what: name, value: application[name] ? "on" : "off" })),
    ...uris.map(({ uri }) => ({ what: "redirect URI", value: uri })),
    ...domains.map(({ domain }) => ({ what: "trusted domain", value: domain })),
    ...keys.map(({ service, clientId }) => ({ what: `client at ${service}`, value: clientId })),
  ];
};

/** A secret is no argument: those can be seen by every process of the machine. */
const secret = async (): Promise<string> => {
  const typed = process.stdin.isTTY
    ? await password({ message: "Client secret" })
    : (await readText(process.stdin)).trim();
  if (isCancel(typed) || typed === "") throw new ApiError("invalid_parameters", "No client secret was given.");
  return typed;
};
