import { ApiError } from "../../errors.js";
import type { ContextFor, ServerContext } from "./context.js";

/** Milliseconds between two looks at a caller's credential; spread, so that many sockets do not ask at once. */
export interface VigilTimes {
  atLeast: number;
  atMost: number;
}

/**
 * Authenticates the holder of a long connection again and again until stopped; `ended` is told once when the credential counts
 * no more. A store that does not answer is no reason to throw everybody out.
 */
export const keepVigil = <C extends ServerContext>(
  contextFor: ContextFor<C>,
  { authorization, requestId }: { authorization: string | undefined; requestId: string },
  { atLeast, atMost }: VigilTimes,
  ended: (error: ApiError) => void,
): (() => void) => {
  const stop = new AbortController();
  let timer: NodeJS.Timeout;
  const look = async (): Promise<void> => {
    try {
      await contextFor({ authorization, requestId, signal: stop.signal });
    } catch (error) {
      if (stop.signal.aborted) return;
      if (error instanceof ApiError && error.status === 401) return ended(error);
    }
    if (!stop.signal.aborted) wait();
  };
  const wait = (): void => {
    timer = setTimeout(look, atLeast + Math.random() * (atMost - atLeast));
  };
  wait();
  return () => {
    stop.abort();
    clearTimeout(timer);
  };
};
