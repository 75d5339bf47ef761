import { setTimeout as delay } from "node:timers/promises";
import type { Context } from "../connector.js";
import type { WireChanges, WireNews } from "./wire.js";

/** Seconds that one question waits for its answer; below the deadline of a call. */
const PATIENCE = 20;
/** Milliseconds before asking again after a failure. */
const PAUSE = 5_000;

/** Asks the service over and over to answer once something has changed, until told to stop. */
export const watch = async (context: Context, changed: () => void): Promise<() => void> => {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, context.signal]);
  const { cursor } = await context.upstream.json<WireChanges>({ path: "/changes", signal });
  void follow(context, cursor, changed, signal);
  return () => stop.abort();
};

const follow = async ({ upstream }: Context, from: string, changed: () => void, signal: AbortSignal): Promise<void> => {
  let cursor = from;
  while (!signal.aborted) {
    try {
      const query = { cursor, seconds: PATIENCE };
      const news = await upstream.json<WireNews>({ path: "/changes/next", query, signal });
      if (news.changed && !signal.aborted) changed();
      cursor = news.cursor;
    } catch {
      await delay(PAUSE, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
};
