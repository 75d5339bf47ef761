import { setTimeout as delay } from "node:timers/promises";
import type { Context } from "../connector.js";
import { streaming } from "./transport.js";

/** Milliseconds until listening begins again, longer each time; a connection that lasted is no failure. */
const SOON = 1_000;
const LATE = 5 * 60_000;

/**
 * Listens to the inbox (IDLE, RFC 2177; without it, the server is asked every two minutes) and tells that something has happened
 * there. When the connection breaks, another one is opened, and what happened meanwhile is told as one.
 */
export const watch = async (context: Context, changed: () => void): Promise<() => void> => {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  const first = await listen(context, changed, stopping.signal);
  context.signal.addEventListener("abort", stop, { once: true });
  goOn(context, changed, stopping.signal, first).catch(() => undefined); // stopped
  return () => {
    context.signal.removeEventListener("abort", stop);
    stop();
  };
};

const goOn = async (context: Context, changed: () => void, signal: AbortSignal, first: Listening): Promise<void> => {
  let pause = SOON;
  for (let listening: Listening | null = first; ; ) {
    const began = Date.now();
    await listening?.ended;
    signal.throwIfAborted();
    if (listening) changed();
    if (Date.now() - began > LATE) pause = SOON;
    await delay(pause, undefined, { signal, ref: false });
    pause = Math.min(2 * pause, LATE);
    listening = await listen(context, changed, signal).catch(() => null);
  }
};

interface Listening {
  /** Resolves when the connection is gone. */
  ended: Promise<void>;
}

const EVENTS = ["exists", "expunge", "flags"];

/** One connection that listens, until it breaks or the signal fires. */
const listen = async (context: Context, changed: () => void, signal: AbortSignal): Promise<Listening> => {
  const loan = await streaming(context, async (session, loan) => {
    await session.open("INBOX");
    return loan;
  });
  const { client } = loan.connection;
  loan.rest();
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const end = (): void => {
    signal.removeEventListener("abort", end);
    loan.signal.removeEventListener("abort", end);
    for (const event of EVENTS) client.off(event, changed);
    loan.throwAway();
    resolve();
  };
  for (const event of EVENTS) client.on(event, changed);
  client.once("close", end);
  signal.addEventListener("abort", end, { once: true });
  loan.signal.addEventListener("abort", end, { once: true });
  if (signal.aborted || loan.signal.aborted) end();
  else client.idle().then(end, end);
  return { ended };
};
