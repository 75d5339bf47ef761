import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Callers } from "./auth/callers.js";
import { ClientKeys } from "./auth/clientKeys.js";
import { Codes } from "./auth/codes.js";
import { Flows } from "./auth/flows.js";
import { Grants } from "./auth/grants.js";
import { SignedUrls } from "./auth/signedUrls.js";
import { Vault } from "./auth/vault.js";
import { WebhookSecrets } from "./auth/webhookSecrets.js";
import { type Config, ConfigError } from "./config.js";
import { createConnectors } from "./connectors/index.js";
import { sandboxService } from "./connectors/sandbox/service/index.js";
import { ORIGIN as SANDBOX } from "./connectors/sandbox/wire.js";
import { firstAccounts, firstApplication, firstFiles } from "./firstStart.js";
import { Ids } from "./ids.js";
import { readSecrets } from "./secret.js";
import { openDatabase } from "./store/database.js";
import { Spool } from "./store/spool.js";
import { openSqliteStore } from "./store/sqlite.js";
import type { Store } from "./store/store.js";
import { openEmbeddedBus } from "./tasks/embedded/bus.js";
import { openEmbeddedLimiter } from "./tasks/embedded/limiter.js";
import { openEmbeddedQueue } from "./tasks/embedded/queue.js";
import type { Limiter } from "./tasks/limiter.js";
import { UnifiedApi } from "./unified/api.js";
import { Audit } from "./unified/auditLog.js";
import { JOBS } from "./unified/tasks/index.js";
import type { UnifiedJob } from "./unified/tasks/job.js";
import { UpstreamClient } from "./upstream/client.js";
import { memoryDispatcher } from "./upstream/transports/memory.js";
import { type Job, type Log, startWorker, type Worker } from "./worker/worker.js";

/** Everything but the entries: what the server, the worker and the command line ask. */
export interface Core {
  unified: UnifiedApi;
  vault: Vault;
  urls: SignedUrls;
  limiter: Limiter;
  application: string;
  /** The first API key, when it was made just now. */
  firstKey: string | null;
  close(): Promise<void>;
}

/** The composition root: the one file that names concrete drivers. */
export const openCore = async (config: Config, base: () => string): Promise<Core> => {
  makeDataFolder(config.data);
  const secrets = readSecrets(config.data, config.secret, config.otherSecrets);
  const localFolders = config.local ?? [join(config.data, "files")];
  if (!config.local) await firstFiles(localFolders[0] as string, config.seed === "demo");
  for (const folder of localFolders) checkFolder(folder);
  const store = await openStore(config);
  const sandbox = sandboxService({ file: join(config.data, "sandbox.sqlite") });
  const client = new UpstreamClient({
    routes: new Map([[SANDBOX, memoryDispatcher(sandbox.handle)]]),
    privateNetworks: config.privateNetworks,
  });
  const connectors = createConnectors({ localFolders });
  const vault = new Vault(secrets);
  const texts = secrets.map(({ secret }) => secret);
  const callers = new Callers({ store, vault, secrets: texts });
  const audit = new Audit(store);
  const clients = new ClientKeys({ store, vault });
  const grants = new Grants({
    store,
    vault,
    clients,
    fetch: client.fetch,
    auth: (service) => connectors.get(service)?.auth,
    onDead: ({ id, application, service }) =>
      audit.record({ application, name: "internal" }, "account.refused", `account ${id}`, { service }),
  });
  const queue = openEmbeddedQueue({ database: openDatabase(databaseFile(config)) });
  const bus = openEmbeddedBus();
  const limiter = openEmbeddedLimiter({ database: openDatabase(join(config.data, "limits.sqlite")) });
  const spool = new Spool(join(config.data, "uploads"));
  const unified = new UnifiedApi({
    ids: new Ids(secrets),
    store,
    spool,
    connectors,
    client,
    grants,
    callers,
    clients,
    flows: new Flows({ store, vault }),
    codes: new Codes(store),
    webhookSecrets: new WebhookSecrets(vault),
    audit,
    hookSecrets: config.hookSecrets,
    queue,
    bus,
    questionDeadline: config.questionSeconds * 1000,
  });
  const close = async (): Promise<void> => {
    unified.feeds.close();
    await bus.close();
    await queue.close();
    limiter.close();
    await client.close();
    sandbox.close();
    await store.close();
  };
  try {
    const { id: application, key, fresh } = await firstApplication(config, store, callers, audit);
    if (fresh && config.seed === "demo") await firstAccounts(unified, application, localFolders[0] as string);
    return {
      unified,
      vault,
      urls: new SignedUrls(texts, base),
      limiter,
      application,
      firstKey: key,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

const databaseFile = ({ data }: Pick<Config, "data">): string => join(data, "unigraph.sqlite");

export const openStore = (config: Pick<Config, "data">): Promise<Store> =>
  openSqliteStore({ file: databaseFile(config) });

const makeDataFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new ConfigError(`UNIGRAPH_DATA must be a folder that can be written: ${folder}.`, { cause });
  }
};

const checkFolder = (folder: string): void => {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new ConfigError(`UNIGRAPH_LOCAL names ${folder}, which is no folder.`);
};

/** Seconds without a sign of life after which a task's worker counts as lost. */
const LEASE = 10;

/** Runs background tasks in this process. */
export const startTasks = ({ unified }: Core, log: Log): Worker =>
  startWorker({
    queue: unified.queue,
    bus: unified.bus,
    log,
    leaseSeconds: LEASE,
    jobs: new Map(
      Object.entries(JOBS).map(([operation, { run }]): [string, Job] => [
        operation,
        (task, control) =>
          (run as UnifiedJob<Record<string, unknown>>)({
            task,
            control,
            session: unified.internal(task.application, control.signal),
          }),
      ]),
    ),
  });
