/** A whole server in a process of its own, for tests that end it. */
import { shutDownOnSignals } from "../../../src/server/shutdown.js";
import { silent, startServer } from "./start.js";

const server = await startServer();
shutDownOnSignals({
  log: silent,
  server: server.http,
  settleMs: Number(process.env.SETTLE ?? 0),
  after: [
    async () => {
      server.health.close();
      process.stdout.write("closed the store\n");
    },
  ],
});
process.stdout.write(`ready ${server.url}\n`);
