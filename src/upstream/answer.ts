import type { IncomingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { Call } from "./call.js";
import { CEILING, decode } from "./decode.js";
import { failure, gone, refusal, tooLarge } from "./failure.js";
import { type Headers, readHeaders } from "./headers.js";

/** An answer read as a whole. */
export interface WholeAnswer {
  status: number;
  headers: Headers;
  body: Buffer;
  repeated: boolean;
}
export interface StreamedAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Readable;
  repeated: boolean;
}

const SAMPLE = 64 * 1024; // bytes of a refusal that are read for its explanation

/** Whether a status, told to a repeated request or to a first one, goes to who asked; of any other the body is read as a refusal's. */
export type Wanted = (status: number, repeated: boolean) => boolean;

/** Collects an answer; a refusal becomes the error that it means. May be told of a new beginning after a retry. */
export class Collector implements Dispatcher.DispatchHandler {
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #chunks: Buffer[] = [];
  #size = 0;
  #ceiling = CEILING;
  #over = false;

  constructor(
    private readonly call: Call,
    private readonly isWanted: Wanted,
    private readonly done: (answer: WholeAnswer) => void,
    private readonly fail: (error: Error) => void,
  ) {}

  onRequestStart(): void {}

  onBodySent(): void {
    this.call.move();
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = headers;
    this.#chunks = [];
    this.#size = 0;
    this.#ceiling = this.#isWanted ? CEILING : SAMPLE;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size <= this.#ceiling || this.#over) return;
    if (this.#ceiling === CEILING) this.call.abort(tooLarge());
    else {
      this.onResponseEnd();
      this.call.abort(ENOUGH);
    }
  }

  onResponseEnd(): void {
    if (this.#over) return;
    this.#over = true;
    const body = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks, this.#size);
    const headers = readHeaders(this.#headers);
    const encoding = headers["content-encoding"];
    if (encoding === undefined || body.length === 0) this.#finish(headers, body);
    else if (this.#isWanted)
      decode(encoding, body, this.#status).then((decoded) => this.#finish(headers, decoded), this.fail);
    else
      decode(encoding, body, this.#status, 2 * SAMPLE).then(
        (decoded) => this.#finish(headers, decoded),
        () => this.#finish(headers, Buffer.alloc(0)),
      );
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.call.upload?.destroy();
    this.fail(failure(error, this.call.upload));
  }

  get #isWanted(): boolean {
    return this.isWanted(this.#status, this.call.repeated);
  }

  #finish(headers: Headers, body: Buffer): void {
    const { repeated } = this.call;
    if (this.#isWanted) this.done({ status: this.#status, headers, body, repeated });
    else this.fail(refusal(this.#status, headers, body, this.call.target.explain));
  }
}
const ENOUGH = new Error("Enough of this answer has been read");

/** Hands an answer on as it comes, no faster than it is read; a refusal is collected and becomes an error. */
export class Streamer implements Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | undefined;
  #body: Readable | undefined;
  #ended = false;
  #refused: Collector | undefined;

  constructor(
    private readonly call: Call,
    private readonly isWanted: Wanted,
    private readonly done: (answer: StreamedAnswer) => void,
    private readonly fail: (error: Error) => void,
  ) {}

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
  }

  onBodySent(): void {
    this.call.move();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#controller = controller;
    const { repeated } = this.call;
    if (!this.isWanted(status, repeated)) {
      this.#refused = new Collector(this.call, this.isWanted, () => undefined, this.fail);
      this.#refused.onResponseStart(controller, status, headers);
      return;
    }
    this.#body = new Readable({
      highWaterMark: 64 * 1024,
      read: () => this.#controller?.resume(),
      destroy: (error, done) => {
        if (!this.#ended) this.call.abort(error ?? gone("closed"));
        done(error);
      },
    });
    this.done({ status, headers, body: this.#body, repeated });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#controller = controller;
    if (this.#refused) this.#refused.onResponseData(controller, chunk);
    else if (!this.#body?.push(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    this.#ended = true;
    if (this.#refused) this.#refused.onResponseEnd();
    else this.#body?.push(null);
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#refused) this.#refused.onResponseError(controller, error);
    else if (this.#body) this.#body.destroy(failure(error, this.call.upload));
    else {
      this.call.upload?.destroy();
      this.fail(failure(error, this.call.upload));
    }
  }
}

/** The reader's going, or its caller's, ends a body that is being read. */
export const endWith = (body: Readable, signals: readonly (AbortSignal | undefined)[]): void => {
  const onAbort = (event: Event) => body.destroy(gone((event.target as AbortSignal).reason));
  for (const signal of signals) {
    if (signal?.aborted) body.destroy(gone(signal.reason));
    else signal?.addEventListener("abort", onAbort, { once: true });
  }
  body.once("close", () => {
    for (const signal of signals) signal?.removeEventListener("abort", onAbort);
  });
};
