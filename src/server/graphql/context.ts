import type { Caller } from "../../auth/caller.js";
import type { ApiError } from "../../errors.js";
import type { AccountBook } from "../../upstream/upstream.js";

/** What the server needs of the context that every resolver receives. */
export interface ServerContext {
  caller: Caller;
  requestId: string;
  signal: AbortSignal;
  /** What the request has cost upstream so far. */
  books(): AccountBook[];
  /** What failed beside an answer that stands. Emptied when it has been told. */
  readonly warnings: { error: ApiError; path: readonly (string | number)[] }[];
}

export interface ContextRequest {
  /** The `Authorization` header, or what a socket gave in its place. */
  authorization: string | undefined;
  requestId: string;
  /** Fires when the caller has gone or the time is up. */
  signal: AbortSignal;
}

/** Authenticates and makes the context of one operation. Throws `ApiError`, with status 401 when nobody is known. */
export type ContextFor<C extends ServerContext> = (request: ContextRequest) => Promise<C>;

/** Tells callers apart where they are counted. */
export const callerKey = ({ application, kind, name }: Caller): string => JSON.stringify([application, kind, name]);
