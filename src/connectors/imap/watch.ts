import { setTimeout as delay } from "node:timers/promises";
import type { Context } from "../connector.js";
import { transport } from "./transport.js";

/** Milliseconds between two tries to listen again. */
const SOON = 1_000;
const LATE = 5 * 60_000;

/**
 * Listens to the inbox (IDLE, RFC 2177; without it, the server is asked every two minutes) and tells that something has happened
 * there. When the connection breaks, another one is opened, and what happened meanwhile is told as one.
 */
export const watch = async (context: Context, changed: () => void): Promise<() => void> => {
  const stopping = new AbortController();
  let stop = await listen(context, changed, stopping.signal);
  const goOn = async (): Promise<void> => {
    for (let pause = SOON; ; ) {
      const began = Date.now();
      await stop.ended;
      if (stopping.signal.aborted) return;
      changed();
      if (Date.now() - began > pause) pause = SOON;
      for (;;) {
        await delay(pause, undefined, { signal: stopping.signal, ref: false });
        pause = Math.min(2 * pause, LATE);
        const again = await listen(context, changed, stopping.signal).catch(() => null);
        if (!again) continue;
        stop = again;
        break;
      }
    }
  };
  const over = () => stopping.abort();
  context.signal.addEventListener("abort", over, { once: true });
  goOn().catch(() => undefined); // stopped
  return () => {
    context.signal.removeEventListener("abort", over);
    over();
  };
};

/** One connection that listens, until it breaks or the signal fires. */
const listen = async (
  { connections }: Context,
  changed: () => void,
  signal: AbortSignal,
): Promise<{ ended: Promise<void> }> => {
  const loan = await connections.lend(transport, { streams: true });
  const session = loan.connection;
  const { client } = session;
  try {
    await loan.for(session.open("INBOX"));
  } catch (error) {
    loan.throwAway();
    throw error;
  }
  loan.rest();
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const end = (): void => {
    signal.removeEventListener("abort", end);
    loan.signal.removeEventListener("abort", end);
    for (const event of ["exists", "expunge", "flags"]) client.off(event, changed);
    loan.throwAway();
    resolve();
  };
  for (const event of ["exists", "expunge", "flags"]) client.on(event, changed);
  client.once("close", end);
  signal.addEventListener("abort", end, { once: true });
  loan.signal.addEventListener("abort", end, { once: true });
  if (signal.aborted || loan.signal.aborted) end();
  else client.idle().then(end, end);
  return { ended };
};
