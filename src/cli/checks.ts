import { accessSync, constants, existsSync, mkdirSync, statfsSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { openStore } from "../app.js";
import { Callers } from "../auth/callers.js";
import { Vault } from "../auth/vault.js";
import { type Config, readConfig } from "../config.js";
import { type NumberedSecret, readSecrets } from "../secret.js";
import type { Store } from "../store/store.js";

export interface Finding {
  name: string;
  /** `wrong`: the server will not start or not serve; `doubtful`: it will, but have a look. */
  state: "well" | "doubtful" | "wrong";
  says: string;
  mend?: string;
}

/** What the checks hand on to later ones. */
export interface Setting {
  environment: Readonly<Record<string, string | undefined>>;
  config?: Config;
  secrets?: readonly NumberedSecret[];
  store?: Store;
  close?: () => void;
}

interface Check {
  name: string;
  /** Undefined: there is nothing to look at, for an earlier check failed. */
  run(setting: Setting): Promise<Omit<Finding, "name"> | undefined>;
}

const well = (says: string): Omit<Finding, "name"> => ({ state: "well", says });
const doubtful = (says: string, mend: string): Omit<Finding, "name"> => ({ state: "doubtful", says, mend });
const wrong = (says: string, mend: string): Omit<Finding, "name"> => ({ state: "wrong", says, mend });

const LEAST_SPACE = 256 * 2 ** 20;
const LEAST_FILES = 1024;

export const CHECKS: readonly Check[] = [
  {
    name: "Node.js",
    run: async () => well(`${process.version}`),
  },
  {
    name: "settings",
    async run(setting) {
      setting.config = readConfig(setting.environment);
      return well("every one can be read");
    },
  },
  {
    name: "data folder",
    async run({ config }) {
      if (!config) return undefined;
      const { data } = config;
      try {
        const there = existsSync(data) ? data : dirname(data);
        accessSync(there, constants.W_OK | constants.X_OK);
        if (existsSync(data) && !statSync(data).isDirectory())
          return wrong(`UNIGRAPH_DATA names ${data}, which is not a folder.`, "Name another.");
        mkdirSync(data, { recursive: true, mode: 0o700 });
      } catch {
        return wrong(
          `UNIGRAPH_DATA names ${data}, which cannot be written.`,
          "Give this user the right to write there.",
        );
      }
      return well(data);
    },
  },
  {
    name: "disk space",
    async run({ config }) {
      if (!config || !existsSync(config.data)) return undefined;
      const { bavail, bsize } = statfsSync(config.data);
      const free = `${Math.floor((bavail * bsize) / 2 ** 20).toLocaleString("en")} MiB are free`;
      return bavail * bsize < LEAST_SPACE ? doubtful(free, "Make room, or move UNIGRAPH_DATA.") : well(free);
    },
  },
  {
    name: "secret",
    async run(setting) {
      const { config } = setting;
      if (!config || !existsSync(config.data)) return undefined;
      setting.secrets = readSecrets(config.data, config.secret, config.otherSecrets);
      if (config.secret !== undefined) return well("from UNIGRAPH_SECRET");
      const file = join(config.data, "secret");
      if ((statSync(file).mode & 0o077) !== 0)
        return doubtful(`Others on this machine can read ${file}.`, `chmod 600 ${file}`);
      return well(`kept in ${file}; back it up with the database`);
    },
  },
  {
    name: "database",
    async run(setting) {
      const { config } = setting;
      if (!config || !existsSync(config.data)) return undefined;
      const store = await openStore(config);
      setting.store = store;
      setting.close = () => void store.close();
      await store.check();
      return well("opens, is whole, and is up to date");
    },
  },
  {
    name: "secret and database",
    async run({ config, secrets, store }) {
      if (!config || !secrets || !store) return undefined;
      const application = config.application ?? (await store.applications.first())?.id;
      const [key] = application === undefined ? [] : await store.keys.list(application);
      if (!key) return well("nothing is sealed yet");
      const vault = new Vault(secrets);
      try {
        new Callers({ store, vault, secrets: [] }).reveal(key);
      } catch {
        return wrong(
          "This secret is not the one that sealed the database.",
          "Set UNIGRAPH_SECRET to the one it was begun with, or put its file back into the data folder.",
        );
      }
      return well("belong together");
    },
  },
  {
    name: "address",
    async run({ config }) {
      if (!config) return undefined;
      const { host, port } = config;
      const error = await tryToListen(host, port);
      if (!error) return well(`http://${host}:${port} is free`);
      if (error.code === "EADDRINUSE" && (await answersAsOurs(host, port)))
        return well(`a unigraph server is running at http://${host}:${port}`);
      if (error.code === "EADDRINUSE")
        return wrong(`PORT ${port} is in use.`, "Set PORT to another, or stop what has it.");
      if (error.code === "EACCES")
        return wrong(`This user may not listen on port ${port}.`, "Set PORT to 1024 or more.");
      return wrong(`HOST ${host} is no address of this machine.`, "Set HOST to 127.0.0.1, 0.0.0.0 or one of its own.");
    },
  },
  {
    name: "public address",
    async run({ config, environment }) {
      if (!config) return undefined;
      const { host, publicUrl } = config;
      if (publicUrl?.startsWith("http:") && environment.NODE_ENV === "production")
        return doubtful(
          `${publicUrl} is not encrypted.`,
          "Put a proxy with TLS in front and say https in UNIGRAPH_PUBLIC_URL.",
        );
      if (!publicUrl && ["0.0.0.0", "::"].includes(host))
        return doubtful(
          "Download URLs would begin with an address that others cannot reach.",
          "Set UNIGRAPH_PUBLIC_URL to the address that clients use.",
        );
      return well(publicUrl ?? "this machine alone");
    },
  },
  {
    name: "local folders",
    async run({ config }) {
      if (!config) return undefined;
      for (const folder of config.local ?? []) {
        if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
          return wrong(
            `UNIGRAPH_LOCAL names ${folder}, which is no folder.`,
            "Make it, or take it out of UNIGRAPH_LOCAL.",
          );
        try {
          accessSync(folder, constants.R_OK | constants.X_OK);
        } catch {
          return wrong(`${folder} cannot be read.`, "Give this user the right to read it.");
        }
      }
      return well(config.local?.join(", ") ?? "`files` in the data folder");
    },
  },
  {
    name: "private networks",
    async run({ config }) {
      if (!config) return undefined;
      const open = config.privateNetworks.find((network) => network.endsWith("/0"));
      return open
        ? doubtful(
            `${open} lets users point accounts at any host of your network.`,
            "Name only the networks they need.",
          )
        : well(config.privateNetworks.join(", ") || "none may be reached");
    },
  },
  {
    name: "introspection",
    async run({ config, environment }) {
      if (!config) return undefined;
      return environment.NODE_ENV === "production" && config.introspection === "everyone"
        ? doubtful("Every authenticated caller may read the schema.", "Set UNIGRAPH_INTROSPECTION=keys in production.")
        : well(config.introspection);
    },
  },
  {
    name: "open files",
    async run() {
      const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft: number | string } } };
      const limit = Number(userLimits?.open_files?.soft);
      return limit < LEAST_FILES
        ? doubtful(`This process may open ${limit} files and sockets.`, "Raise it (ulimit -n) for many subscribers.")
        : well(Number.isNaN(limit) ? "unlimited" : `${limit} at once`);
    },
  },
  {
    name: "accounts",
    async run({ config, store }) {
      if (!config || !store) return undefined;
      const application = config.application ?? (await store.applications.first())?.id;
      if (application === undefined) return well("none yet");
      const [all, broken] = await Promise.all([
        store.accounts.count({ application }),
        store.accounts.count({ application, active: false }),
      ]);
      return broken > 0
        ? doubtful(`${broken} of ${all} need reconnecting.`, "unigraph accounts lists them.")
        : well(`${all} connected`);
    },
  },
];

const tryToListen = (host: string, port: number): Promise<NodeJS.ErrnoException | null> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", resolve);
    server.listen(port, host, () => server.close(() => resolve(null)));
  });

const answersAsOurs = async (host: string, port: number): Promise<boolean> => {
  const answer = await fetch(`http://${host}:${port}/healthz`, { signal: AbortSignal.timeout(2_000) }).catch(
    () => null,
  );
  return answer?.ok === true;
};
