import type { Fields } from "../../src/connectors/connector.js";
import { fieldsOn, type MailServer, startMailServer } from "../../test/connectors/imap/account.js";
import { type FarServer, farServer } from "../../test/connectors/unified/far.js";
import { apache } from "../../test/servers/apache.js";
import { AZURITE_ACCOUNTS, azurite } from "../../test/servers/azurite.js";
import { dovecot } from "../../test/servers/dovecot.js";
import { install } from "../../test/servers/install.js";
import { nginx } from "../../test/servers/nginx.js";
import { needsRoot, opensmtpd } from "../../test/servers/opensmtpd.js";
import { keyFields, openssh } from "../../test/servers/openssh.js";
import { pyftpdlib } from "../../test/servers/pyftpdlib.js";
import { INVITED, radicale } from "../../test/servers/radicale.js";
import { type Recipe, type Server, start } from "../../test/servers/server.js";
import { SWIFT_KEYS, swift } from "../../test/servers/swift.js";
import type { Network } from "./network.js";

/** An account to be, reached through the network. */
export interface Plan {
  /** As the report calls it. */
  name: string;
  service: string;
  fields: Fields;
}

/** Servers that run, and accounts on each of them. */
export interface Servers {
  plans: readonly Plan[];
  close(): Promise<void>;
}

interface Kind {
  recipe: Recipe;
  service: string;
  fields(server: Server, port: number): Fields;
}

const KINDS: readonly Kind[] = [
  {
    recipe: apache("Basic"),
    service: "webdav",
    fields: ({ username, password }, port) => ({ url: `http://127.0.0.1:${port}/`, username, password }),
  },
  {
    recipe: nginx,
    service: "webdav",
    fields: ({ username, password }, port) => ({ url: `http://127.0.0.1:${port}/`, username, password }),
  },
  {
    recipe: swift,
    service: "s3_compatible",
    fields: (_, port) => ({ endpoint: `http://127.0.0.1:${port}/`, ...SWIFT_KEYS.owner }),
  },
  {
    recipe: azurite,
    service: "azure",
    fields: (_, port) => ({
      endpoint: `http://127.0.0.1:${port}/${AZURITE_ACCOUNTS.first.account}`,
      ...AZURITE_ACCOUNTS.first,
    }),
  },
  {
    recipe: openssh,
    service: "sftp",
    fields: ({ files }, port) => ({ host: "127.0.0.1", port: String(port), folder: files, ...keyFields }),
  },
  {
    recipe: pyftpdlib({ security: "none" }),
    service: "ftp",
    fields: ({ username, password }, port) => ({
      host: "127.0.0.1",
      port: String(port),
      security: "none",
      username,
      password,
    }),
  },
  {
    recipe: radicale,
    service: "caldav",
    fields: (_, port) => ({ url: `http://127.0.0.1:${port}/`, ...INVITED }),
  },
];

/** Accounts that misbehave by themselves. */
const SANDBOXES: Readonly<Record<string, Fields>> = {
  "sandbox, failing": { seed: "failing", failRate: "0.05", latencyMs: "5" },
  "sandbox, limited": { seed: "limited", rateLimit: "20" },
  "sandbox, expiring": { seed: "expiring", tokenLifetime: "3", failRate: "0.01" },
};

/** Starts every server that can be, and says which cannot. `local`: a folder. */
export const startServers = async (network: Network, local: string): Promise<Servers> => {
  const plans: Plan[] = [];
  const running: { stop(): Promise<unknown> }[] = [];
  for (const { recipe, service, fields } of KINDS) {
    if (await install(recipe)) continue;
    const server = await start(recipe);
    running.push(server);
    const port = await network.way(server.port, service === "ftp");
    plans.push({ name: `${service} on ${recipe.name}`, service, fields: fields(server, port) });
  }
  if (!needsRoot && !(await install(dovecot(), opensmtpd({ maildir: "", port: 0 })))) {
    const server = await startMailServer();
    running.push(server);
    plans.push({ name: "imap on dovecot", service: "imap", fields: await mailFields(network, server) });
  }
  const far: FarServer = await farServer();
  running.push({ stop: () => far.close() });
  const { fields } = await far.account({ seed: "far" });
  const url = `http://127.0.0.1:${await network.way(Number(new URL(far.url).port))}`;
  plans.push({ name: "unified on Unigraph", service: "unified", fields: { ...fields, url } });
  for (const [name, ordered] of Object.entries(SANDBOXES)) plans.push({ name, service: "sandbox", fields: ordered });
  plans.push({ name: "local", service: "local", fields: { folder: local } });
  return {
    plans,
    async close() {
      await Promise.all(running.map((server) => server.stop()));
    },
  };
};

const mailFields = async (network: Network, { imap, ports }: MailServer): Promise<Fields> => ({
  ...fieldsOn({ ports }),
  host: "127.0.0.1",
  port: String(await network.way(imap.port)),
  security: "starttls",
  smtpHost: "127.0.0.1",
  smtpPort: String(await network.way(ports.smtp)),
});
