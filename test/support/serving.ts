import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Logger, pino } from "pino";
import { type Config, readConfig } from "../../src/config.js";
import { type Serving, serve } from "../../src/serve.js";

export const KEY = "a key for tests that nobody keeps";

export interface TestServing extends Serving {
  data: string;
  /** Asks over HTTP, as a company's server does. */
  ask(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<HttpAnswer>;
}
export interface HttpAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely, as a frontend without types does.
  body: { data?: any; errors?: { message: string; path?: unknown[]; extensions: any }[]; extensions?: any };
}

/** The whole server on a free port and a data folder of its own. */
export const serveForTest = async (
  change: Partial<Config> = {},
  log: Logger = pino({ level: "silent" }),
): Promise<TestServing> => {
  const data = change.data ?? (await mkdtemp(join(tmpdir(), "unigraph-serve-")));
  const config: Config = {
    ...readConfig({}),
    port: 0,
    data,
    secret: "a secret for tests that nobody keeps",
    apiKey: KEY.replaceAll(" ", "-"),
    privateNetworks: ["127.0.0.0/8"],
    // Client and server share the process, and the machine its time.
    overloadMs: 0,
    ...change,
  };
  const serving = await serve(config, log);
  return {
    ...serving,
    data,
    async ask(query, variables = {}, headers = {}) {
      const response = await fetch(`${serving.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `APIKey ${config.apiKey}`, ...headers },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, body: (await response.json()) as HttpAnswer["body"] };
    },
    async closeCore() {
      await serving.close({ graceMs: 1_000, settleMs: 0 });
      await serving.closeCore();
      if (change.data === undefined) await rm(data, { recursive: true, force: true });
    },
  };
};
