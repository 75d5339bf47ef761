import type { Delivery, FailedDelivery, Webhook } from "../../store/store.js";

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Seconds from each failed attempt to the next; after the last a delivery is given up. */
export const SCHEDULE = [
  5,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  24 * HOUR,
] as const satisfies number[];

/** A webhook that has failed for as long as the schedule lasts is disabled. */
const GIVE_UP = SCHEDULE.reduce((sum, seconds) => sum + seconds, 0);

/** After so many failures in a row, deliveries go one at a time with pauses between them. */
export const PROBE_AFTER = 5;
const SHORTEST_PAUSE = 30;
const LONGEST_PAUSE = 5 * MINUTE;

const GONE = 410;

/** What a failed attempt means for the delivery and its webhook. `now`: milliseconds since 1970. */
export const afterFailure = (
  webhook: Pick<Webhook, "failures" | "failingSince">,
  { attempts }: Pick<Delivery, "attempts">,
  status: number | null,
  now: number,
): FailedDelivery => {
  const over = webhook.failures + 1 - PROBE_AFTER;
  const failingFor = webhook.failingSince === null ? 0 : (now - Date.parse(webhook.failingSince)) / 1000;
  return {
    status,
    retryAfter: SCHEDULE[attempts] ?? null,
    pause: over < 0 ? 0 : Math.min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** over),
    disable: status === GONE ? "It answered 410 Gone." : failingFor >= GIVE_UP ? "It has failed for too long." : null,
  };
};
