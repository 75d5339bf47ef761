import closeWithGrace from "close-with-grace";
import type { Logger } from "pino";
import type { HttpServer } from "./http.js";

/** Milliseconds: what is under way may take, and the whole of the end. */
const IN_FLIGHT = 25_000;
const ALL = 29_500;

export interface ShutdownParts {
  log: Logger;
  /** Ends the taking of requests, with this much time for those under way. */
  server: Pick<HttpServer, "close">;
  /** Milliseconds to go on taking requests while load balancers notice that we are not ready; 2000 at most. */
  settleMs?: number;
  /** Then the rest, in this order: workers give back their tasks, the store closes. */
  after: readonly (() => Promise<void>)[];
}

/**
 * On SIGTERM or SIGINT: not ready at once, no new connections, sockets told 1001, requests under way finished, exit 0 within 30 s.
 * A second signal exits at once. What nobody caught is logged, and the process lives: one broken request is no reason to end all.
 */
export const shutDownOnSignals = ({ log, server, settleMs = 0, after }: ShutdownParts): void => {
  const told = { error: (message?: unknown) => log.error(typeof message === "string" ? message : { error: message }) };
  process.on("unhandledRejection", (error) => log.error({ error }, "nobody handled a rejection"));
  closeWithGrace(
    {
      delay: ALL,
      logger: told,
      skip: ["unhandledRejection", "beforeExit", "SIGHUP", "SIGUSR2"],
      onSecondSignal: () => undefined,
    },
    async ({ signal, err }) => {
      if (err) log.fatal({ error: err }, "an error that nobody caught ends the process");
      else log.info({ signal }, "shutting down");
      await server.close(err ? { graceMs: 0 } : { graceMs: IN_FLIGHT, settleMs: Math.min(settleMs, 2000) });
      for (const step of after) await step();
    },
  );
};
