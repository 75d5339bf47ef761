import type { SignedUrls } from "../src/auth/signedUrls.js";
import type { Caller } from "../src/auth/caller.js";
import type { Session } from "../src/unified/session.js";
import type { AccountBook } from "../src/upstream/upstream.js";
import { createLoaders, type Loaders } from "./loaders/index.js";

/** What every resolver receives: one per request. */
export interface Context {
  caller: Caller;
  requestId: string;
  /** Fires when the caller has gone or the time is up. */
  signal: AbortSignal;
  session: Session;
  loaders: Loaders;
  urls: SignedUrls;
  /** What the request has cost upstream so far. */
  books(): AccountBook[];
}

export const createContext = (session: Session, urls: SignedUrls, requestId: string): Context => ({
  caller: session.caller,
  requestId,
  signal: session.signal,
  session,
  loaders: createLoaders(),
  urls,
  books: () => session.books,
});

/** For the next event of a subscription: nothing read for the last one is kept. */
export const renew = (context: Context): void => {
  const { session } = context;
  context.session = session.unified.session(session.caller, session.signal);
  context.loaders = createLoaders();
};
