import { setImmediate } from "node:timers/promises";
import type { UnifiedApi } from "../unified/api.js";
import type { Log } from "./running.js";

/** Milliseconds between two sweeps. */
const INTERVAL = 60_000;
/** Rows of one transaction: others get their turn between two. */
const BATCH = 1_000;

export interface ActivitySweeper {
  stop(): Promise<void>;
}

/** Drops what happened too long ago, and of busy accounts the oldest. */
export const sweepActivity = ({ store }: Pick<UnifiedApi, "store">, log: Log): ActivitySweeper => {
  let stopped = false;
  const sweep = async (): Promise<void> => {
    while (!stopped && (await store.activity.sweep(BATCH))) await setImmediate();
  };
  let sweeping: Promise<void> = Promise.resolve();
  const look = (): void => {
    sweeping = sweeping
      .then(sweep)
      .catch((error: unknown) => log.error({ err: error }, "Old activity could not be swept."));
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
