import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import type { Call } from "../call.js";

type Controller = Dispatcher.DispatchController;

/** Hands every event on: what a layer's handler does not change. */
export class Relay implements Dispatcher.DispatchHandler {
  constructor(protected readonly next: Dispatcher.DispatchHandler) {}

  onRequestStart(controller: Controller, context: unknown): void {
    this.next.onRequestStart?.(controller, context);
  }
  onBodySent(chunk: Buffer): void {
    this.next.onBodySent?.(chunk);
  }
  onResponseStart(controller: Controller, status: number, headers: IncomingHttpHeaders, message?: string): void {
    this.next.onResponseStart?.(controller, status, headers, message);
  }
  onResponseData(controller: Controller, chunk: Buffer): void {
    this.next.onResponseData?.(controller, chunk);
  }
  onResponseEnd(controller: Controller, trailers: IncomingHttpHeaders): void {
    this.next.onResponseEnd?.(controller, trailers);
  }
  onResponseError(controller: Controller, error: Error): void {
    this.next.onResponseError?.(controller, error);
  }
}

const REST = 64 * 1024; // bytes of an unwanted answer that are read to keep its connection
const PATIENCE = 250; // ms

/** Relays one attempt, unless the layer decides at its head that another takes its place. */
export class Attempt extends Relay {
  #again: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #size = 0;

  constructor(
    next: Dispatcher.DispatchHandler,
    protected readonly call: Call,
    /** Given the head of an answer: what to do instead of handing it on, once the rest of it is out of the way. */
    private readonly judge: (status: number, headers: IncomingHttpHeaders) => (() => void) | undefined,
  ) {
    super(next);
  }

  /** Another attempt takes the place of this one. */
  protected get dropped(): boolean {
    return this.#again !== undefined;
  }

  override onResponseStart(
    controller: Controller,
    status: number,
    headers: IncomingHttpHeaders,
    message?: string,
  ): void {
    this.#again = this.judge(status, headers);
    if (this.#again) this.#timer = setTimeout(() => controller.abort(UNWANTED), PATIENCE);
    else super.onResponseStart(controller, status, headers, message);
  }
  override onResponseData(controller: Controller, chunk: Buffer): void {
    if (!this.#again) return void super.onResponseData(controller, chunk);
    this.#size += chunk.length;
    if (this.#size > REST) controller.abort(UNWANTED);
  }
  override onResponseEnd(controller: Controller, trailers: IncomingHttpHeaders): void {
    if (this.#again) this.#goOn(controller);
    else super.onResponseEnd(controller, trailers);
  }
  override onResponseError(controller: Controller, error: Error): void {
    if (this.#again) this.#goOn(controller);
    else super.onResponseError(controller, error);
  }

  #goOn(controller: Controller): void {
    clearTimeout(this.#timer);
    const again = this.#again as () => void;
    this.#again = ignore;
    if (this.call.aborted) super.onResponseError(controller, this.call.aborted);
    else again();
  }
}
const UNWANTED = new Error("The rest of this answer is not wanted");
const ignore = () => undefined;

/** For an error where there is no connection to control. */
export const NO_CONTROLLER: Controller = {
  aborted: true,
  paused: false,
  reason: null,
  abort: ignore,
  pause: ignore,
  resume: ignore,
};
