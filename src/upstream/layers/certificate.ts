import type { Dispatcher } from "undici";
import { type CallOptions, type Layer, layer } from "../call.js";
import { isVerdict, Untrusted } from "../certificate.js";
import { dialTls } from "../pinned.js";
import type { Dialler } from "../transports/dial.js";
import { Relay } from "./relay.js";

/** Where an account may name the certificate that it trusts and does not, it is told the one that its server shows. */
export const certificate = (dialler: Dialler): Layer =>
  layer((dispatch, options, handler) =>
    dispatch(options, options.call.target.certificate === null ? new Shown(handler, options, dialler) : handler),
  );

class Shown extends Relay {
  constructor(
    next: Dispatcher.DispatchHandler,
    private readonly options: CallOptions,
    private readonly dialler: Dialler,
  ) {
    super(next);
  }

  override onResponseError(controller: Dispatcher.DispatchController, error: NodeJS.ErrnoException): void {
    if (!isVerdict(error.code ?? "")) return void super.onResponseError(controller, error);
    const looking = new AbortController();
    this.options.call.cancel = (reason) => looking.abort(reason);
    dialTls(this.dialler, new URL(this.options.origin), looking.signal)
      .then(
        (socket) => void socket.destroy(),
        (told: unknown) => (told instanceof Untrusted ? told : undefined),
      )
      .then((told) => super.onResponseError(controller, told ? new Untrusted(told.message, error) : error));
  }
}
