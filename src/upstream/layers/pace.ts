import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { allowanceOf, retryAfterOf } from "../allowance.js";
import { type Call, type Layer, layer } from "../call.js";
import { NO_CONTROLLER, Relay } from "./relay.js";

/** Each attempt waits for its turn in its account's queue, and what answers tell of limits is remembered for the next. */
export const pace = (now: () => number): Layer =>
  layer((dispatch, options, handler) => {
    const { call } = options;
    const { pace: queue } = call.account;
    if (queue.enter()) return dispatch(options, new Turn(handler, call));
    const began = now();
    const settle = () => {
      call.late = undefined;
      if (call.target.book) call.target.book.waitedMs += now() - began;
    };
    const waiter = {
      background: call.target.background ?? false,
      go() {
        settle();
        call.credential = undefined; // It may have been renewed meanwhile.
        dispatch(options, new Turn(handler, call));
      },
    };
    call.late = () => queue.refusal();
    call.cancel = (reason) => {
      settle();
      queue.leaveQueue(waiter);
      handler.onResponseError?.(NO_CONTROLLER, reason);
    };
    try {
      queue.wait(waiter, call.deadline);
    } catch (refusal) {
      call.cancel(refusal as Error);
    }
    return true;
  });

/** From the moment an attempt may leave until its answer is read; a stream's until its head is there, for its reader takes its own time. */
class Turn extends Relay {
  #over = false;

  constructor(
    next: Dispatcher.DispatchHandler,
    private readonly call: Call,
  ) {
    super(next);
  }

  #leave(): void {
    if (this.#over) return;
    this.#over = true;
    this.call.account.pace.leave();
  }

  override onResponseStart(...event: Parameters<Relay["onResponseStart"]>): void {
    this.#learn(event[1], event[2]);
    if (this.call.streams) this.#leave();
    super.onResponseStart(...event);
  }
  override onResponseEnd(...event: Parameters<Relay["onResponseEnd"]>): void {
    this.#leave();
    super.onResponseEnd(...event);
  }
  override onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    this.#leave();
    super.onResponseError(controller, error);
  }

  #learn(status: number, headers: IncomingHttpHeaders): void {
    const wallClock = Date.now();
    const allowance = allowanceOf(headers, wallClock);
    if (allowance) this.call.account.pace.learn(allowance);
    const retryAfter = status === 429 ? retryAfterOf(headers, wallClock) : undefined;
    if (retryAfter) this.call.account.pace.block(retryAfter);
  }
}
