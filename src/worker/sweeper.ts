import { setImmediate } from "node:timers/promises";
import type { Log } from "./running.js";

/** Milliseconds between two sweeps. */
const INTERVAL = 60_000;

export interface Sweeper {
  stop(): Promise<void>;
}

/** Drops old rows in the background. `sweep` drops a few in one transaction: others get their turn between two. True: there may be more. */
export const startSweeper = (what: string, sweep: () => Promise<boolean>, log: Log): Sweeper => {
  let stopped = false;
  const all = async (): Promise<void> => {
    while (!stopped && (await sweep())) await setImmediate();
  };
  let sweeping: Promise<void> = Promise.resolve();
  const look = (): void => {
    sweeping = sweeping
      .then(all)
      .catch((error: unknown) => log.error({ err: error }, `Old ${what} could not be swept.`));
  };
  const timer = setInterval(look, INTERVAL).unref();
  look();
  return {
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await sweeping;
    },
  };
};
