import { setTimeout as sleep } from "node:timers/promises";
import type { UnifiedApi } from "../unified/api.js";
import { Deliverer, type DeliveryCounts } from "../unified/webhooks/deliverer.js";
import { Follower } from "../unified/webhooks/follower.js";
import type { Log } from "./running.js";

/** Milliseconds between two looks at what is due, and at what is to be followed. What happens in between is told at once. */
const DUE = 1_000;
const FOLLOWED = 2_000;

export interface WebhookWorker {
  readonly counts: DeliveryCounts;
  /** What is under way has so many milliseconds. */
  stop(graceMilliseconds: number): Promise<void>;
}

/** Tells webhooks what happens in accounts, and sees to it that it becomes known. */
export const startWebhooks = (unified: UnifiedApi, log: Log): WebhookWorker => {
  const end = new AbortController();
  const complain = (error: unknown): void => log.error({ err: error }, "Webhooks could not be told.");
  const deliverer = new Deliverer(unified, complain);
  const follower = new Follower(unified);
  const every = async (milliseconds: number, look: () => Promise<void>): Promise<void> => {
    while (!end.signal.aborted) {
      await look().catch(complain);
      await sleep(milliseconds, undefined, { signal: end.signal, ref: false }).catch(() => undefined);
    }
  };
  const loops = [every(DUE, () => deliverer.look()), every(FOLLOWED, () => follower.look())];
  return {
    counts: deliverer.counts,
    stop: async (graceMilliseconds) => {
      end.abort();
      follower.stop();
      await deliverer.stop(graceMilliseconds);
      await Promise.all(loops);
    },
  };
};
