import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { ApiError } from "../../errors.js";
import type { Loan } from "../../upstream/transports/transport.js";
import type { ByteRange, Context, Download } from "../connector.js";
import { mimeTypeOf, pathOf } from "../families/paths/items.js";
import { namesOf, notFound } from "../families/paths/names.js";
import { explain } from "./errors.js";
import { find } from "./reading.js";
import type { Session, Transfer } from "./session.js";
import { streaming } from "./transport.js";
import { toWire } from "./wire.js";

/** Milliseconds for the server's last word, when the bytes are there. */
const LAST_WORD = 5_000;

/** The bytes from where the range begins (REST, RFC 3659, 5); the server is stopped where it ends. */
export const download = async (context: Context, id: string, range?: ByteRange): Promise<Download> => {
  const names = namesOf(id);
  return streaming(context, async (session, loan) => {
    const found = await find(context, session, names);
    if (!found) throw notFound();
    if (found.isFolder) throw new ApiError("invalid_resource_type", "A folder has no contents of its own.");
    const { size, modified } = found;
    const part = range && clip(range, size);
    const length = part ? part.end - part.start + 1 : size;
    const transfer = await session.transfer(`RETR ${toWire(pathOf(context, names))}`, part?.start ?? 0);
    return {
      body: new Body(loan, transfer, await transfer.ready, length),
      length,
      size,
      ...(part ? { range: part } : {}),
      mimeType: mimeTypeOf(names.at(-1)),
      // Weak: two contents of one length within a second would have the same.
      etag: size === null || modified === null ? null : `W/"${size.toString(36)}-${Date.parse(modified).toString(36)}"`,
      modified,
    };
  });
};

/** A range that ends past the end is cut there. Where nobody knows the size, there are no ranges: the whole file is given. */
const clip = ({ start, end = Number.POSITIVE_INFINITY }: ByteRange, size: number | null) => {
  if (size === null) return undefined;
  if (!(start >= 0 && start < size && start <= end))
    throw new ApiError("invalid_parameters", `The range lies outside of the file, which has ${size} bytes.`);
  return { start, end: Math.min(end, size - 1) };
};

/** Exactly `length` bytes where that is known, confirmed by the server; or an error. */
class Body extends Readable {
  #left: number;
  #isOver = false;
  readonly #leave = (): void => void this.destroy(this.loan.signal.reason);

  constructor(
    private readonly loan: Loan<Session>,
    private readonly transfer: Transfer,
    private readonly socket: Socket,
    length: number | null,
  ) {
    super({ highWaterMark: 64 << 10 });
    this.on("error", () => undefined); // nobody may be there to read it any more
    this.#left = length ?? Number.POSITIVE_INFINITY;
    loan.rest();
    loan.signal.addEventListener("abort", this.#leave, { once: true });
    transfer.done.catch((error) => {
      if (!this.#isOver) this.destroy(explain(error) as Error);
    });
    socket.on("data", (chunk: Buffer) => this.#receive(chunk)).pause();
    socket.once("end", () => this.#end()).once("close", () => this.#break());
    if (loan.signal.aborted) this.#leave();
    else if (length === 0) this.#finish();
  }

  override _read(): void {
    if (this.#isOver) return;
    this.loan.moved();
    this.socket.resume();
  }

  #receive(chunk: Buffer): void {
    if (this.#isOver) return;
    this.loan.moved();
    const wanted = chunk.length > this.#left ? chunk.subarray(0, this.#left) : chunk;
    this.#left -= wanted.length;
    if (!this.push(wanted)) {
      this.socket.pause();
      this.loan.rest();
    }
    // An end that is not the file's own is not waited for.
    if (this.#left === 0 && chunk.length > wanted.length) this.#finish();
  }

  #end(): void {
    if (this.#isOver) return;
    if (this.#left > 0 && this.#left !== Number.POSITIVE_INFINITY) this.#break();
    else this.#finish();
  }

  #break(): void {
    if (!this.#isOver) this.destroy(new ApiError("bad_gateway", "The connection broke before the end of the file."));
  }

  /** The last word of a whole transfer is waited for; after one that was stopped, it only makes the connection good for others. */
  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const isWhole = this.socket.readableEnded;
    if (!isWhole) this.socket.destroy();
    this.loan.moved();
    const word = Promise.race([
      this.transfer.done,
      delay(LAST_WORD, undefined, { ref: false }).then(() => Promise.reject(LATE)),
    ]);
    if (isWhole)
      word.then(
        () => this.push(null),
        (error) => this.destroy(explain(error) as Error),
      );
    else {
      this.push(null);
      // "426 transfer aborted" is as good as "226 done" here.
      word
        .catch((error) => (error === LATE ? Promise.reject(error) : undefined))
        .then(
          () => this.loan.giveBack(),
          () => this.loan.throwAway(),
        );
    }
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.loan.signal.removeEventListener("abort", this.#leave);
    const isStopped = this.#isOver && !this.socket.readableEnded;
    if (error || !this.#isOver) this.loan.throwAway();
    else if (!isStopped) this.loan.giveBack();
    this.#isOver = true;
    done(error);
  }
}
const LATE = new ApiError("gateway_timeout", "The server did not answer in time.");
