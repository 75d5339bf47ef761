import { finished, Readable, Transform } from "node:stream";
import { Dispatcher, errors } from "undici";

/** A request as an in-process service receives it. */
export interface MemoryRequest {
  method: string;
  /** With its query, percent-encoded. */
  path: string;
  /** Lower-case names. */
  headers: Record<string, string>;
  /** Always there; ends at once when nothing was sent. */
  body: Readable;
  /** Fires when the answer is no longer wanted. */
  signal: AbortSignal;
}
export interface MemoryResponse {
  status: number;
  headers: Record<string, string>;
  body: Buffer | string | Readable;
}
export type MemoryHandler = (request: MemoryRequest) => Promise<MemoryResponse>;

/**
 * A service within this process as an undici dispatcher: no socket, no port, but the same events, so every layer works as over
 * the network. Bodies stream both ways with back-pressure. A handler that throws is a connection that broke.
 */
export const memoryDispatcher = (handler: MemoryHandler): Dispatcher => new MemoryDispatcher(handler);

class MemoryDispatcher extends Dispatcher {
  constructor(private readonly handler: MemoryHandler) {
    super();
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    new Exchange(options, handler).begin(this.handler);
    return true;
  }

  override async close(): Promise<void> {}
  override async destroy(): Promise<void> {}
}

/** One request and its answer; also what the requester controls it by. */
class Exchange implements Dispatcher.DispatchController {
  aborted = false;
  paused = false;
  reason: Error | null = null;
  #over = false;
  #answer: Readable | undefined;
  /** An answer that is not a stream, while its reader has paused. */
  #whole: Buffer | undefined;
  readonly #body: Readable;
  readonly #abort = new AbortController();

  constructor(
    private readonly options: Dispatcher.DispatchOptions,
    private readonly handler: Dispatcher.DispatchHandler,
  ) {
    this.#body = requestBody(options, handler);
    // An upload that breaks off is the requester's error, not the service's.
    this.#body.on("error", (error) => this.#fail(error));
  }

  begin(handler: MemoryHandler): void {
    this.handler.onRequestStart?.(this, {});
    if (this.aborted) return;
    const { path, method, headers } = this.options;
    const request = { method, path, headers: toRecord(headers), body: this.#body, signal: this.#abort.signal };
    // Never before `dispatch` has returned: as over a socket.
    queueMicrotask(() => {
      if (this.#over) return;
      handler(request).then(
        (response) => this.#respond(response),
        (error: Error) => this.#fail(new errors.SocketError(`The in-process service broke off: ${error?.message}`)),
      );
    });
  }

  abort(reason: Error): void {
    if (this.aborted || this.#over) return;
    this.aborted = true;
    this.reason = reason;
    this.#fail(reason);
  }
  pause(): void {
    this.paused = true;
    this.#answer?.pause();
  }
  resume(): void {
    this.paused = false;
    this.#answer?.resume();
    if (this.#whole) this.#deliver(this.#whole);
  }

  #respond({ status, headers, body }: MemoryResponse): void {
    if (body instanceof Readable) this.#answer = body;
    if (!this.#guard(() => this.handler.onResponseStart?.(this, status, headers))) {
      this.#answer?.on("error", () => undefined).destroy();
    } else if (!(body instanceof Readable)) {
      this.#whole = toBuffer(body);
      if (!this.paused) this.#deliver(this.#whole);
    } else {
      body.on("data", (chunk: Buffer | string) =>
        this.#guard(() => this.handler.onResponseData?.(this, toBuffer(chunk))),
      );
      finished(body, { writable: false }, (error) => {
        if (error) this.#fail(new errors.SocketError(`The in-process service broke off: ${error.message}`));
        else this.#end();
      });
      if (this.paused) body.pause();
    }
  }

  #deliver(body: Buffer): void {
    this.#whole = undefined;
    if (body.length === 0 || this.#guard(() => this.handler.onResponseData?.(this, body))) this.#end();
  }

  /** A requester's handler that throws ends the exchange, as it does in undici. */
  #guard(event: () => void): boolean {
    if (this.#over) return false;
    try {
      event();
    } catch (error) {
      this.abort(error as Error);
    }
    return !this.#over;
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#body.destroy();
    this.handler.onResponseEnd?.(this, {});
  }

  #fail(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#abort.abort(error);
    this.#body.destroy();
    this.#answer?.destroy();
    this.handler.onResponseError?.(this, error);
  }
}

/** What was given, as a stream of the length that was said, telling of each chunk that the service takes. */
const requestBody = (options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): Readable => {
  const { body, headers } = options;
  if (!(body instanceof Readable)) {
    const whole = toBuffer((body as string | Buffer | null | undefined) ?? "");
    return Readable.from(whole.length > 0 ? [whole] : []);
  }
  const said = toRecord(headers)["content-length"];
  let seen = 0;
  const wrong = () => new errors.RequestContentLengthMismatchError();
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (said !== undefined && seen > Number(said)) return done(wrong());
      handler.onBodySent?.(chunk);
      done(null, chunk);
    },
    flush: (done) => done(said !== undefined && seen !== Number(said) ? wrong() : null),
    destroy(error, done) {
      body.destroy();
      done(error);
    },
  });
  finished(body, { writable: false }, (error) => error && counted.destroy(error));
  return body.pipe(counted);
};

const toBuffer = (data: Buffer | string): Buffer => (typeof data === "string" ? Buffer.from(data, "utf8") : data);

const toRecord = (headers: Dispatcher.DispatchOptions["headers"]): Record<string, string> => {
  const record: Record<string, string> = {};
  for (const [name, value] of Object.entries((headers ?? {}) as Record<string, unknown>))
    if (value !== undefined) record[name.toLowerCase()] = String(value);
  return record;
};
