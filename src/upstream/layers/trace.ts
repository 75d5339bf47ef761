import type { Dispatcher } from "undici";
import { type CallOptions, type Layer, layer } from "../call.js";
import { Relay } from "./relay.js";

/** One attempt, as it is told to logs and metrics. No path, query, header or body: they may hold secrets. */
export interface AttemptRecord {
  service: string;
  account: string;
  method: string;
  host: string;
  /** Null when no answer came. */
  status: number | null;
  /** `ECONNRESET` … when it failed. */
  error: string | null;
  milliseconds: number;
}
export type Observe = (attempt: AttemptRecord) => void;

/** Counts what really left and how long it took, in the caller's book and for the operator. */
export const trace = (now: () => number, observe: Observe | undefined): Layer =>
  layer((dispatch, options, handler) => dispatch(options, new Traced(handler, options, now, observe)));

class Traced extends Relay {
  readonly #began: number;
  #status: number | null = null;

  constructor(
    next: Dispatcher.DispatchHandler,
    private readonly options: CallOptions,
    private readonly now: () => number,
    private readonly observe: Observe | undefined,
  ) {
    super(next);
    this.#began = now();
  }

  override onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    const { book } = this.options.call.target;
    if (book) book.calls++;
    super.onRequestStart(controller, context);
  }
  override onResponseStart(...event: Parameters<Relay["onResponseStart"]>): void {
    this.#status = event[1];
    super.onResponseStart(...event);
  }
  override onResponseEnd(...event: Parameters<Relay["onResponseEnd"]>): void {
    this.#record(null);
    super.onResponseEnd(...event);
  }
  override onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    this.#record((error as NodeJS.ErrnoException).code ?? error.name);
    super.onResponseError(controller, error);
  }

  #record(error: string | null): void {
    const milliseconds = this.now() - this.#began;
    const { call, method, origin } = this.options;
    const { book, service, account } = call.target;
    if (book) book.ms += milliseconds;
    const host = origin.slice(origin.indexOf("//") + 2);
    this.observe?.({ service, account, method, host, status: this.#status, error, milliseconds });
  }
}
