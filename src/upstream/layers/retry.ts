import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { retryAfterOf } from "../allowance.js";
import { type Call, type CallOptions, type Layer, layer } from "../call.js";
import { isUnread } from "../requestBody.js";
import { Attempt, NO_CONTROLLER } from "./relay.js";
import { Continuation, Position } from "./resume.js";

/** What went wrong with one attempt. */
export type Mishap = { status: number } | { error: string | undefined; sent: boolean };
export interface Facts {
  /** Sending twice does no harm. */
  repeatable: boolean;
  /** The body can be sent again, or has not begun to be. */
  unread: boolean;
  /** Statuses over 499 that are final all the same. */
  final: readonly number[];
}
export type RetryReason = "status" | "connect" | "reset";

/** Nothing has left: worth another try whatever the method. */
export const CONNECT: ReadonlySet<string> = new Set(
  "ECONNREFUSED ECONNRESET EPIPE EAI_AGAIN ETIMEDOUT EHOSTUNREACH ENETUNREACH EADDRNOTAVAIL UND_ERR_CONNECT_TIMEOUT UND_ERR_SOCKET".split(
    " ",
  ),
);
/** The connection broke, or nothing came, after the request had left. */
const RESET = new Set(
  "ECONNRESET EPIPE ETIMEDOUT UND_ERR_SOCKET UND_ERR_HEADERS_TIMEOUT UND_ERR_BODY_TIMEOUT".split(" "),
);

/** The retry policy: why another attempt makes sense, or null. A 429 never does. */
export const reasonToRetry = (mishap: Mishap, { repeatable, unread, final }: Facts): RetryReason | null => {
  if (!unread) return null;
  if ("status" in mishap) return mishap.status > 499 && repeatable && !final.includes(mishap.status) ? "status" : null;
  if (mishap.error === undefined) return null;
  if (!mishap.sent) return CONNECT.has(mishap.error) ? "connect" : null;
  return repeatable && RESET.has(mishap.error) ? "reset" : null;
};

export const ATTEMPTS = 3;
const BASE = 50; // ms
const LONGEST = 20_000; // ms

/** Full jitter: any time up to 50 ms · 2ⁿ, n being the retries before. */
export const backoff = (retries: number, random: () => number): number =>
  random() * Math.min(LONGEST, BASE * 2 ** retries);

export interface RetryOptions {
  now: () => number;
  random: () => number;
  final: readonly number[];
  /** Told of each retry, and of each that the account's budget forbade. */
  count(event: RetryReason | "resume" | "exhausted"): void;
}

/** Three attempts in all, spread by chance, within the deadline and the account's budget of retries. */
export const retry = (options: RetryOptions): Layer =>
  layer((dispatch, request, handler) => {
    request.call.account.retries.called();
    return new Attempts(options, dispatch, request, handler).begin();
  });

class Attempts {
  #made = 0;
  readonly #call: Call;

  constructor(
    private readonly options: RetryOptions,
    private readonly dispatch: Dispatcher.Dispatch,
    private readonly request: CallOptions,
    private readonly handler: Dispatcher.DispatchHandler,
  ) {
    this.#call = request.call;
  }

  begin(): boolean {
    this.#made++;
    return this.dispatch(this.request, new Outcome(this.handler, this.request, this));
  }

  /** What to do instead of handing on an answer of this status, if anything. */
  afterStatus(status: number, headers: IncomingHttpHeaders): (() => void) | undefined {
    if (status <= 499) return undefined;
    const delay = Math.max(this.#backoff(), (retryAfterOf(headers, Date.now()) ?? 0) * 1000);
    return this.#another({ status }, delay);
  }

  /** The same after an error before the answer's reader had anything of it. */
  afterError(error: Error): (() => void) | undefined {
    return this.#another({ error: codeOf(error), sent: this.#call.sent }, this.#backoff());
  }

  /** After an error within a body that is being read: the rest, if the service can be held to give the same bytes. */
  resume(error: Error, position: Position): (() => void) | undefined {
    const { now } = this.options;
    if (reasonToRetry({ error: codeOf(error), sent: true }, this.#facts) === null || !this.#mayGoOn("resume"))
      return undefined;
    const headers = { ...this.request.headers, ...position.headers };
    return () => {
      this.#call.deadline = now() + RESUME;
      this.#wait(this.#backoff(), () => {
        this.#made++;
        this.dispatch(
          { ...this.request, headers } as CallOptions,
          new Continuation(this.handler, this.#call, position, error, this),
        );
      });
    };
  }

  #another(mishap: Mishap, delay: number): (() => void) | undefined {
    const reason = reasonToRetry(mishap, this.#facts);
    // An attempt that could not begin in time would only make the caller wait for the same error.
    if (reason === null || this.options.now() + delay >= this.#call.deadline || !this.#mayGoOn(reason))
      return undefined;
    return () => {
      if (reason !== "connect") this.#call.repeated = true;
      this.#wait(delay, () => this.begin());
    };
  }

  #mayGoOn(reason: RetryReason | "resume"): boolean {
    if (this.#call.aborted || this.#made >= ATTEMPTS) return false;
    const granted = this.#call.account.retries.take();
    this.options.count(granted ? reason : "exhausted");
    return granted;
  }

  #backoff(): number {
    return backoff(this.#made - 1, this.options.random);
  }

  get #facts(): Facts {
    const { repeatable, accept } = this.#call;
    const final = [...this.options.final, ...accept];
    return { repeatable, unread: isUnread(this.request.body), final };
  }

  #wait(delay: number, go: () => void): void {
    const timer = setTimeout(go, delay);
    this.#call.cancel = (reason) => {
      clearTimeout(timer);
      this.handler.onResponseError?.(NO_CONTROLLER, reason);
    };
  }
}
export type Retries = Pick<Attempts, "resume">;

const RESUME = 30_000; // ms that the rest of a body may take to begin

/** One attempt from its head to its end. */
class Outcome extends Attempt {
  #position: Position | undefined;
  #answering = false;

  constructor(
    next: Dispatcher.DispatchHandler,
    private readonly request: CallOptions,
    private readonly attempts: Attempts,
  ) {
    super(next, request.call, (status, headers) => attempts.afterStatus(status, headers));
  }

  override onResponseStart(...event: Parameters<Attempt["onResponseStart"]>): void {
    super.onResponseStart(...event);
    this.#answering = !this.dropped;
    if (this.call.streams) this.#position = Position.of(this.request.method, event[1], event[2]);
  }
  override onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#position?.advance(chunk.length);
    super.onResponseData(controller, chunk);
  }
  override onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    const again = this.call.aborted || this.dropped ? undefined : this.#afterError(error);
    if (again) again();
    else super.onResponseError(controller, error);
  }

  #afterError(error: Error): (() => void) | undefined {
    // What is collected can begin anew; what is being read cannot.
    if (!this.#answering || !this.call.streams) return this.attempts.afterError(error);
    return this.#position && this.attempts.resume(error, this.#position);
  }
}

const codeOf = (error: Error): string | undefined => (error as NodeJS.ErrnoException).code;
