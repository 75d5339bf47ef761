import { type Logger, pino } from "pino";
import { createContext } from "../resolvers/context.js";
import { createSchema } from "../resolvers/schema.js";
import { typeName } from "../schema/common/node.js";
import type { Resource } from "../schema/common/resource.js";
import { type Core, openCore, startTasks } from "./app.js";
import { type Config, ConfigError } from "./config.js";
import { CONTENT_PATHS, contentRoutes } from "./server/content/routes.js";
import { createGraphQL } from "./server/graphql/index.js";
import { Health } from "./server/health.js";
import { hookRoutes } from "./server/hooks.js";
import { createHttpServer } from "./server/http.js";
import { createLog } from "./server/log.js";
import { Metrics } from "./server/metrics.js";
import { oauthRoutes, WIDGET_PATHS } from "./server/oauth/routes.js";
import { explorerRoutes } from "./server/pages/explorer.js";
import { referenceRoutes } from "./server/pages/reference/routes.js";
import { TOUR } from "./server/pages/tour.js";
import { ENDPOINTS } from "./server/rest/endpoints/index.js";
import { describeApi } from "./server/rest/openapi/describe.js";
import type { Description } from "./server/rest/openapi/description.js";
import { descriptionRoutes } from "./server/rest/openapi/routes.js";
import { REST_PATH, restRoutes } from "./server/rest/routes.js";
import { shutDownOnSignals } from "./server/shutdown.js";
import { startSweeper } from "./worker/sweeper.js";
import { sweepUploads } from "./worker/uploads.js";
import { startWebhooks } from "./worker/webhooks.js";

/** A server that takes requests. */
export interface Serving {
  /** `http://127.0.0.1:4000` */
  url: string;
  core: Core;
  /** Ends the taking of requests, with this much time for those under way. */
  close(patience: { graceMs: number; settleMs?: number }): Promise<void>;
  /** Then the rest: running tasks are given back, the store closes. */
  closeCore(): Promise<void>;
}

/** Rows that a sweep drops at once. */
const SWEPT = 1_000;

/** Milliseconds that running tasks and deliveries have to end before others take them over. */
const TASK_GRACE = 2_000;

/** The log goes to standard error: standard output says what a person or a script waits for. */
const STANDARD_ERROR = 2;

/** A server of its own process: it says when it is ready, and ends well on SIGTERM. */
export const serveProcess = async (config: Config): Promise<void> => {
  const destination = pino.destination({ dest: STANDARD_ERROR, sync: true });
  const log = createLog({ level: config.logLevel, destination });
  const serving = await serve(config, log);
  if (serving.core.firstKey !== null) console.log(`API key ${serving.core.firstKey} (shown this once; keep it)`);
  console.log(`ready ${serving.url}`);
  shutDownOnSignals({ log, server: serving, after: [() => serving.closeCore()] });
};

/** Opens everything and listens. Throws `ConfigError` for what the operator can mend. */
export const serve = async (config: Config, log: Logger): Promise<Serving> => {
  let url = config.publicUrl ?? `http://${config.host}:${config.port}`;
  const core = await openCore(config, () => config.publicUrl ?? url);
  const { unified, urls } = core;
  const metrics = new Metrics();
  metrics.followRetries(() => unified.client.counts);
  metrics.followFeeds(() => unified.feeds.counts);
  const health = new Health({ store: () => unified.store.check() }, config.overloadMs);
  const worker = startTasks(core, log);
  const { spool } = unified;
  const sweeper = sweepUploads(unified, spool, log);
  const sweepers = [
    startSweeper("activity", () => unified.store.activity.sweep(SWEPT), log),
    startSweeper("pushes", () => unified.store.pushes.sweep(SWEPT), log),
    startSweeper("rows of the audit log", () => unified.audit.sweep(), log),
  ];
  const webhooks = startWebhooks(unified, log);
  metrics.followWebhooks({ counts: () => webhooks.counts, outbox: () => unified.store.deliveries.counts() });
  const closeCore = async (): Promise<void> => {
    await sweeper.stop();
    for (const one of sweepers) await one.stop();
    await Promise.all([worker.stop(TASK_GRACE), webhooks.stop(TASK_GRACE)]);
    health.close();
    await core.close();
  };
  try {
    const graph = await createSchema();
    let description: Description | undefined;
    const describe = (): Description => (description ??= describeApi(ENDPOINTS, graph));
    const graphql = await createGraphQL({
      schemas: { public: graph, fast: await createSchema() },
      typeOf: (value) => typeName(value as Resource),
      contextFor: async ({ authorization, requestId, signal }) =>
        createContext(unified.session(await unified.callers.authenticate(authorization), signal), urls, requestId),
      introspection: config.introspection,
      landing: config.landing,
      origins: config.publicUrl ? [...config.origins, new URL(config.publicUrl).origin] : config.origins,
      log,
      metrics,
    });
    const server = await createHttpServer({
      graphql,
      routes: [
        explorerRoutes(TOUR),
        referenceRoutes(describe),
        descriptionRoutes(describe),
        contentRoutes({ unified, urls, spool }),
        hookRoutes(unified),
        restRoutes(ENDPOINTS, {
          unified,
          limiter: core.limiter,
          rate: config.restRate,
          publicUrl: config.publicUrl,
        }),
        oauthRoutes({ unified, publicUrl: config.publicUrl }),
        async (app) => {
          app.get("/", async (_, reply) => reply.redirect(config.landing === "none" ? "/healthz" : "/explorer"));
        },
      ],
      content: [...CONTENT_PATHS, ...WIDGET_PATHS, REST_PATH],
      health,
      metrics,
      log,
      secure: url.startsWith("https:"),
    });
    const address = await server.listen(config).catch((error: NodeJS.ErrnoException) => {
      throw listenError(error, config);
    });
    url = config.publicUrl ?? address;
    return { url: address, core, close: (patience) => server.close(patience), closeCore };
  } catch (error) {
    await closeCore();
    throw error;
  }
};

const listenError = (error: NodeJS.ErrnoException, { host, port }: Config): Error => {
  switch (error.code) {
    case "EADDRINUSE":
      return new ConfigError(`PORT ${port} is in use; set PORT to another, or stop what has it.`);
    case "EACCES":
      return new ConfigError(`PORT ${port} may not be listened on by this user; set it to 1024 or more.`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new ConfigError(`HOST ${host} is no address of this machine.`);
    default:
      return error;
  }
};
