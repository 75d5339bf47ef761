import type { Readable } from "node:stream";
import { ApiError } from "../../../errors.js";

/** A body cut into pieces of one size, the last one shorter: in memory are those that are being used and the next one. */
export interface Piece {
  /** Counts from 1. */
  number: number;
  bytes: Buffer;
  isLast: boolean;
}

/** Ends with a last piece, be it empty. Throws `request_failed` when the body breaks; the caller's going breaks it. */
export async function* piecesOf(body: Readable, size: number, signal: AbortSignal): AsyncGenerator<Piece, void> {
  const end = () => body.destroy(new ApiError("timed_out", "The request was given up."));
  if (signal.aborted) end();
  signal.addEventListener("abort", end, { once: true });
  let chunks: Buffer[] = [];
  let length = 0;
  let number = 1;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      let rest = chunk;
      // A full piece waits for one more byte: until then it may be the last.
      while (length + rest.length > size) {
        const missing = size - length;
        yield { number: number++, bytes: Buffer.concat([...chunks, rest.subarray(0, missing)], size), isLast: false };
        rest = rest.subarray(missing);
        chunks = [];
        length = 0;
      }
      chunks.push(rest);
      length += rest.length;
    }
  } catch (cause) {
    throw cause instanceof ApiError
      ? cause
      : new ApiError("request_failed", "The upload broke off before its end.", {}, { cause });
  } finally {
    signal.removeEventListener("abort", end);
  }
  yield { number, bytes: Buffer.concat(chunks, length), isLast: true };
}

/** A body of at most so many bytes as one buffer. */
export const wholeOf = async (body: Readable, length: number, signal: AbortSignal): Promise<Buffer> => {
  for await (const { bytes, isLast } of piecesOf(body, length, signal)) {
    if (isLast && bytes.length === length) return bytes;
    body.destroy();
    break;
  }
  throw new ApiError("request_failed", `The part does not have the ${length} bytes that it was said to have.`);
};
