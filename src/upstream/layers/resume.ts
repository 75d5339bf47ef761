import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import type { Call } from "../call.js";
import { Relay } from "./relay.js";
import type { Retries } from "./retry.js";

/** How far a body has been read of a representation that its strong ETag names. */
export class Position {
  private constructor(
    private readonly etag: string,
    private next: number,
    private readonly last: string,
  ) {}

  /** Undefined for an answer whose rest could be of another version. */
  static of(method: string, status: number, headers: IncomingHttpHeaders): Position | undefined {
    const etag = headers.etag;
    if (method !== "GET" || typeof etag !== "string" || !etag.startsWith('"')) return undefined;
    if (status === 200) return new Position(etag, 0, "");
    const [, first, last] = RANGE.exec(String(headers["content-range"])) ?? [];
    return status === 206 && first !== undefined ? new Position(etag, Number(first), last as string) : undefined;
  }

  advance(bytes: number): void {
    this.next += bytes;
  }

  /** They ask for the rest, and for nothing else (RFC 9110, 13.1.5). */
  get headers(): Record<string, string> {
    return { range: `bytes=${this.next}-${this.last}`, "if-range": this.etag };
  }

  isContinuedBy(status: number, headers: IncomingHttpHeaders): boolean {
    const [, first] = RANGE.exec(String(headers["content-range"])) ?? [];
    return status === 206 && Number(first) === this.next && (headers.etag === undefined || headers.etag === this.etag);
  }
}
const RANGE = /^bytes (\d+)-(\d+)\//;

/** The rest of a broken body, for a reader who has its beginning; any other answer leaves it broken. */
export class Continuation extends Relay {
  #over = false;

  constructor(
    next: Dispatcher.DispatchHandler,
    private readonly call: Call,
    private readonly position: Position,
    private readonly broken: Error,
    private readonly retries: Retries,
  ) {
    super(next);
  }

  override onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (!this.position.isContinuedBy(status, headers)) controller.abort(this.broken);
  }
  override onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.position.advance(chunk.length);
    super.onResponseData(controller, chunk);
  }
  override onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#over) return;
    this.#over = true;
    const again = this.call.aborted || error === this.broken ? undefined : this.retries.resume(error, this.position);
    if (again) again();
    else super.onResponseError(controller, this.call.aborted ?? this.broken);
  }
}
