import { MailParser, type MailParserOptions } from "mailparser";
import { LIMITS } from "./limits.js";
import type { Cut } from "./message.js";

/** More of something than `LIMITS` allow; what was read until then stands. */
export class LimitReached extends Error {
  constructor(readonly cut: Cut) {
    super(`the message has more ${cut} than are read`);
  }
}

/** What the parser hands itself: the head of a part, or bytes within one. */
type Piece = ({ type: "node" } & Node) | { type: "body" | "data"; value: Buffer };
interface Node {
  contentType: string | false;
  parentNode: Node | false;
  /** Numbers, with a word in place of the root's. */
  partNr: readonly (string | number)[];
  headerCost(): number;
}

/**
 * What `MailParser` does not declare of itself. Left alone it collects texts without a bound and knows none for depth, nor for
 * the headers of all parts together. The version is pinned, and the tests of this folder fail if these two change.
 */
interface Undeclared {
  /** Types of parts that are kept in memory as the message's text. */
  textTypes: readonly string[];
  processChunk(piece: Piece, done: (error?: Error) => void): void;
}
const Base = MailParser as unknown as new (options: MailParserOptions) => MailParser & Undeclared;

/** Streams every part, texts too, as an attachment, and fails with `LimitReached` at the bounds. */
export class PartParser extends Base {
  #headerBytes = 0;
  /** Types of the multiparts by their id. */
  readonly #multiparts = new Map<string, string>();
  #leaves = 0;
  /** What stands between parts, kept as long as no part is found. */
  readonly stray: Buffer[] = [];
  #strayBytes = 0;

  constructor() {
    super({ ignoreEmbedded: true, checksumAlgo: false, maxHeadSize: LIMITS.headBytes, maxChildNodes: LIMITS.parts });
    this.textTypes = [];
  }

  override processChunk(piece: Piece, done: (error?: Error) => void): void {
    const cut = piece.type === "node" ? this.#enter(piece) : piece.type === "data" ? this.#keep(piece.value) : null;
    if (cut) done(new LimitReached(cut));
    else super.processChunk(piece, done);
  }

  /** The id of the nearest `multipart/alternative` around a part. */
  alternativeOf(id: string): string | null {
    const path = id.split(".");
    for (let length = path.length - 1; length >= 0; length--) {
      const around = path.slice(0, length).join(".");
      if (this.#multiparts.get(around) === "multipart/alternative") return around;
    }
    return null;
  }

  #enter(node: Node): Cut | null {
    this.#headerBytes += node.headerCost();
    if (this.#headerBytes > LIMITS.headerBytes) return "headers";
    let depth = 1;
    for (let parent = node.parentNode; parent; parent = parent.parentNode) depth++;
    if (depth > LIMITS.depth) return "depth";
    if (node.contentType !== false && /^multipart\//.test(node.contentType))
      this.#multiparts.set(node.partNr.filter((each) => typeof each === "number").join("."), node.contentType);
    else this.#leaves++;
    return null;
  }

  #keep(bytes: Buffer): null {
    if (this.#leaves > 0) this.stray.length = 0;
    else if (this.#strayBytes < LIMITS.textBytes) {
      this.stray.push(bytes.subarray(0, LIMITS.textBytes - this.#strayBytes));
      this.#strayBytes += bytes.length;
    }
    return null;
  }
}
