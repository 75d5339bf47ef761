import { pipeline, type Readable } from "node:stream";
import type { AttachmentStream, StructuredHeader } from "mailparser";
import { ApiError } from "../../../errors.js";
import { Opening, toStream } from "./head.js";
import type { Source } from "./message.js";
import { LimitReached, PartParser } from "./parser.js";

/** A part that holds no other parts. Its bytes must be read before the next part is asked for; what is left is skipped. */
export interface Part {
  id: string;
  /** In lower case. */
  mimeType: string;
  /** `inline`, `attachment`, another word, or null. */
  disposition: string | null;
  name: string | null;
  contentId: string | null;
  /** Whether it has a `contentId` and stands in a `multipart/related`. */
  related: boolean;
  /** The id of the `multipart/alternative` around it; the root's is "". */
  alternative: string | null;
  charset: string | null;
  /** Parameters of `format=flowed` (RFC 3676). */
  flowed: "no" | "yes" | "delsp";
  /** Decoded from base64 or quoted-printable. */
  content: Readable;
}

/** The parts of a message, one after the other, in memory that does not grow with them. */
export class Parts {
  readonly #source: Readable;
  readonly #parser = new PartParser();
  readonly #items: AsyncIterator<AttachmentStream | { type: "text" }>;
  #current: AttachmentStream | null = null;

  /** `watch` sees the raw bytes as they pass. */
  constructor(source: Source, watch: (chunk: Buffer) => void = () => {}) {
    this.#source = toStream(source);
    // The parser may complain after it was left, and an error nobody hears ends the process.
    this.#parser.on("error", (error: Error) => this.#current?.content.destroy(error));
    this.#parser.on("close", () => this.#current?.content.destroy(new Error("the message was left")));
    this.#items = this.#parser[Symbol.asyncIterator]();
    pipeline(this.#source, new Opening(watch), this.#parser, () => {});
  }

  /** The next part, or null after the last. Throws `LimitReached`, the source's own error, or `bad_gateway`. */
  async next(): Promise<Part | null> {
    try {
      await this.#finish();
      const { value, done } = await this.#items.next();
      return done || value.type === "text" ? null : this.#open(value);
    } catch (error) {
      throw this.explain(error);
    }
  }

  /** Bytes of a multipart in which no part was found, perhaps because its boundary is not the declared one. */
  get stray(): Buffer {
    return Buffer.concat(this.#parser.stray);
  }

  /** What a failure while reading a part means. */
  explain(error: unknown): unknown {
    if (error instanceof LimitReached || error === this.#source.errored) return error;
    if (error instanceof Error && "code" in error && error.code === "EMAXLEN")
      return new LimitReached(/header/i.test(error.message) ? "headers" : "parts");
    return new ApiError("bad_gateway", "the message broke off or cannot be read", {}, { cause: error });
  }

  /** Leaves the message: the source is destroyed, and a part that is still being read fails. */
  close(): void {
    this.#parser.destroy();
    this.#source.destroy();
  }

  /** The parser goes on once a part's bytes are gone and it was told so; to tell earlier would pile them up. */
  async #finish(): Promise<void> {
    const current = this.#current;
    if (!current) return;
    const { content } = current;
    if (!content.readableEnded)
      await new Promise<void>((resolve, reject) => {
        content.once("end", resolve).once("error", reject).resume();
        if (content.destroyed) reject(content.errored ?? new Error("the part was left before its end"));
      });
    this.#current = null;
    current.release?.();
  }

  #open(attachment: AttachmentStream): Part {
    this.#current = attachment;
    attachment.content.on("error", () => {});
    const id = attachment.partId ?? "1";
    const { params = {} } = (attachment.headers.get("content-type") ?? {}) as Partial<StructuredHeader>;
    const flowed = params.format?.toLowerCase() === "flowed";
    return {
      id,
      mimeType: mimeTypeOf(attachment),
      disposition: attachment.contentDisposition?.toLowerCase() || null,
      name: attachment.filename || null,
      contentId: attachment.cid || null,
      related: attachment.related === true,
      alternative: this.#parser.alternativeOf(id),
      charset: params.charset?.toLowerCase() || null,
      flowed: flowed ? (params.delsp?.toLowerCase() === "yes" ? "delsp" : "yes") : "no",
      content: attachment.content,
    };
  }
}

/** A type that breaks the syntax means plain text (RFC 2045, 5.2). The parser gives `false` for an empty one. */
const mimeTypeOf = ({ contentType }: { contentType: string | false }): string =>
  contentType && /^[^\s/;]+\/[^\s/;]+$/.test(contentType) ? contentType.toLowerCase() : "text/plain";
