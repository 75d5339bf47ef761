import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { ApiError } from "../errors.js";
import type { AccountState } from "./accountState.js";
import type { Reach } from "./place.js";
import type { Target, VersionedCredential } from "./upstream.js";

export interface CallParts {
  target: Target;
  account: AccountState;
  reach: Reach;
  /** Sending twice does no harm. */
  repeatable: boolean;
  /** The answer goes to its reader as it comes; else it is collected and an attempt can begin anew. */
  streams: boolean;
  /** Statuses that whoever asks reads: none of them is a reason to ask again. */
  accept: readonly number[];
  /** A body that can be sent once. */
  upload: Readable | null;
  now: () => number;
}

/** One call with all its attempts: what the layers know of it, carried in the options of every dispatch. */
export class Call {
  /** Of the credential that signed the last attempt. */
  version: number | undefined;
  /** Read for this call just now: the first attempt need not read it again. */
  credential: VersionedCredential | undefined;
  /** A byte of the last attempt may have left. */
  sent = false;
  /** An attempt before the last one had left, and nothing tells whether it was done. */
  repeated = false;
  /** When bytes last went out, by our clock; a long upload lives as long as it moves. */
  moved = Number.NEGATIVE_INFINITY;
  /** Ends what is under way or waited for; set anew by each layer that makes the call wait. */
  cancel: ((reason: Error) => void) | undefined;
  /** What to say when the deadline passes during a wait for one's turn. */
  late: (() => ApiError) | undefined;
  #aborted: Error | undefined;

  /** When nobody waits any more, by our clock in milliseconds. */
  deadline = Number.NEGATIVE_INFINITY;

  readonly target: Target;
  readonly account: AccountState;
  readonly reach: Reach;
  readonly repeatable: boolean;
  readonly streams: boolean;
  readonly accept: readonly number[];
  readonly upload: Readable | null;
  readonly #now: () => number;

  constructor({ target, account, reach, repeatable, streams, accept, upload, now }: CallParts) {
    this.target = target;
    this.account = account;
    this.reach = reach;
    this.repeatable = repeatable;
    this.streams = streams;
    this.accept = accept;
    this.upload = upload;
    this.#now = now;
  }

  /** Bytes went out. */
  move(): void {
    if (this.upload) this.moved = this.#now();
  }

  get aborted(): Error | undefined {
    return this.#aborted;
  }

  /** At once, wherever the call is; the handler hears of it as an error. */
  abort(reason: Error): void {
    if (this.#aborted) return;
    this.#aborted = reason;
    this.cancel?.(reason);
  }
}

/** What our layers hand to each other: undici's options and the call. */
export interface CallOptions extends Dispatcher.DispatchOptions {
  origin: string;
  headers: Record<string, string>;
  call: Call;
}

export type Layer = Dispatcher.DispatcherComposeInterceptor;
export type Around = (
  dispatch: Dispatcher.Dispatch,
  options: CallOptions,
  handler: Dispatcher.DispatchHandler,
) => boolean;

/** undici types an interceptor by its own options; ours always carry the call. */
export const layer =
  (around: Around): Layer =>
  (dispatch) =>
  (options, handler) =>
    around(dispatch, options as CallOptions, handler);
