import type { Caller } from "../src/auth/caller.js";
import type { SignedUrls } from "../src/auth/signedUrls.js";
import type { ApiError } from "../src/errors.js";
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
  /** What the request has cost upstream so far; of a subscription, its last event. */
  books(): AccountBook[];
  /** What failed beside an answer that stands: told among its errors. */
  readonly warnings: Warning[];
  warn(error: ApiError, path: readonly (string | number)[]): void;
}

export interface Warning {
  error: ApiError;
  /** Of the field that the failure belongs to. */
  path: readonly (string | number)[];
}

export const createContext = (session: Session, urls: SignedUrls, requestId: string): Context => {
  const context: Context = {
    caller: session.caller,
    requestId,
    signal: session.signal,
    session,
    loaders: createLoaders(session),
    urls,
    books: () => context.session.books,
    warnings: [],
    warn: (error, path) => context.warnings.push({ error, path }),
  };
  return context;
};

/** After a change: what was read before may not be true any more, for this request's next fields too. */
export const forgetReads = (context: Context): void => {
  context.loaders = createLoaders(context.session);
};

/** For the next event of a subscription: nothing read for the last one is kept. */
export const renew = (context: Context): void => {
  const { session } = context;
  context.session = session.unified.session(session.caller, session.signal);
  context.loaders = createLoaders(context.session);
};
