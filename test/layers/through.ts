import type { Dispatcher } from "undici";
import { AccountState } from "../../src/upstream/accountState.js";
import { Call, type CallOptions, type Layer } from "../../src/upstream/call.js";
import { reachOf } from "../../src/upstream/place.js";
import type { Target } from "../../src/upstream/upstream.js";
import { targetAt } from "../faults/client.js";

export const ORIGIN = "https://api.vendor.test";

/** What stands in for all that lies nearer to the wire than the layer under test. */
export type Wire = (options: CallOptions, handler: Required<Pick<Dispatcher.DispatchHandler, Event>>) => void;
type Event = "onRequestStart" | "onResponseStart" | "onResponseData" | "onResponseEnd" | "onResponseError";

export const CONTROLLER: Dispatcher.DispatchController = {
  aborted: false,
  paused: false,
  reason: null,
  abort: () => undefined,
  pause: () => undefined,
  resume: () => undefined,
};

/** A wire that answers. */
export const answering =
  (status: number, headers: Record<string, string> = {}): Wire =>
  ({ call }, handler) => {
    call.sent = true;
    handler.onRequestStart(CONTROLLER, {});
    handler.onResponseStart(CONTROLLER, status, headers);
    handler.onResponseData(CONTROLLER, Buffer.from("body"));
    handler.onResponseEnd(CONTROLLER, {});
  };

export const openCall = (more: Partial<Target> = {}): Call => {
  const target = targetAt(ORIGIN, more);
  const now = () => performance.now();
  const account = new AccountState(target.budget, now);
  return new Call({
    target,
    account,
    reach: reachOf(ORIGIN),
    repeatable: true,
    streams: false,
    accept: [],
    upload: null,
    now,
  });
};

/** One request through one layer; gives the status that came out of it, or the error. */
export const through = (layer: Layer, wire: Wire, options: Partial<CallOptions> = {}): Promise<number | Error> => {
  const request: CallOptions = { origin: ORIGIN, path: "/", method: "GET", headers: {}, call: openCall(), ...options };
  return new Promise((resolve) => {
    let status = 0;
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => undefined,
      onResponseStart: (_, code) => {
        status = code;
      },
      onResponseData: () => undefined,
      onResponseEnd: () => resolve(status),
      onResponseError: (_, error) => resolve(error),
    };
    const dispatch = layer((sent, inner) => {
      wire(sent as CallOptions, inner as Parameters<Wire>[1]);
      return true;
    });
    dispatch(request, handler);
  });
};
