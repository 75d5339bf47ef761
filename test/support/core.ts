import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Core, openCore } from "../../src/app.js";
import { type Config, readConfig } from "../../src/config.js";
import type { Fields } from "../../src/connectors/connector.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import { connectAccount } from "../../src/unified/accounts.js";
import type { Session } from "../../src/unified/session.js";

export interface TestCore extends Core {
  config: Config;
  /** With every right of the application. */
  session: Session;
  connect(service: string, fields?: Fields, endUser?: string): Promise<ConnectedAccount>;
}

/** Everything but the entries, as the program composes it, on a data folder of its own; loopback may be reached. */
export const testCore = async (change: Partial<Config> = {}): Promise<TestCore> => {
  const data = await mkdtemp(join(tmpdir(), "unigraph-test-"));
  const config: Config = {
    ...readConfig({}),
    data,
    seed: "none",
    port: 0,
    logLevel: "silent",
    secret: "a secret for tests that nobody keeps",
    privateNetworks: ["127.0.0.0/8", "::1/128"],
    ...change,
  };
  const core = await openCore(config, () => "http://unigraph.test");
  const session = core.unified.internal(core.application, new AbortController().signal);
  return {
    ...core,
    config,
    session,
    connect: async (service, fields = {}, endUser) =>
      (await connectAccount(session, { service, fields, endUser })).account,
    async close() {
      await core.close();
      await rm(data, { recursive: true, force: true });
    },
  };
};
