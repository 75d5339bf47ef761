import { Readable, Transform, type TransformCallback } from "node:stream";
import { LIMITS } from "./limits.js";
import type { Source } from "./message.js";

/** Catches the header section, up to the first empty line, of bytes that come by in chunks of any size. */
export class Head {
  /** Begins with a line end, so that a message that begins with the empty line needs no case of its own. */
  #bytes = Buffer.alloc(8192, "\n");
  #length = 1;
  #ended = false;

  /** True once the section has ended or outgrown its bound: nothing more is taken. */
  add(chunk: Buffer): boolean {
    if (this.full) return true;
    const taken = chunk.subarray(0, LIMITS.headBytes + 1 - this.#length);
    const length = this.#length + taken.length;
    if (length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(length, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    taken.copy(this.#bytes, this.#length);
    const from = Math.max(0, this.#length - 2);
    this.#length = length;
    const end = emptyLine(this.#bytes.subarray(0, length), from);
    if (end !== null) {
      this.#length = end;
      this.#ended = true;
    }
    return this.full;
  }

  get full(): boolean {
    return this.#ended || this.cut;
  }
  /** Whether the section is longer than what is kept of it. */
  get cut(): boolean {
    return !this.#ended && this.#length > LIMITS.headBytes;
  }
  get bytes(): Buffer {
    return this.#bytes.subarray(1, this.#length);
  }
}

/** Where the first empty line ends. Its line ends may be bare line feeds, as files have them. */
const emptyLine = (bytes: Buffer, from: number): number | null => {
  for (let at = bytes.indexOf(10, from); at !== -1; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) return at + 2;
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return at + 3;
  }
  return null;
};

/** Reads no further than the header section, then leaves the source. */
export const readHead = async (source: Source): Promise<Head> => {
  const head = new Head();
  for await (const chunk of toStream(source)) if (head.add(chunk)) break;
  return head;
};

/** A buffer as a stream, without a copy. */
export const toStream = (source: Source): Readable =>
  source instanceof Readable ? source : Readable.from([source], { objectMode: false });

/** The first line of a head: a field, or what mailbox files (RFC 4155) put before it. The empty line ends a head of none. */
const FIRST_LINE = /^(?:[!-9;-~]+[ \t]*:|>?From |\r?\n)/;
/** Bytes within which a first line shows what it is; names of fields are short. */
const SHOWN = 100;

/**
 * Passes a message on and shows it to `watch`. A text that has no head at all is given an empty one, so that its first
 * paragraph is not taken for it.
 */
export class Opening extends Transform {
  #held: Buffer | null = Buffer.alloc(0);

  constructor(private readonly watch: (chunk: Buffer) => void) {
    super();
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    if (this.#held === null) this.#pass(chunk);
    else {
      this.#held = Buffer.concat([this.#held, chunk]);
      if (this.#held.length >= SHOWN || this.#held.includes(10)) this.#open(this.#held);
    }
    done();
  }

  override _flush(done: TransformCallback): void {
    if (this.#held?.length) this.#open(this.#held);
    done();
  }

  #open(held: Buffer): void {
    this.#held = null;
    if (!FIRST_LINE.test(held.toString("latin1", 0, SHOWN))) this.#pass(Buffer.from("\r\n"));
    this.#pass(held);
  }

  #pass(chunk: Buffer): void {
    this.watch(chunk);
    this.push(chunk);
  }
}
