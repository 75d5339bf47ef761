import { Readable } from "node:stream";
import { ApiError } from "../../errors.js";
import type { Loan } from "../../upstream/transports/transport.js";
import type { ByteRange, Context, Download } from "../connector.js";
import { mimeTypeOf, pathOf } from "../families/paths/items.js";
import { type Names, namesOf, notFound } from "../families/paths/names.js";
import { explain } from "./errors.js";
import { toSize, toTime } from "./map.js";
import { Finder } from "./reading.js";
import type { Session } from "./session.js";
import { streaming } from "./transport.js";
import { ahead, CHUNK, type Facts } from "./wire.js";

/** The bytes of the file as it is when it is opened, read by many requests at once; a slow reader slows them down. */
export const download = async (context: Context, id: string, range?: ByteRange): Promise<Download> => {
  const names = namesOf(id);
  return streaming(context, async (session, loan) => {
    const found = await new Finder(session, context).find(names);
    if (!found) throw notFound();
    if (found.isFolder) throw new ApiError("invalid_resource_type", "A folder has no contents of its own.");
    const file = await session.open(pathOf(context, names), "r");
    try {
      return told(loan, file, await session.fstat(file), names, range);
    } catch (error) {
      session.close(file).catch(() => undefined);
      throw error;
    }
  });
};

const told = (
  loan: Loan<Session>,
  file: Buffer,
  facts: Facts,
  names: Names,
  range: ByteRange | undefined,
): Download => {
  const size = toSize(facts);
  if (size === null) throw new ApiError("bad_gateway", "The server does not tell how long the file is.");
  const part = range && clip(range, size);
  const length = part ? part.end - part.start + 1 : size;
  return {
    body: new Body(loan, file, part?.start ?? 0, length),
    length,
    size,
    ...(part ? { range: part } : {}),
    mimeType: mimeTypeOf(names.at(-1)),
    // Weak: two contents of one length within a second would have the same.
    etag: `W/"${size.toString(36)}-${(facts.mtime ?? 0).toString(36)}"`,
    modified: toTime(facts),
  };
};

/** A range that ends past the end is cut there; one that begins past it has no bytes. */
const clip = ({ start, end = Number.POSITIVE_INFINITY }: ByteRange, size: number) => {
  if (!(start >= 0 && start < size && start <= end))
    throw new ApiError("invalid_parameters", `The range lies outside of the file, which has ${size} bytes.`);
  return { start, end: Math.min(end, size - 1) };
};

interface Piece {
  start: number;
  bytes: Buffer;
  filled: number;
}

/** Exactly `length` bytes, or an error. */
class Body extends Readable {
  /** Asked for, in the order of the file. */
  readonly #pieces: Piece[] = [];
  #asked: number;
  #isWanted = false;
  readonly #end: number;
  readonly #leave = (): void => void this.destroy(this.loan.signal.reason);

  constructor(
    private readonly loan: Loan<Session>,
    private readonly file: Buffer,
    start: number,
    length: number,
  ) {
    super({ highWaterMark: 2 * CHUNK });
    this.on("error", () => undefined); // nobody may be there to read it any more
    this.#asked = start;
    this.#end = start + length;
    loan.rest();
    loan.signal.addEventListener("abort", this.#leave, { once: true });
    if (loan.signal.aborted) this.#leave();
  }

  override _read(): void {
    this.#isWanted = true;
    this.#ask();
    this.#deliver();
  }

  /** As far ahead as may be; what has been answered and not been read counts as well. */
  #ask(): void {
    const longest = this.loan.connection.readLength;
    while (this.#pieces.length < ahead(longest) && this.#asked < this.#end) {
      const length = Math.min(longest, this.#end - this.#asked);
      const piece = { start: this.#asked, bytes: Buffer.allocUnsafeSlow(length), filled: 0 };
      this.#asked += length;
      this.#pieces.push(piece);
      this.#fill(piece);
    }
  }

  #fill(piece: Piece): void {
    const { start, bytes, filled } = piece;
    this.loan.moved();
    this.loan.connection.read(this.file, bytes, filled, bytes.length - filled, start + filled).then(
      (count) => {
        if (this.destroyed) return;
        this.loan.moved();
        if (count === 0) {
          this.destroy(new ApiError("data_conflict", "The file was cut short while it was read."));
          return;
        }
        piece.filled += count;
        if (piece.filled < bytes.length) this.#fill(piece);
        else this.#deliver();
      },
      (error) => this.destroy(explain(error) as Error),
    );
  }

  #deliver(): void {
    for (let [first] = this.#pieces; first && first.filled === first.bytes.length; [first] = this.#pieces) {
      if (!this.#isWanted) break;
      this.#pieces.shift();
      this.#isWanted = this.push(first.bytes);
      if (this.#isWanted) this.#ask();
    }
    if (this.#pieces.every(({ filled, bytes }) => filled === bytes.length)) this.loan.rest();
    if (this.#pieces.length === 0 && this.#asked === this.#end) this.push(null);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.loan.signal.removeEventListener("abort", this.#leave);
    this.loan.connection.close(this.file).catch(() => undefined);
    this.loan.giveBack();
    done(error);
  }
}
